using Parley.Dialects.Conversations;
using Parley.Dialects.OpenAIChat;
using Parley.Dialects.Streaming;

namespace Parley.Dialects.OpenAIMedia;

/// <summary>
/// Watches a plain answer about images, audio or moderations, megabytes of base64 perhaps, without keeping any of it. Usage is told by the newer
/// models alone, and for audio it may be seconds in place of tokens (<c>"type": "duration"</c>), which are no tokens.
/// </summary>
public sealed class MediaReplyTap() : ReplyTap(Content)
{
    private static readonly byte[] Content = [.. "data"u8];

    private protected override bool TryReadUsage(ReadOnlySpan<byte> value, out TokenUsage usage) => OpenAIUsage.TryRead(value, out usage);
}
