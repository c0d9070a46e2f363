using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.AnthropicMessages;

/// <summary>
/// Writes a request for Claude. A request that came in this dialect goes out as it came, save for what the model refuses.
/// </summary>
internal static class MessagesRequestWriter
{
    // The dialect demands a limit. What is sent when neither the caller nor the table of models names one: every Claude writes that much.
    private const long FallbackLimit = 4096;

    internal static void Write(RequestWriting writing)
    {
        var request = writing.Conversation;
        var json = writing.Json;
        var limit = Limit(writing);
        var messages = MessagesTurns.Gather(writing);
        var thinking = MessagesThinking.Plan(writing, limit.AsInt64() ?? FallbackLimit, messages);
        messages.MendEnds(writing, thinking.IsOn);
        var marks = CacheBreakpoints.Choose(writing, messages.LastOfSystem, messages.LastOfUser);
        List<VendorField> vendor = [.. writing.Vendor(request.Vendor)];

        json.BeginObject().Member("model"u8, writing.Target.Model).Member("max_tokens"u8, limit);
        messages.Write(writing, marks);
        MessagesToolWriter.Write(writing, thinking.IsOn, marks, vendor);
        thinking.Write(json, vendor);
        OutputConfig(writing, thinking.Effort, vendor);
        Sampling(writing, thinking.IsOn);
        StopSequences(writing);
        Metadata(writing, vendor);
        ServiceTier(writing);
        if (request.IsStream) json.Member("stream"u8, true);
        foreach (var field in vendor)
        {
            if (!field.Path.Contains('.', StringComparison.Ordinal)) json.Member(field.Name.Span, field.Value);
        }

        json.EndObject();
        writing.ReportRest();
    }

    /// <summary>Writes the vendor fields that stood in the object of this name.</summary>
    internal static void Nested(JsonOutput json, List<VendorField> vendor, string holder)
    {
        foreach (var field in vendor)
        {
            if (IsIn(field, holder)) json.Member(field.Name.Span, field.Value);
        }
    }

    internal static bool Any(List<VendorField> vendor, string holder) => vendor.Exists(field => IsIn(field, holder));

    private static bool IsIn(VendorField field, string holder) =>
        field.Path.Length > holder.Length && field.Path[holder.Length] == '.' && field.Path.StartsWith(holder, StringComparison.Ordinal);

    private static JsonValue Limit(RequestWriting writing)
    {
        var limit = writing.Take(RequestField.MaxOutputTokens);
        if (limit.IsPresent) return limit;
        return JsonValue.Number(writing.Traits.MostOutputTokens > 0 ? writing.Traits.MostOutputTokens : FallbackLimit);
    }

    private static void OutputConfig(RequestWriting writing, JsonString effort, List<VendorField> vendor)
    {
        var json = writing.Json;
        var output = writing.Conversation.Output;
        var hasFormat = MessagesOutput.IsNative(writing);
        if (output is not null) writing.Take(RequestField.OutputFormat);
        if (output is { Kind: OutputFormatKind.Vendor } && !hasFormat) writing.Lose(RequestField.OutputFormat, "only its own vendor knows this form");
        if (effort.IsEmpty && !hasFormat && !Any(vendor, "output_config")) return;
        json.BeginObject("output_config"u8);
        if (!effort.IsEmpty) json.Member("effort"u8, effort);
        if (hasFormat) MessagesOutput.WriteFormat(writing);
        Nested(json, vendor, "output_config");
        json.EndObject();
    }

    private static void Sampling(RequestWriting writing, bool thinks)
    {
        var isOwn = writing.Conversation.Origin == Dialect.AnthropicMessages;
        var traits = writing.Traits;
        var temperature = writing.Take(RequestField.Temperature);
        if (traits.RefusesTemperature)
        {
            writing.Lose(RequestField.Temperature, TranslationLoss.ModelRefuses);
            temperature = default;
        }
        else if (!isOwn && temperature.AsDouble() is { } degree)
        {
            // OpenAI and Gemini go to 2, Anthropic to 1; a thinking model takes 1 alone (docs, "Extended thinking: feature compatibility").
            if (thinks && degree != 1) writing.Lose(RequestField.Temperature, "a thinking model takes 1 alone");
            else if (degree > 1) writing.Lose(RequestField.Temperature, "lowered to 1, the most that Anthropic takes");
            if (thinks) temperature = default;
            else if (degree > 1) temperature = JsonValue.Number(1);
        }

        var share = writing.Take(RequestField.TopP);
        var least = writing.Take(RequestField.TopK);
        if (traits.RefusesTopP)
        {
            writing.Lose(RequestField.TopP, TranslationLoss.ModelRefuses);
            writing.Lose(RequestField.TopK, TranslationLoss.ModelRefuses);
            share = least = default;
        }
        else if (!isOwn && thinks)
        {
            // With thinking on: top_p from 0.95 to 1, no top_k (same page).
            writing.Lose(RequestField.TopK, "not while the model thinks");
            if (share.AsDouble() is < 0.95)
            {
                writing.Lose(RequestField.TopP, "less than 0.95 while the model thinks");
                share = default;
            }

            least = default;
        }

        if (temperature.IsPresent && share.IsPresent && traits.RefusesTemperatureWithTopP)
        {
            writing.Lose(RequestField.TopP, "the model refuses it beside temperature");
            share = default;
        }

        writing.Json.MemberIfPresent("temperature"u8, temperature).MemberIfPresent("top_p"u8, share).MemberIfPresent("top_k"u8, least);
    }

    private static void StopSequences(RequestWriting writing)
    {
        var sequences = writing.Conversation.StopSequences;
        writing.Take(RequestField.StopSequences);
        if (sequences.Count == 0) return;
        List<JsonString> taken = [.. sequences];
        // Anthropic answers 400 to a sequence of white space alone.
        if (writing.Conversation.Origin != Dialect.AnthropicMessages && taken.RemoveAll(s => string.IsNullOrWhiteSpace(s.ToText())) > 0)
            writing.Lose(RequestField.StopSequences, "one that is only white space is refused");
        if (taken.Count == 0) return;
        writing.Json.BeginArray("stop_sequences"u8);
        foreach (var sequence in taken) writing.Json.Value(sequence);
        writing.Json.EndArray();
    }

    private static void Metadata(RequestWriting writing, List<VendorField> vendor)
    {
        var user = writing.Take(RequestField.User);
        if (!user.IsPresent) user = writing.Take(RequestField.SafetyIdentifier);
        writing.Lose(RequestField.Metadata, "Anthropic takes a user's id alone");
        if (!user.IsPresent && !Any(vendor, "metadata")) return;
        writing.Json.BeginObject("metadata"u8).MemberIfPresent("user_id"u8, user);
        Nested(writing.Json, vendor, "metadata");
        writing.Json.EndObject();
    }

    private static void ServiceTier(RequestWriting writing)
    {
        var tier = writing.Take(RequestField.ServiceTier);
        if (!tier.IsPresent) return;
        if (writing.Conversation.Origin != Dialect.AnthropicMessages)
        {
            var word = tier.AsString();
            if (word.Is("auto"u8) || word.Is("priority"u8)) tier = JsonValue.Literal("\"auto\""u8);
            else if (word.Is("default"u8) || word.Is("flex"u8)) tier = JsonValue.Literal("\"standard_only\""u8);
            else tier = default;
            if (!tier.IsPresent) writing.Lose(RequestField.ServiceTier, "Anthropic has no such tier");
        }

        writing.Json.MemberIfPresent("service_tier"u8, tier);
    }
}
