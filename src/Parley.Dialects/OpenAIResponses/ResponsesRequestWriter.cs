using System.Security.Cryptography;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Models;
using Parley.Dialects.OpenAIChat;

namespace Parley.Dialects.OpenAIResponses;

/// <summary>
/// Writes a request. One of the dialect's own is written as it came. One of another dialect is stateless: <c>store</c> is false and
/// thoughts are asked for in their encrypted form, so that the caller can play them back.
/// </summary>
internal static class ResponsesRequestWriter
{
    private const int LeastOutputTokens = 16; // less is answered with 400: "Expected a value >= 16"
    private const int LongestUser = 64;       // maxLength of safety_identifier in openai.openapi.yaml; user is cut off there too

    internal static void Write(RequestWriting writing)
    {
        ArgumentNullException.ThrowIfNull(writing);
        var isOwn = writing.Conversation.Origin == Dialect.OpenAIResponses;
        var json = writing.Json.BeginObject().Member("model"u8, writing.Target.Model);
        ResponsesInputWriter.Write(writing);
        ResponsesOutputFormat.Choose(writing);
        ResponsesToolWriter.Tools(writing);
        Choice(writing);
        Text(writing, isOwn);
        Reasoning(writing, isOwn);
        foreach (var (name, field, _) in ResponsesRequestFields.All) Field(writing, name, field, isOwn);
        if (isOwn) Own(writing);
        else Stateless(writing);
        if (writing.Conversation.IsStream) json.Member("stream"u8, true);
        writing.ReportRest();
        json.EndObject();
    }

    private static void Choice(RequestWriting writing)
    {
        _ = writing.Take(RequestField.ToolChoice);
        var json = writing.Json;
        if (!writing.OutputTool.IsEmpty)
        {
            json.Name("tool_choice"u8);
            var asked = writing.Conversation.ToolChoice?.Mode;
            // The caller's own tools may come first, unless he forbade them; the answer itself must be a call.
            if (asked == ToolChoiceMode.Named) ResponsesToolWriter.Choice(json, writing.Conversation, writing.ToolName);
            else if (writing.Conversation.Tools.Count > 0 && asked != ToolChoiceMode.None) json.Value("required"u8);
            else json.BeginObject().Member("type"u8, "function"u8).Member("name"u8, writing.OutputTool).EndObject();
        }
        else if (writing.Conversation.ToolChoice is not null)
        {
            ResponsesToolWriter.Choice(json.Name("tool_choice"u8), writing.Conversation, writing.ToolName);
        }
    }

    private static void Text(RequestWriting writing, bool isOwn)
    {
        var output = writing.OutputTool.IsEmpty ? writing.Conversation.Output : null;
        var verbosity = writing.Take(RequestField.Verbosity);
        _ = writing.Take(RequestField.OutputFormat);
        if (output is null && !verbosity.HasValue && !HasNested(writing, "text.")) return;
        var json = writing.Json.BeginObject("text"u8);
        if (output is not null) ResponsesOutputFormat.Write(writing, output, isOwn);
        if (verbosity.HasValue) json.Member("verbosity"u8, verbosity);
        Nested(writing, "text.");
        json.EndObject();
    }

    private static void Reasoning(RequestWriting writing, bool isOwn)
    {
        var (effort, summary) = isOwn && (OpenAIEffort.IsTaken(writing) || !writing.Conversation.Fields.Has(RequestField.ReasoningEffort))
            ? (writing.Take(RequestField.ReasoningEffort), writing.Take(RequestField.ReasoningSummary)) : ResponsesEffort.Of(writing);
        if (!effort.HasValue && !summary.HasValue && !HasNested(writing, "reasoning.")) return;
        var json = writing.Json.BeginObject("reasoning"u8).MemberIfPresent("effort"u8, effort).MemberIfPresent("summary"u8, summary);
        Nested(writing, "reasoning.");
        json.EndObject();
    }

    private static void Field(RequestWriting writing, byte[] name, RequestField field, bool isOwn)
    {
        var value = writing.Peek(field);
        if (!value.HasValue) return;
        if (Refusal(writing, field, isOwn) is { } reason)
        {
            writing.Lose(field, reason);
            return;
        }

        switch (field)
        {
            // Open Responses has penalties, OpenAI has not: they are reported by what nobody takes.
            case RequestField.FrequencyPenalty or RequestField.PresencePenalty when writing.Target.IsOpenAI:
            case RequestField.Store when !isOwn:
                return;
            case RequestField.MaxOutputTokens when !isOwn && value.AsInt64() < LeastOutputTokens:
                if (!writing.Conversation.Fields.IsDefault(field)) writing.Losses.Add(RequestFieldNames.Of(field, writing.Conversation.Origin), $"OpenAI takes {LeastOutputTokens} at least");
                value = JsonValue.Number(LeastOutputTokens);
                break;
            case RequestField.User or RequestField.SafetyIdentifier when !isOwn && value.AsString() is { Raw.Length: > LongestUser } user:
                // Claude Code's ids are twice as long. The same user has the same hash, which is all that an id is for.
                value = JsonValue.Quote(JsonString.From(Convert.ToHexStringLower(SHA256.HashData(user.ToUtf8().Span))));
                break;
            case RequestField.ServiceTier when !isOwn:
                if (Tier(value) is not { } tier) return;
                value = tier;
                break;
        }

        writing.Json.Member(name, value);
        _ = writing.Take(field);
    }

    private static string? Refusal(RequestWriting writing, RequestField field, bool isOwn) => field switch
    {
        RequestField.Temperature when writing.Traits.RefusesTemperature && !OpenAIEffort.Samples(writing) => TranslationLoss.ModelRefuses,
        RequestField.TopP when writing.Traits.RefusesTopP && !OpenAIEffort.Samples(writing) => TranslationLoss.ModelRefuses,
        RequestField.TopP when writing.Traits.RefusesTemperatureWithTopP && writing.Peek(RequestField.Temperature).HasValue =>
            "the model refuses it together with temperature",
        RequestField.TopLogprobs when writing.Traits.RefusesPenalties && !OpenAIEffort.Samples(writing) => "the model gives no log probabilities",
        // Words of a dialect that means something else by them.
        RequestField.Truncation or RequestField.PreviousResponse or RequestField.Background when !isOwn =>
            "only a Responses request can ask for it",
        _ => null,
    };

    // Anthropic's standard_only means no priority; Converse has an object.
    private static JsonValue? Tier(JsonValue value)
    {
        var word = value.IsObject ? value.Member("type"u8).AsString() : value.AsString();
        return word.Is("standard_only"u8) ? JsonValue.Literal("\"default\""u8)
            : word.Is("auto"u8) || word.Is("default"u8) || word.Is("flex"u8) || word.Is("priority"u8) || word.Is("scale"u8)
                ? JsonValue.Quote(word)
            : null;
    }

    private static void Own(RequestWriting writing)
    {
        // What is asked for beside the answer stands in "include", which is a field of the dialect's own.
        _ = writing.Take(RequestField.Logprobs);
        foreach (var field in writing.Conversation.Vendor)
        {
            if (!field.Name.Is("input"u8) && !IsNested(field, "text.") && !IsNested(field, "reasoning."))
                writing.Json.Member(field.Name.Span, field.Value);
        }
    }

    private static void Stateless(RequestWriting writing)
    {
        var json = writing.Json;
        if (writing.Take(RequestField.Store).IsTrue) writing.Losses.Add("store", "answers of another dialect are not stored at OpenAI");
        json.Member("store"u8, false);
        var wantsThoughts = writing.Traits.Reasoning == ReasoningStyle.Effort;
        var wantsLogprobs = writing.Peek(RequestField.Logprobs).IsTrue && (!writing.Traits.RefusesPenalties || OpenAIEffort.Samples(writing));
        if (wantsLogprobs) _ = writing.Take(RequestField.Logprobs);
        if (wantsThoughts || wantsLogprobs)
        {
            json.BeginArray("include"u8);
            if (wantsThoughts) json.Value("reasoning.encrypted_content"u8);
            if (wantsLogprobs) json.Value("message.output_text.logprobs"u8);
            json.EndArray();
        }

        // One kind of output is what every model gives.
        if (writing.Peek(RequestField.Modalities) is { IsArray: true } modalities && IsText(modalities))
            _ = writing.Take(RequestField.Modalities);
        foreach (var _ in writing.Vendor(writing.Conversation.Vendor)) { }
    }

    private static bool IsText(JsonValue modalities)
    {
        foreach (var kind in modalities.Items)
        {
            if (!kind.AsString().Is("text"u8) && !kind.AsString().Is("TEXT"u8)) return false;
        }

        return true;
    }

    private static bool IsNested(VendorField field, string parent) =>
        field.Path.StartsWith(parent, StringComparison.Ordinal) && !field.Name.StartsWith(System.Text.Encoding.ASCII.GetBytes(parent));

    private static bool HasNested(RequestWriting writing, string parent)
    {
        if (writing.Conversation.Origin != Dialect.OpenAIResponses) return false;
        foreach (var field in writing.Conversation.Vendor)
        {
            if (IsNested(field, parent)) return true;
        }

        return false;
    }

    private static void Nested(RequestWriting writing, string parent)
    {
        if (writing.Conversation.Origin != Dialect.OpenAIResponses) return;
        foreach (var field in writing.Conversation.Vendor)
        {
            if (IsNested(field, parent)) writing.Json.Member(field.Name.Span, field.Value);
        }
    }
}
