using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.Embeddings;

/// <summary>
/// Amazon Titan's embeddings by <c>/model/{id}/invoke</c>, one text a call (userguide/model-parameters-titan-embed-text and -mm):
/// <c>titan-embed-text-v1</c> takes the text alone, <c>-v2</c> a length and <c>normalize</c>, <c>titan-embed-image-v1</c> a length of its own spelling.
/// </summary>
public sealed class TitanEmbeddingsCodec : EmbeddingsCodec
{
    public static readonly TitanEmbeddingsCodec Instance = new();

    private TitanEmbeddingsCodec()
    {
    }

    /// <inheritdoc/>
    public override Dialect Dialect => Dialect.TitanEmbeddings;

    /// <inheritdoc/>
    public override int MostTexts => 1;

    /// <inheritdoc/>
    public override void ReadReply(JsonValue body, EmbeddingsAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        answer.Add(body.Member("embedding"u8));
        if (body.Member("inputTextTokenCount"u8).AsInt64() is { } tokens) answer.AddTokens(tokens);
    }

    private protected override void WriteRequest(
        EmbeddingsRequest request, int first, int count, string model, JsonOutput json, LossReport losses)
    {
        var isImage = model.Contains("titan-embed-image", StringComparison.OrdinalIgnoreCase);
        var isFirst = !isImage && (model.Contains("titan-embed-text-v1", StringComparison.OrdinalIgnoreCase)
            || model.Contains("titan-embed-g1", StringComparison.OrdinalIgnoreCase));
        json.BeginObject().Member("inputText"u8, request.Texts[first]);
        if (request.Dimensions is { } length)
        {
            if (isImage) json.BeginObject("embeddingConfig"u8).Member("outputEmbeddingLength"u8, length).EndObject();
            else if (isFirst) losses.Add("dimensions", "the model has one length alone");
            else json.Member("dimensions"u8, length);
        }

        foreach (var field in request.Others)
        {
            if (!isImage && !isFirst && field.Name.Is("normalize"u8)) json.Member("normalize"u8, field.Value);
            else losses.Add(field.Path, "Titan's embeddings have no word for it", "vendor field");
        }

        json.EndObject();
    }
}
