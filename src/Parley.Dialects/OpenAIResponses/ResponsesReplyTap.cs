using Parley.Dialects.OpenAIChat;
using Parley.Dialects.Splicing;
using Parley.Dialects.Streaming;

namespace Parley.Dialects.OpenAIResponses;

/// <summary>Watches a plain response: the finish reason is why it is incomplete, else its status.</summary>
public sealed class ResponsesReplyTap() : ReplyTap(Content)
{
    private static readonly byte[] Content = [.. "output"u8];

    private bool _isIncomplete;

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
            case CapturedMember.Status when !_isIncomplete:
                Reply.FinishReason = Word(value);
                break;
            case CapturedMember.IncompleteDetails when Text(JsonMember.Of(value, "reason"u8, out _)) is { } reason:
                _isIncomplete = true;
                Reply.FinishReason = reason;
                break;
            case CapturedMember.Usage when OpenAIUsage.TryRead(value, out var usage):
                (Reply.HasUsage, Reply.Usage) = (true, usage);
                break;
        }
    }
}
