using Parley.Dialects.Streaming;

namespace Parley.Dialects.OpenAIChat;

/// <summary>Watches a plain chat completion (or text completion): the finish reason is that of the first choice.</summary>
public sealed class ChatReplyTap() : ReplyTap(Content)
{
    private static readonly byte[] Content = [.. "choices"u8];

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
            case CapturedMember.Usage when OpenAIUsage.TryRead(value, out var usage):
                (Reply.HasUsage, Reply.Usage) = (true, usage);
                break;
        }
    }
}
