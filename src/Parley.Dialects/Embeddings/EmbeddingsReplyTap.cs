using Parley.Dialects.Conversations;
using Parley.Dialects.OpenAIChat;
using Parley.Dialects.Streaming;

namespace Parley.Dialects.Embeddings;

/// <summary>Watches a plain embeddings answer, tens of megabytes of numbers perhaps, without keeping any of it.</summary>
public sealed class EmbeddingsReplyTap() : ReplyTap(Content)
{
    private static readonly byte[] Content = [.. "data"u8];

    private protected override bool TryReadUsage(ReadOnlySpan<byte> value, out TokenUsage usage) => OpenAIUsage.TryRead(value, out usage);
}
