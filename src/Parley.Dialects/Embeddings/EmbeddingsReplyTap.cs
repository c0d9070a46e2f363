using Parley.Dialects.Streaming;

namespace Parley.Dialects.Embeddings;

/// <summary>Watches a plain embeddings answer.</summary>
public sealed class EmbeddingsReplyTap : ReplyTap
{
    public override bool IsJson => throw new NotImplementedException();

    public override bool IsComplete => throw new NotImplementedException();

    public override void Observe(ReadOnlySpan<byte> chunk) => throw new NotImplementedException();

    public override void Complete() => throw new NotImplementedException();
}
