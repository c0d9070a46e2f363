using Parley.Dialects.Json;
using Parley.Dialects.Streaming;

namespace Parley.Dialects.AnthropicMessages;

/// <summary>Watches a plain message: the finish reason is its <c>stop_reason</c>.</summary>
public sealed class MessagesReplyTap() : ReplyTap(Content)
{
    private static readonly byte[] Content = [.. "content"u8];

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
            case CapturedMember.StopReason:
                Reply.FinishReason = Word(value);
                break;
            case CapturedMember.Usage:
                var usage = default(MessagesUsage);
                usage.Add(JsonValue.Literal(value));
                if (usage.HasAny) (Reply.HasUsage, Reply.Usage) = (true, usage.Tokens);
                break;
        }
    }
}
