using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.Embeddings;

/// <summary>
/// Cohere's embeddings by Bedrock's <c>/model/{id}/invoke</c>, up to 96 texts a call (userguide/model-parameters-embed and -embed-v4).
/// The body does not count tokens; Bedrock does, in the header <see cref="TokenHeader"/>, for <see cref="EmbeddingsAnswer.AddTokens"/>.
/// </summary>
public sealed class CohereEmbeddingsCodec : EmbeddingsCodec
{
    public static readonly CohereEmbeddingsCodec Instance = new();

    /// <summary>The response header of Bedrock's runtime that counts what was read.</summary>
    public const string TokenHeader = "x-amzn-bedrock-input-token-count";

    private CohereEmbeddingsCodec()
    {
    }

    /// <inheritdoc/>
    public override Dialect Dialect => Dialect.CohereEmbeddings;

    /// <inheritdoc/>
    public override int MostTexts => 96;

    /// <summary>Reads <c>embeddings</c> as the list of vectors it is by default, and as the lists by type that <c>embedding_types</c> makes of it.</summary>
    public override void ReadReply(JsonValue body, EmbeddingsAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        var embeddings = body.Member("embeddings"u8);
        if (embeddings.IsObject) embeddings = embeddings.Member("float"u8);
        foreach (var vector in Expect.Array(embeddings, "embeddings").Items) answer.Add(vector);
    }

    private protected override void WriteRequest(
        EmbeddingsRequest request, int first, int count, string model, JsonOutput json, LossReport losses)
    {
        var isFourth = model.Contains("embed-v4", StringComparison.OrdinalIgnoreCase);
        json.BeginObject().BeginArray("texts"u8);
        for (var i = first; i < first + count; i++) json.Value(request.Texts[i]);
        json.EndArray();
        // Required. Who does not say is storing documents: OpenAI's vectors have no other side.
        var type = request.Other("input_type"u8);
        if (type.IsPresent) json.Member("input_type"u8, type);
        else json.Member("input_type"u8, "search_document"u8);
        json.MemberIfPresent("truncate"u8, request.Other("truncate"u8));
        json.BeginArray("embedding_types"u8).Value("float"u8).EndArray();
        if (request.Dimensions is { } length)
        {
            if (isFourth) json.Member("output_dimension"u8, length);
            else losses.Add("dimensions", "the model has one length alone");
        }

        foreach (var field in request.Others)
        {
            if (!field.Name.Is("input_type"u8) && !field.Name.Is("truncate"u8)) losses.Add(field.Path, "Cohere's embeddings have no word for it", "vendor field");
        }

        json.EndObject();
    }
}
