using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.Embeddings;

/// <summary>
/// One vendor's wire form of embeddings, behind OpenAI's: a request becomes one body, or several where the vendor takes fewer texts
/// at once; the answers, read in the order of those bodies, become one <see cref="EmbeddingsAnswer"/>. Stateless; one instance each.
/// </summary>
public abstract class EmbeddingsCodec
{
    public abstract Dialect Dialect { get; }

    /// <summary>The most texts that one call takes; 1 where a call is a text (Titan).</summary>
    public abstract int MostTexts { get; }

    /// <summary>Writes the bodies, in the order of the texts. Throws <see cref="DialectException"/> for what no words of the vendor can express.</summary>
    /// <param name="request">The caller's request.</param>
    /// <param name="model">The model as the provider knows it.</param>
    /// <param name="losses">Where to report what the vendor has no word for.</param>
    public IReadOnlyList<ReadOnlyMemory<byte>> WriteRequests(EmbeddingsRequest request, string model, LossReport losses)
    {
        ArgumentNullException.ThrowIfNull(request);
        var bodies = new List<ReadOnlyMemory<byte>>();
        for (var first = 0; first < request.Texts.Count; first += MostTexts)
        {
            using var buffer = new PooledBuffer();
            WriteRequest(request, first, Math.Min(MostTexts, request.Texts.Count - first), model, new JsonOutput(buffer), losses);
            bodies.Add(buffer.Span.ToArray());
        }

        return bodies;
    }

    /// <summary>
    /// Reads one answer, adding its vectors behind those of the bodies before it. The vectors are slices of <paramref name="body"/>,
    /// which must live until the answer is written. Throws <see cref="DialectException"/> when no vectors are in it: the provider's
    /// fault, to be answered with 502.
    /// </summary>
    public abstract void ReadReply(JsonValue body, EmbeddingsAnswer answer);

    /// <summary>Writes the body for the texts from <paramref name="first"/> on, <paramref name="count"/> of them.</summary>
    private protected abstract void WriteRequest(
        EmbeddingsRequest request, int first, int count, string model, JsonOutput json, LossReport losses);
}
