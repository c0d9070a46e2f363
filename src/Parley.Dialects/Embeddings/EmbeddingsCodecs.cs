namespace Parley.Dialects.Embeddings;

/// <summary>The codecs of embeddings that are not OpenAI's.</summary>
public static class EmbeddingsCodecs
{
    /// <summary>The dialect's codec. Throws <see cref="ArgumentOutOfRangeException"/> for any other.</summary>
    public static EmbeddingsCodec Of(Dialect dialect) => dialect switch
    {
        Dialect.GeminiEmbeddings => GeminiEmbeddingsCodec.Instance,
        Dialect.TitanEmbeddings => TitanEmbeddingsCodec.Instance,
        Dialect.CohereEmbeddings => CohereEmbeddingsCodec.Instance,
        _ => throw new ArgumentOutOfRangeException(nameof(dialect), dialect, "is no embeddings dialect of its own"),
    };
}
