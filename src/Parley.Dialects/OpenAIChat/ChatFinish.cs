using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIChat;

/// <summary>The words for why a choice ended: OpenAI's five, and those that compatible servers use instead.</summary>
internal static class ChatFinish
{
    /// <summary>Reads a word. Unknown ones are <see cref="FinishReason.Other"/>; the word itself travels beside it.</summary>
    internal static FinishReason Read(JsonString word) => word.Span switch
    {
        var w when w.SequenceEqual("stop"u8) => FinishReason.Stop,
        var w when w.SequenceEqual("length"u8) => FinishReason.Length,
        var w when w.SequenceEqual("tool_calls"u8) || w.SequenceEqual("function_call"u8) => FinishReason.ToolCalls,
        var w when w.SequenceEqual("content_filter"u8) => FinishReason.ContentFilter,
        // Hosts that pass on the word of the model's own vendor, or of the inference engine.
        var w when w.SequenceEqual("end_turn"u8) || w.SequenceEqual("eos"u8) || w.SequenceEqual("eos_token"u8) => FinishReason.Stop,
        var w when w.SequenceEqual("stop_sequence"u8) => FinishReason.StopSequence,
        var w when w.SequenceEqual("max_tokens"u8) || w.SequenceEqual("model_length"u8) => FinishReason.Length,
        var w when w.SequenceEqual("tool_use"u8) || w.SequenceEqual("tool_call"u8) => FinishReason.ToolCalls,
        var w when w.SequenceEqual("safety"u8) || w.SequenceEqual("content_filtered"u8) => FinishReason.ContentFilter,
        var w when w.SequenceEqual("refusal"u8) => FinishReason.Refusal,
        var w when w.SequenceEqual("pause_turn"u8) => FinishReason.Pause,
        var w when w.SequenceEqual("model_context_window_exceeded"u8) => FinishReason.ContextExceeded,
        _ => FinishReason.Other,
    };

    /// <summary>
    /// The word to write; none where none was told. Only OpenAI's own ones, since typed clients fail on others, with two exceptions:
    /// <c>pause_turn</c>, which a client must see to go on with the turn, and the provider's own word for an end that is no success.
    /// </summary>
    internal static ReadOnlySpan<byte> Word(FinishReason reason, JsonString raw, bool isLegacy) => reason switch
    {
        _ when IsOurs(raw.Span) && !(isLegacy && reason == FinishReason.ToolCalls) => raw.Span,
        FinishReason.Length or FinishReason.ContextExceeded => "length"u8,
        FinishReason.ToolCalls => isLegacy ? "function_call"u8 : "tool_calls"u8,
        FinishReason.ContentFilter or FinishReason.Refusal => "content_filter"u8,
        FinishReason.Pause => "pause_turn"u8,
        FinishReason.None => default,
        FinishReason.MalformedToolCall => raw.IsEmpty ? "malformed_tool_call"u8 : raw.Span,
        FinishReason.Other => raw.IsEmpty ? "other"u8 : raw.Span,
        _ => "stop"u8,
    };

    /// <summary>Writes the word as <c>finish_reason</c>; <c>null</c> where none was told.</summary>
    internal static void Write(JsonOutput json, FinishReason reason, JsonString raw, bool isLegacy, LossReport losses)
    {
        var word = Word(reason, raw, isLegacy);
        json.Name("finish_reason"u8);
        if (word.IsEmpty) json.Null();
        else json.Value(word);
        if (reason is FinishReason.MalformedToolCall or FinishReason.Other)
            losses.Add("reply.finish_reason", "chat completions have no word for it: it is the provider's own");
    }

    private static bool IsOurs(ReadOnlySpan<byte> word) =>
        word.SequenceEqual("stop"u8) || word.SequenceEqual("length"u8) || word.SequenceEqual("tool_calls"u8)
        || word.SequenceEqual("content_filter"u8) || word.SequenceEqual("function_call"u8);
}
