using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.AnthropicMessages;

/// <summary>Anthropic's <c>stop_reason</c> ↔ our reasons.</summary>
internal static class MessagesFinish
{
    internal static FinishReason Read(JsonString word) => word.Span switch
    {
        [] => FinishReason.None,
        _ when word.Is("end_turn"u8) => FinishReason.Stop,
        _ when word.Is("max_tokens"u8) => FinishReason.Length,
        _ when word.Is("stop_sequence"u8) => FinishReason.StopSequence,
        _ when word.Is("tool_use"u8) => FinishReason.ToolCalls,
        _ when word.Is("pause_turn"u8) => FinishReason.Pause,
        _ when word.Is("refusal"u8) => FinishReason.Refusal,
        _ when word.Is("model_context_window_exceeded"u8) => FinishReason.ContextExceeded,
        _ => FinishReason.Other, // compaction, and what comes after this was written
    };

    /// <summary>The word for a reason: the provider's own when it is one of Anthropic's, else the nearest; none where none was told.</summary>
    /// <param name="finish">Our reason.</param>
    /// <param name="raw">The provider's word.</param>
    /// <param name="hasToolCalls">Whether the answer calls tools: some servers say <c>stop</c> all the same, and clients would wait for no result.</param>
    /// <param name="isRefusal">Whether the answer declines and says nothing else: other vendors call that an ordinary end.</param>
    internal static JsonString Word(FinishReason finish, JsonString raw, bool hasToolCalls, bool isRefusal)
    {
        if (finish == FinishReason.None && raw.IsEmpty) return default;
        if (raw.IsPresent && (Read(raw) is not (FinishReason.None or FinishReason.Other) || raw.Is("compaction"u8))) return raw;
        return JsonString.Literal(finish switch
        {
            FinishReason.Length => "max_tokens"u8,
            FinishReason.StopSequence => "stop_sequence"u8,
            FinishReason.ToolCalls => "tool_use"u8,
            FinishReason.ContentFilter or FinishReason.Refusal => "refusal"u8,
            FinishReason.Pause => "pause_turn"u8,
            FinishReason.ContextExceeded => "model_context_window_exceeded"u8,
            _ => hasToolCalls ? "tool_use"u8 : isRefusal ? "refusal"u8 : "end_turn"u8,
        });
    }
}
