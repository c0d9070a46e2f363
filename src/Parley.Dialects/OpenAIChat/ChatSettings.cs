using System.Text.Json;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIChat;

/// <summary>The settings that are one member here and one field in the conversation, with the kind of value that each takes.</summary>
internal static class ChatSettings
{
    /// <summary>All of them, in the order in which they are written.</summary>
    internal static readonly Setting[] All =
    [
        new("temperature", RequestField.Temperature, JsonValueKind.Number),
        new("top_p", RequestField.TopP, JsonValueKind.Number),
        new("top_k", RequestField.TopK, JsonValueKind.Number),
        new("frequency_penalty", RequestField.FrequencyPenalty, JsonValueKind.Number),
        new("presence_penalty", RequestField.PresencePenalty, JsonValueKind.Number),
        new("seed", RequestField.Seed, JsonValueKind.Number, IsWhole: true),
        new("logit_bias", RequestField.LogitBias, JsonValueKind.Object),
        new("logprobs", RequestField.Logprobs, JsonValueKind.True),
        new("top_logprobs", RequestField.TopLogprobs, JsonValueKind.Number, IsWhole: true),
        new("n", RequestField.ChoiceCount, JsonValueKind.Number, IsWhole: true),
        new("parallel_tool_calls", RequestField.ParallelToolCalls, JsonValueKind.True),
        new("user", RequestField.User, JsonValueKind.String),
        new("safety_identifier", RequestField.SafetyIdentifier, JsonValueKind.String) { IsOpenAIOnly = true },
        new("metadata", RequestField.Metadata, JsonValueKind.Object) { IsOpenAIOnly = true },
        new("service_tier", RequestField.ServiceTier, JsonValueKind.String) { IsOpenAIOnly = true },
        new("store", RequestField.Store, JsonValueKind.True) { IsOpenAIOnly = true },
        new("prompt_cache_key", RequestField.PromptCacheKey, JsonValueKind.String) { IsOpenAIOnly = true },
        new("prompt_cache_retention", RequestField.PromptCacheRetention, JsonValueKind.String) { IsOpenAIOnly = true },
        new("verbosity", RequestField.Verbosity, JsonValueKind.String) { IsOpenAIOnly = true },
        new("modalities", RequestField.Modalities, JsonValueKind.Array) { IsOpenAIOnly = true },
        new("audio", RequestField.AudioOutput, JsonValueKind.Object) { IsOpenAIOnly = true },
        new("prediction", RequestField.Prediction, JsonValueKind.Object) { IsOpenAIOnly = true },
        new("web_search_options", RequestField.WebSearchOptions, JsonValueKind.Object) { IsOpenAIOnly = true },
    ];

    /// <summary>Reads the member if it is one of these. Throws when its value is of the wrong kind.</summary>
    internal static bool TryRead(Conversation conversation, JsonField member)
    {
        foreach (var setting in All)
        {
            if (!member.Is(setting.Utf8)) continue;
            conversation.Fields[setting.Field] = setting.Check(member.Value);
            return true;
        }

        return false;
    }

    /// <param name="Name">The member's name.</param>
    /// <param name="Field">The field.</param>
    /// <param name="Kind">The kind of value; <see cref="JsonValueKind.True"/> for a boolean.</param>
    /// <param name="IsWhole">True for whole numbers.</param>
    internal sealed record Setting(string Name, RequestField Field, JsonValueKind Kind, bool IsWhole = false)
    {
        internal byte[] Utf8 { get; } = System.Text.Encoding.UTF8.GetBytes(Name);

        /// <summary>True when compatible servers may refuse it: they get it only from a caller who wrote it in this dialect.</summary>
        internal bool IsOpenAIOnly { get; init; }

        internal JsonValue Check(JsonValue value) => Kind switch
        {
            JsonValueKind.Number => IsWhole ? Expect.Integer(value, Name) : Expect.Number(value, Name),
            JsonValueKind.String => Expect.String(value, Name).IsPresent ? value : default,
            JsonValueKind.Array => Expect.Array(value, Name),
            JsonValueKind.Object => Expect.Object(value, Name),
            _ => Expect.Boolean(value, Name),
        };
    }
}
