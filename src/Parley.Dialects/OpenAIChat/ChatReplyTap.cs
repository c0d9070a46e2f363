using Parley.Dialects.Conversations;
using Parley.Dialects.Streaming;

namespace Parley.Dialects.OpenAIChat;

/// <summary>Watches a plain chat completion (or text completion): the finish reason is that of the first choice.</summary>
public sealed class ChatReplyTap() : ReplyTap(Content)
{
    private static readonly byte[] Content = [.. "choices"u8];

    private protected override bool TryReadUsage(ReadOnlySpan<byte> value, out TokenUsage usage) => OpenAIUsage.TryRead(value, out usage);
}
