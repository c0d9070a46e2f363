using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Streaming;

namespace Parley.Dialects.GeminiContent;

/// <summary>Watches a plain answer: the finish reason is that of the first candidate, or why the prompt was blocked.</summary>
public sealed class GeminiReplyTap() : ReplyTap(Content)
{
    private static readonly byte[] Content = [.. "candidates"u8];

    private protected override bool TryReadUsage(ReadOnlySpan<byte> value, out TokenUsage usage) =>
        GeminiUsage.TryRead(new JsonValue(value.ToArray()), out usage);

    private protected override void OnMember(CapturedMember member, ReadOnlySpan<byte> value)
    {
        if (member != CapturedMember.PromptFeedback) return;
        var reason = GeminiName.Member(new JsonValue(value.ToArray()), "blockReason"u8);
        if (reason.IsString) Reply.FinishReason ??= Word(reason.Span);
    }

    private protected override void OnError(ReadOnlySpan<byte> value) => GeminiError.NoteError(new JsonValue(value.ToArray()), Reply);
}
