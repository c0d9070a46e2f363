using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIChat;

/// <summary>Writes a chat completion's request for OpenAI, Azure or a compatible server.</summary>
internal sealed class ChatRequestWriter(RequestWriting writing)
{
    private readonly Conversation _conversation = writing.Conversation;
    private readonly JsonOutput _json = writing.Json;
    private readonly bool _isOwn = writing.Conversation.Origin == Dialect.OpenAIChat;

    internal void Write()
    {
        _json.BeginObject().Member("model"u8, writing.Target.Model);
        new ChatMessageWriter(writing).Write();
        new ChatToolWriter(writing).Write();
        var limit = writing.Take(RequestField.MaxOutputTokens);
        // Compatible servers know the older name, OpenAI's newer models only the newer one.
        _json.MemberIfPresent(writing.Target.IsOpenAI ? "max_completion_tokens"u8 : "max_tokens"u8, limit);
        foreach (var setting in ChatSettings.All) Setting(setting);
        Stop();
        new ChatReasoningWriter(writing).Write();
        Stream();
        foreach (var field in writing.Vendor(_conversation.Vendor).Where(f => !f.Path.StartsWith("stream_options.", StringComparison.Ordinal)
            && !f.Path.StartsWith("reasoning.", StringComparison.Ordinal) && !f.Path.StartsWith("thinking.", StringComparison.Ordinal)))
            _json.Member(field.Name.Span, field.Value);
        _json.EndObject();
        writing.ReportRest();
    }

    private void Setting(ChatSettings.Setting setting)
    {
        if (!writing.Peek(setting.Field).IsPresent)
        {
            // Asking for the likeliest tokens alone (Responses) means asking for their probabilities.
            if (setting.Field == RequestField.Logprobs && writing.Peek(RequestField.TopLogprobs).IsPresent && (!writing.Traits.RefusesPenalties || OpenAIEffort.Samples(writing)))
                _json.Member("logprobs"u8, true);
            return;
        }

        if (Refusal(setting) is { } reason)
        {
            writing.Lose(setting.Field, reason);
            return;
        }

        if (Converted(setting.Field) is { IsPresent: true } value)
        {
            writing.Take(setting.Field);
            _json.Member(setting.Utf8, value);
        }
    }

    // Why it cannot be sent; null when it can.
    private string? Refusal(ChatSettings.Setting setting)
    {
        var traits = writing.Traits;
        var samples = OpenAIEffort.Samples(writing);
        var value = writing.Peek(setting.Field);
        if (setting.IsOpenAIOnly && !writing.Target.IsOpenAI && !_isOwn) return "compatible servers may refuse it";
        return setting.Field switch
        {
            // The default itself is taken by models that refuse any other value.
            RequestField.Temperature when traits.RefusesTemperature && !samples && value.AsDouble() != 1 => TranslationLoss.ModelRefuses,
            RequestField.TopP when traits.RefusesTopP && !samples && value.AsDouble() != 1 => TranslationLoss.ModelRefuses,
            RequestField.TopP when traits.RefusesTemperatureWithTopP && writing.Peek(RequestField.Temperature).IsPresent =>
                "the model refuses it beside temperature",
            RequestField.TopK when writing.Target.IsOpenAI => "OpenAI has no word for it",
            RequestField.TopK when traits.RefusesTopP => TranslationLoss.ModelRefuses,
            RequestField.FrequencyPenalty or RequestField.PresencePenalty when traits.RefusesPenalties && value.AsDouble() != 0 => TranslationLoss.ModelRefuses,
            RequestField.Logprobs when traits.RefusesPenalties && !samples && value.IsTrue => TranslationLoss.ModelRefuses,
            RequestField.TopLogprobs when traits.RefusesPenalties && !samples => TranslationLoss.ModelRefuses,
            RequestField.LogitBias when traits.RefusesPenalties => TranslationLoss.ModelRefuses,
            RequestField.ParallelToolCalls when _conversation.Tools.Count == 0 => "there are no tools",
            // OpenAI answers 400 to metadata of an answer that is not stored.
            RequestField.Metadata when !_isOwn && !writing.Peek(RequestField.Store).IsTrue => "OpenAI takes it only for stored answers",
            _ => null,
        };
    }

    // Other dialects' values under the same field; none where there is no such value here, which is reported at the end.
    private JsonValue Converted(RequestField field)
    {
        var value = writing.Peek(field);
        if (_isOwn) return value;
        switch (field)
        {
            case RequestField.ServiceTier:
                var tier = value.IsObject ? value.Member("type"u8).AsString() : value.AsString();
                if (tier.Is("standard_only"u8)) return JsonValue.Literal("\"default\""u8); // Anthropic's word
                return tier.Is("auto"u8) || tier.Is("default"u8) || tier.Is("flex"u8) || tier.Is("priority"u8) || tier.Is("scale"u8)
                    ? JsonValue.Quote(tier) : default;
            case RequestField.Modalities:
                return Modalities(value);
            case RequestField.AudioOutput:
                return value.Member("voice"u8).IsPresent && value.Member("format"u8).IsPresent ? value : default;
            case RequestField.Logprobs:
                return value.IsTrue || value.IsFalse ? value : default;
            case RequestField.User or RequestField.SafetyIdentifier or RequestField.PromptCacheKey or RequestField.PromptCacheRetention or RequestField.Verbosity:
                return value.IsString ? value : default;
            default:
                return value;
        }
    }

    // Gemini writes them in capitals; what is neither text nor sound has no word here.
    private static JsonValue Modalities(JsonValue value)
    {
        var words = new List<string>();
        foreach (var item in value.Items)
        {
            var word = item.AsString().ToText().ToLowerInvariant();
            if (word is not ("text" or "audio")) return default;
            words.Add($"\"{word}\"");
        }

        return words.Count == 0 ? default : JsonValue.Literal(System.Text.Encoding.ASCII.GetBytes($"[{string.Join(',', words)}]"));
    }

    private void Stop()
    {
        if (_conversation.StopSequences.Count == 0) return;
        if (writing.Traits.RefusesStop)
        {
            writing.Lose(RequestField.StopSequences, TranslationLoss.ModelRefuses);
            return;
        }

        writing.Take(RequestField.StopSequences);
        // At most four, https://platform.openai.com/docs/api-reference/chat/create; compatible servers have limits of their own.
        var most = writing.Target.IsOpenAI && !_isOwn ? 4 : int.MaxValue;
        if (_conversation.StopSequences.Count > most)
            writing.Losses.Add(RequestFieldNames.Of(RequestField.StopSequences, _conversation.Origin), "OpenAI takes four stop sequences");
        _json.BeginArray("stop"u8);
        foreach (var stop in _conversation.StopSequences.Take(most)) _json.Value(stop);
        _json.EndArray();
    }

    // Usage is always asked for: the gateway counts it, and hides it from a caller who did not ask.
    private void Stream()
    {
        if (!_conversation.IsStream) return;
        _json.Member("stream"u8, true);
        if (!writing.Target.TakesStreamUsage) return;
        _json.BeginObject("stream_options"u8).Member("include_usage"u8, true);
        if (_isOwn)
        {
            foreach (var field in _conversation.Vendor.Where(f => f.Path.StartsWith("stream_options.", StringComparison.Ordinal)))
                _json.Member(field.Name.Span, field.Value);
        }

        _json.EndObject();
    }
}
