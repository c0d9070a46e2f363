using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.BedrockConverse;

/// <summary><c>stopReason</c> ↔ our own.</summary>
internal static class ConverseFinish
{
    private static readonly (byte[] Word, FinishReason Reason)[] Table =
    [
        ("end_turn"u8.ToArray(), FinishReason.Stop),
        ("tool_use"u8.ToArray(), FinishReason.ToolCalls),
        ("max_tokens"u8.ToArray(), FinishReason.Length),
        ("stop_sequence"u8.ToArray(), FinishReason.StopSequence),
        ("content_filtered"u8.ToArray(), FinishReason.ContentFilter),
        ("guardrail_intervened"u8.ToArray(), FinishReason.ContentFilter),
        ("malformed_tool_use"u8.ToArray(), FinishReason.MalformedToolCall),
        ("malformed_model_output"u8.ToArray(), FinishReason.Other),
        ("model_context_window_exceeded"u8.ToArray(), FinishReason.ContextExceeded),
        // Not in the reference, but Claude's own words come through where Bedrock has none.
        ("refusal"u8.ToArray(), FinishReason.Refusal),
        ("pause_turn"u8.ToArray(), FinishReason.Pause),
    ];

    internal static FinishReason Of(JsonString word)
    {
        foreach (var (known, reason) in Table)
        {
            if (word.Is(known)) return reason;
        }

        return FinishReason.Other;
    }

    /// <summary>The word for an ending: the provider's own where it is one of Converse's.</summary>
    internal static ReadOnlySpan<byte> Word(FinishReason reason, JsonString raw)
    {
        foreach (var (word, of) in Table)
        {
            if (of == reason && raw.Is(word)) return word;
        }

        return reason switch
        {
            FinishReason.ToolCalls => "tool_use"u8,
            FinishReason.Length => "max_tokens"u8,
            FinishReason.StopSequence => "stop_sequence"u8,
            FinishReason.ContentFilter or FinishReason.Refusal => "content_filtered"u8,
            FinishReason.MalformedToolCall => "malformed_tool_use"u8,
            FinishReason.ContextExceeded => "model_context_window_exceeded"u8,
            _ => "end_turn"u8,
        };
    }
}
