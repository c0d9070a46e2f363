using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Streaming;

namespace Parley.Dialects.AnthropicMessages;

/// <summary>Watches a plain message: the finish reason is its <c>stop_reason</c>.</summary>
public sealed class MessagesReplyTap() : ReplyTap(Content)
{
    private static readonly byte[] Content = [.. "content"u8];

    private protected override bool TryReadUsage(ReadOnlySpan<byte> value, out TokenUsage usage)
    {
        var counted = default(MessagesUsage);
        counted.Add(JsonValue.Literal(value));
        usage = counted.Tokens;
        return counted.HasAny;
    }

    private protected override void OnMember(CapturedMember member, ReadOnlySpan<byte> value)
    {
        if (member == CapturedMember.StopReason) Reply.FinishReason = Word(value);
    }
}
