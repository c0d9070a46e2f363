using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.BedrockConverse;

/// <summary>Writes a request for a model on Bedrock. The model itself stands in the path, and whether it streams too.</summary>
internal sealed class ConverseRequestWriter(RequestWriting writing)
{
    private readonly Conversation _request = writing.Conversation;
    private readonly JsonOutput _json = writing.Json;
    private readonly bool _isOwn = writing.Conversation.Origin == Dialect.BedrockConverse;
    private List<VendorField> _vendor = [];

    internal void Write()
    {
        _vendor = [.. writing.Vendor(_request.Vendor)];
        var messages = ConverseMessages.Gather(writing);
        var reasoning = ConverseReasoning.Plan(writing, messages);
        messages.MendEnds(writing, reasoning.IsOn);
        var marks = CacheBreakpoints.Choose(writing, messages.LastOfSystem, messages.LastOfUser);

        _json.BeginObject();
        messages.Write(writing, marks);
        Inference(reasoning);
        var tools = new ConverseToolsWriter(writing, messages, reasoning.IsOn, marks);
        tools.Write(_vendor);
        Output();
        Additional(reasoning, tools.ForbidsParallelCalls);
        if (_isOwn) _json.MemberIfPresent("guardrailConfig"u8, writing.Take(RequestField.Guardrail));
        Metadata();
        ServiceTier();
        foreach (var field in _vendor)
        {
            if (!field.Path.Contains('.', StringComparison.Ordinal)) _json.Member(field.Name.Span, field.Value);
        }

        _json.EndObject();
        TakeWhatConverseDoesAnyway();
        writing.ReportRest();
    }

    /// <summary>Writes the vendor fields that stood in the object of this name.</summary>
    internal static void Nested(JsonOutput json, IEnumerable<VendorField> vendor, string holder)
    {
        foreach (var field in vendor)
        {
            if (IsIn(field, holder)) json.Member(field.Name.Span, field.Value);
        }
    }

    private static bool IsIn(VendorField field, string holder) =>
        field.Path.Length > holder.Length && field.Path[holder.Length] == '.' && field.Path.StartsWith(holder, StringComparison.Ordinal);

    private void Inference(ConverseReasoning reasoning)
    {
        var limit = writing.Take(RequestField.MaxOutputTokens);
        if (reasoning.ForbidsLimits && limit.IsPresent)
        {
            writing.Lose(RequestField.MaxOutputTokens, "not with the highest effort of Nova");
            limit = default;
        }

        // The budget is a share of this limit, and the model's own default may be below it: "max_tokens must be greater than budget_tokens".
        if (!limit.IsPresent && reasoning.Limit is { } counted) limit = JsonValue.Number(counted);
        var (temperature, share) = ConverseSampling.Choose(writing, reasoning, _isOwn);
        var stops = StopSequences();
        if (!limit.IsPresent && !temperature.IsPresent && !share.IsPresent && stops.Count == 0 && !_vendor.Exists(f => IsIn(f, "inferenceConfig"))) return;
        _json.BeginObject("inferenceConfig"u8)
            .MemberIfPresent("maxTokens"u8, limit).MemberIfPresent("temperature"u8, temperature).MemberIfPresent("topP"u8, share);
        if (stops.Count > 0)
        {
            _json.BeginArray("stopSequences"u8);
            foreach (var stop in stops) _json.Value(stop);
            _json.EndArray();
        }

        Nested(_json, _vendor, "inferenceConfig");
        _json.EndObject();
    }

    private List<JsonString> StopSequences()
    {
        writing.Take(RequestField.StopSequences);
        List<JsonString> taken = [.. _request.StopSequences];
        if (_isOwn || taken.Count == 0) return taken;
        if (writing.Traits.RefusesStop)
        {
            writing.Lose(RequestField.StopSequences, TranslationLoss.ModelRefuses);
            return [];
        }

        // The reference's least length is 1, and Claude answers 400 to white space alone.
        if (taken.RemoveAll(stop => string.IsNullOrWhiteSpace(stop.ToText())) > 0) writing.Lose(RequestField.StopSequences, "one that is only white space is refused");
        return taken;
    }

    private void Output()
    {
        writing.Take(RequestField.OutputFormat);
        if (_request.Output is not { } output) return;
        if (output.Kind == OutputFormatKind.Vendor) writing.Lose(RequestField.OutputFormat, "only its own vendor knows this form");
        if (!ConverseOutput.IsNative(writing)) return;
        ConverseOutput.Write(writing, output);
    }

    private void Additional(ConverseReasoning reasoning, bool forbidsParallelCalls)
    {
        const string Holder = "additionalModelRequestFields";
        var topK = ConverseSampling.TopK(writing, reasoning, _isOwn);
        if (!reasoning.HasFields && !topK.IsPresent && !forbidsParallelCalls && !_vendor.Exists(f => IsIn(f, Holder))) return;
        _json.BeginObject("additionalModelRequestFields"u8);
        reasoning.Write(_json);
        if (topK.IsPresent) ConverseSampling.WriteTopK(_json, topK, writing.Traits.Family, _isOwn);
        // Anthropic's own member passes through; toolConfig.toolChoice must be missing then, for the two would contradict each other.
        if (forbidsParallelCalls) _json.BeginObject("tool_choice"u8).Member("type"u8, "auto"u8).Member("disable_parallel_tool_use"u8, true).EndObject();
        Nested(_json, _vendor, Holder);
        _json.EndObject();
    }

    // Keys and values of 1 to 256 characters from a small set, at most 16 (API_runtime_Converse, requestMetadata).
    private void Metadata()
    {
        var metadata = writing.Take(RequestField.Metadata);
        if (!metadata.IsObject || _isOwn)
        {
            _json.MemberIfPresent("requestMetadata"u8, metadata);
            return;
        }

        var count = 0;
        foreach (var member in metadata.Members)
        {
            if (count == 16 || !IsPlain(member.Name) || !member.Value.IsString || !IsPlain(member.Value.AsString()))
            {
                writing.Lose(RequestField.Metadata, "an entry is not one that Bedrock takes");
                continue;
            }

            if (count++ == 0) _json.BeginObject("requestMetadata"u8);
            _json.Member(member.Name.Span, member.Value);
        }

        if (count > 0) _json.EndObject();
    }

    private static bool IsPlain(JsonString text)
    {
        foreach (var value in text.Span)
        {
            if (!char.IsAsciiLetterOrDigit((char)value) && !" :_@$#=/+,-.".Contains((char)value, StringComparison.Ordinal)) return false;
        }

        return text.Span.Length is >= 1 and <= 256;
    }

    private void ServiceTier()
    {
        var tier = writing.Take(RequestField.ServiceTier);
        var word = tier.AsString();
        if (!tier.IsPresent) return;
        var isKnown = _isOwn || word.Is("default"u8) || word.Is("priority"u8) || word.Is("flex"u8) || word.Is("reserved"u8);
        if (isKnown) _json.BeginObject("serviceTier"u8).Member("type"u8, tier).EndObject();
        // "As the account is set up" is what Bedrock does without the field; Anthropic's standard_only is its default tier.
        else if (!word.Is("auto"u8) && !word.Is("standard_only"u8)) writing.Lose(RequestField.ServiceTier, "Bedrock has no such tier");
    }

    // Settings that only say what Bedrock does without being told.
    private void TakeWhatConverseDoesAnyway()
    {
        if (writing.Peek(RequestField.Store).IsFalse) writing.Take(RequestField.Store);
        if (writing.Peek(RequestField.Background).IsFalse) writing.Take(RequestField.Background);
        if (writing.Peek(RequestField.Logprobs).IsFalse) writing.Take(RequestField.Logprobs);
        if (writing.Peek(RequestField.ChoiceCount).AsInt64() == 1) writing.Take(RequestField.ChoiceCount);
        if (writing.Peek(RequestField.Truncation).AsString().Is("disabled"u8)) writing.Take(RequestField.Truncation);
        foreach (var field in (RequestField[])[RequestField.FrequencyPenalty, RequestField.PresencePenalty])
        {
            if (writing.Peek(field).AsDouble() == 0) writing.Take(field);
        }

        var isText = writing.Peek(RequestField.Modalities).IsArray;
        foreach (var item in writing.Peek(RequestField.Modalities).Items) isText &= item.AsString().Is("text"u8) || item.AsString().Is("TEXT"u8);
        if (isText) writing.Take(RequestField.Modalities);
    }
}
