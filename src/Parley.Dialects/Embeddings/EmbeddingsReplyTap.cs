using Parley.Dialects.OpenAIChat;
using Parley.Dialects.Streaming;

namespace Parley.Dialects.Embeddings;

/// <summary>Watches a plain embeddings answer, tens of megabytes of numbers perhaps, without keeping any of it.</summary>
public sealed class EmbeddingsReplyTap() : ReplyTap(Content)
{
    private static readonly byte[] Content = [.. "data"u8];

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
            case CapturedMember.Usage when OpenAIUsage.TryRead(value, out var usage):
                (Reply.HasUsage, Reply.Usage) = (true, usage);
                break;
        }
    }
}
