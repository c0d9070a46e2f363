using Parley.Dialects.Conversations;
using Parley.Dialects.OpenAIChat;
using Parley.Dialects.Splicing;
using Parley.Dialects.Streaming;

namespace Parley.Dialects.OpenAIResponses;

/// <summary>Watches a plain response: the finish reason is why it is incomplete, else its status.</summary>
public sealed class ResponsesReplyTap() : ReplyTap(Content)
{
    private static readonly byte[] Content = [.. "output"u8];

    private bool _isIncomplete;

    private protected override bool TryReadUsage(ReadOnlySpan<byte> value, out TokenUsage usage) => OpenAIUsage.TryRead(value, out usage);

    private protected override void OnMember(CapturedMember member, ReadOnlySpan<byte> value)
    {
        switch (member)
        {
            case CapturedMember.Status when !_isIncomplete:
                Reply.FinishReason = Word(value);
                break;
            case CapturedMember.IncompleteDetails when Text(JsonMember.Of(value, "reason"u8, out _)) is { } reason:
                _isIncomplete = true;
                Reply.FinishReason = reason;
                break;
        }
    }
}
