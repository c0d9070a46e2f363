using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.GeminiContent;

/// <summary>Google's finish reasons and ours. Table: https://ai.google.dev/api/generate-content#FinishReason</summary>
internal static class GeminiFinish
{
    /// <summary>Our word for Google's; a call that was seen makes <c>STOP</c> a tool call, since Google has no word for one.</summary>
    internal static FinishReason Of(ReadOnlySpan<byte> word, bool hasCalls)
    {
        if (word.SequenceEqual("STOP"u8)) return hasCalls ? FinishReason.ToolCalls : FinishReason.Stop;
        if (word.SequenceEqual("MAX_TOKENS"u8)) return FinishReason.Length;
        if (IsFilter(word)) return FinishReason.ContentFilter;
        return word.SequenceEqual("MALFORMED_FUNCTION_CALL"u8) || word.SequenceEqual("UNEXPECTED_TOOL_CALL"u8)
            ? FinishReason.MalformedToolCall
            : FinishReason.Other;
    }

    /// <summary>Google's word: the answer's own when it came from Google, else the nearest.</summary>
    internal static ReadOnlySpan<byte> Word(FinishReason finish, JsonString raw)
    {
        if (IsWord(raw.Span)) return raw.Span;
        return finish switch
        {
            FinishReason.Stop or FinishReason.StopSequence or FinishReason.ToolCalls or FinishReason.Pause => "STOP"u8,
            FinishReason.Length or FinishReason.ContextExceeded => "MAX_TOKENS"u8,
            FinishReason.ContentFilter or FinishReason.Refusal => "SAFETY"u8,
            FinishReason.MalformedToolCall => "MALFORMED_FUNCTION_CALL"u8,
            _ => "OTHER"u8,
        };
    }

    private static bool IsFilter(ReadOnlySpan<byte> word) =>
        word.SequenceEqual("SAFETY"u8) || word.SequenceEqual("RECITATION"u8) || word.SequenceEqual("LANGUAGE"u8)
        || word.SequenceEqual("BLOCKLIST"u8) || word.SequenceEqual("PROHIBITED_CONTENT"u8) || word.SequenceEqual("SPII"u8)
        || word.SequenceEqual("IMAGE_SAFETY"u8) || word.SequenceEqual("IMAGE_PROHIBITED_CONTENT"u8)
        || word.SequenceEqual("IMAGE_RECITATION"u8) || word.SequenceEqual("MODEL_ARMOR"u8);

    private static bool IsWord(ReadOnlySpan<byte> word) =>
        IsFilter(word) || word.SequenceEqual("STOP"u8) || word.SequenceEqual("MAX_TOKENS"u8)
        || word.SequenceEqual("MALFORMED_FUNCTION_CALL"u8) || word.SequenceEqual("UNEXPECTED_TOOL_CALL"u8)
        || word.SequenceEqual("TOO_MANY_TOOL_CALLS"u8) || word.SequenceEqual("MISSING_THOUGHT_SIGNATURE"u8)
        || word.SequenceEqual("MALFORMED_RESPONSE"u8) || word.SequenceEqual("OTHER"u8) || word.SequenceEqual("IMAGE_OTHER"u8)
        || word.SequenceEqual("NO_IMAGE"u8) || word.SequenceEqual("FINISH_REASON_UNSPECIFIED"u8);
}
