using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.Embeddings;

/// <summary>
/// Google's <c>:batchEmbedContents</c>, which takes up to 100 texts, each with the model's full name beside it
/// (https://ai.google.dev/api/embeddings). Reads the answer of <c>:embedContent</c> as well.
/// </summary>
public sealed class GeminiEmbeddingsCodec : EmbeddingsCodec
{
    public static readonly GeminiEmbeddingsCodec Instance = new();

    private GeminiEmbeddingsCodec()
    {
    }

    /// <inheritdoc/>
    public override Dialect Dialect => Dialect.GeminiEmbeddings;

    /// <inheritdoc/>
    public override int MostTexts => 100;

    /// <inheritdoc/>
    public override void ReadReply(JsonValue body, EmbeddingsAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        var single = body.Member("embedding"u8);
        if (single.IsObject) answer.Add(single.Member("values"u8));
        else
        {
            foreach (var embedding in Expect.Array(body.Member("embeddings"u8), "embeddings").Items) answer.Add(embedding.Member("values"u8));
        }

        if (body.Member("usageMetadata"u8).Member("promptTokenCount"u8).AsInt64() is { } tokens) answer.AddTokens(tokens);
    }

    private protected override void WriteRequest(
        EmbeddingsRequest request, int first, int count, string model, JsonOutput json, LossReport losses)
    {
        var name = JsonString.From(model.StartsWith("models/", StringComparison.Ordinal) ? model : "models/" + model);
        var taskType = request.Other("task_type"u8);
        json.BeginObject().BeginArray("requests"u8);
        for (var i = first; i < first + count; i++)
        {
            json.BeginObject().Member("model"u8, name);
            json.BeginObject("content"u8).BeginArray("parts"u8).BeginObject().Member("text"u8, request.Texts[i]).EndObject().EndArray().EndObject();
            json.MemberIfPresent("taskType"u8, taskType);
            if (request.Dimensions is { } dimensions) json.Member("outputDimensionality"u8, dimensions);
            json.EndObject();
        }

        json.EndArray().EndObject();
        foreach (var field in request.Others)
        {
            if (!field.Name.Is("task_type"u8)) losses.Add(field.Path, "Gemini's embeddings have no word for it", "vendor field");
        }
    }
}
