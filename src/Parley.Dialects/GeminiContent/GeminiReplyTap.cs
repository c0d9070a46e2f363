using Parley.Dialects.Json;
using Parley.Dialects.Streaming;

namespace Parley.Dialects.GeminiContent;

/// <summary>Watches a plain answer: the finish reason is that of the first candidate, or why the prompt was blocked.</summary>
public sealed class GeminiReplyTap() : ReplyTap(Content)
{
    private static readonly byte[] Content = [.. "candidates"u8];

    private protected override void OnMember(CapturedMember member, ReadOnlySpan<byte> value)
    {
        switch (member)
        {
            case CapturedMember.Id:
                Reply.Id = Text(value);
                break;
            case CapturedMember.Model:
                Reply.Model = Word(value);
                break;
            case CapturedMember.FinishReason:
                Reply.FinishReason ??= Word(value);
                break;
            case CapturedMember.PromptFeedback:
                var reason = GeminiName.Member(new JsonValue(value.ToArray()), "blockReason"u8);
                if (reason.IsString) Reply.FinishReason ??= Word(reason.Span);
                break;
            case CapturedMember.Usage when GeminiUsage.TryRead(new JsonValue(value.ToArray()), out var usage):
                (Reply.HasUsage, Reply.Usage) = (true, usage);
                break;
        }
    }

    private protected override void OnError(ReadOnlySpan<byte> value) => GeminiError.NoteError(new JsonValue(value.ToArray()), Reply);
}
