using System.Text.Json;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIResponses;

/// <summary>The top-level settings of a request that other dialects know too, in the order in which they are written.</summary>
internal static class ResponsesRequestFields
{
    internal static readonly (byte[] Name, RequestField Field, JsonValueKind Kind)[] All =
    [
        ([.. "max_output_tokens"u8], RequestField.MaxOutputTokens, JsonValueKind.Number),
        ([.. "temperature"u8], RequestField.Temperature, JsonValueKind.Number),
        ([.. "top_p"u8], RequestField.TopP, JsonValueKind.Number),
        ([.. "top_logprobs"u8], RequestField.TopLogprobs, JsonValueKind.Number),
        ([.. "frequency_penalty"u8], RequestField.FrequencyPenalty, JsonValueKind.Number),
        ([.. "presence_penalty"u8], RequestField.PresencePenalty, JsonValueKind.Number),
        ([.. "parallel_tool_calls"u8], RequestField.ParallelToolCalls, JsonValueKind.True),
        ([.. "max_tool_calls"u8], RequestField.MaxToolCalls, JsonValueKind.Number),
        ([.. "metadata"u8], RequestField.Metadata, JsonValueKind.Object),
        ([.. "user"u8], RequestField.User, JsonValueKind.String),
        ([.. "safety_identifier"u8], RequestField.SafetyIdentifier, JsonValueKind.String),
        ([.. "prompt_cache_key"u8], RequestField.PromptCacheKey, JsonValueKind.String),
        ([.. "prompt_cache_retention"u8], RequestField.PromptCacheRetention, JsonValueKind.String),
        ([.. "service_tier"u8], RequestField.ServiceTier, JsonValueKind.String),
        ([.. "store"u8], RequestField.Store, JsonValueKind.True),
        ([.. "truncation"u8], RequestField.Truncation, JsonValueKind.String),
        ([.. "previous_response_id"u8], RequestField.PreviousResponse, JsonValueKind.String),
        ([.. "background"u8], RequestField.Background, JsonValueKind.True),
    ];

    /// <summary>Throws when the value is of another kind than the field's.</summary>
    internal static void Check(JsonValue value, JsonValueKind kind, RequestField field)
    {
        if (value.Kind == kind || (kind == JsonValueKind.True && value.IsFalse)) return;
        throw Expect.Wrong(value, RequestFieldNames.Of(field, Dialect.OpenAIResponses), kind switch
        {
            JsonValueKind.Number => "a number",
            JsonValueKind.True => "true or false",
            JsonValueKind.Object => "an object",
            _ => "a string",
        });
    }
}
