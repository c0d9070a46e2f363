using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIChat;

/// <summary>Writes the disjoint buckets as OpenAI counts: cached tokens inside the prompt, reasoning inside the completion.</summary>
internal static class ChatUsage
{
    internal static void Write(JsonOutput json, TokenUsage usage)
    {
        json.BeginObject()
            .Member("prompt_tokens"u8, usage.Input + usage.CacheRead + usage.CacheWrite)
            .Member("completion_tokens"u8, usage.Output + usage.Reasoning)
            .Member("total_tokens"u8, usage.Total);
        json.BeginObject("prompt_tokens_details"u8).Member("cached_tokens"u8, usage.CacheRead).Member("audio_tokens"u8, 0);
        // A name of OpenAI's own document, written only where something was: older typed clients do not know it.
        if (usage.CacheWrite > 0) json.Member("cache_write_tokens"u8, usage.CacheWrite);
        json.EndObject();
        json.BeginObject("completion_tokens_details"u8).Member("reasoning_tokens"u8, usage.Reasoning).Member("audio_tokens"u8, 0)
            .Member("accepted_prediction_tokens"u8, 0).Member("rejected_prediction_tokens"u8, 0).EndObject();
        json.EndObject();
    }

    /// <summary>True when the object counts something that the buckets do not hold (audio, predictions, a price): it is kept as it came.</summary>
    internal static bool HasMore(JsonValue usage)
    {
        foreach (var member in usage.Members)
        {
            if (member.Is("prompt_tokens"u8) || member.Is("completion_tokens"u8) || member.Is("total_tokens"u8)) continue;
            if (member.Is("prompt_tokens_details"u8) || member.Is("completion_tokens_details"u8))
            {
                foreach (var detail in member.Value.Members)
                {
                    if (detail.Is("cached_tokens"u8) || detail.Is("cache_write_tokens"u8) || detail.Is("reasoning_tokens"u8)) continue;
                    if (detail.Value.HasValue && detail.Value.AsInt64() != 0) return true;
                }

                continue;
            }

            if (member.Value.HasValue) return true;
        }

        return false;
    }
}
