using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIResponses;

/// <summary>
/// Writes usage as the Responses API counts it: cached tokens inside the input, reasoning inside the output. Read by
/// <see cref="OpenAIChat.OpenAIUsage"/>, whose table says who counts what where.
/// </summary>
internal static class ResponsesUsage
{
    internal static void Write(JsonOutput json, in TokenUsage usage)
    {
        json.BeginObject()
            .Member("input_tokens"u8, usage.Input + usage.CacheRead + usage.CacheWrite)
            .BeginObject("input_tokens_details"u8)
            .Member("cached_tokens"u8, usage.CacheRead);
        if (usage.CacheWrite > 0) json.Member("cache_write_tokens"u8, usage.CacheWrite);
        json.EndObject()
            .Member("output_tokens"u8, usage.Output + usage.Reasoning)
            .BeginObject("output_tokens_details"u8)
            .Member("reasoning_tokens"u8, usage.Reasoning)
            .EndObject()
            .Member("total_tokens"u8, usage.Total)
            .EndObject();
    }
}
