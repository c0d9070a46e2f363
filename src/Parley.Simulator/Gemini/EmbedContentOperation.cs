using System.Text;
using System.Text.Json;

namespace Parley.Simulator;

/// <summary>POST …:embedContent and :batchEmbedContents.</summary>
internal static class EmbedContentOperation
{
    private const int MostInBatch = 100;

    public static SimulatedReply Answer(SimulatedCall call)
    {
        var batch = call.Operation == Operation.BatchEmbedContents;
        if (Check(call, batch) is { } refusal)
            return refusal.ToReply(call);
        return new SimulatedReply
        {
            ContentType = "application/json; charset=UTF-8",
            Body = Json.Write((call, batch), static (writer, state) =>
            {
                writer.WriteStartObject();
                if (state.batch)
                {
                    writer.WriteStartArray("embeddings");
                    foreach (var request in state.call.Body.Members("requests"))
                        WriteVector(writer, state.call, request);
                    writer.WriteEndArray();
                }
                else
                {
                    writer.WritePropertyName("embedding");
                    WriteVector(writer, state.call, state.call.Body);
                }
                writer.WriteEndObject();
            }),
        };
    }

    private static GeminiRefusal? Check(SimulatedCall call, bool batch)
    {
        if (GeminiPayload.Check(call.Body, batch ? "BatchEmbedContentsRequest" : "EmbedContentRequest") is { } malformed)
            return malformed;
        if (!GeminiTraits.Exists(call.Model!) || !(GeminiTraits.IsEmbedding(call.Model!) || ModelTraits.IsUniversal(call.Model!)))
            return GenerateContentRules.ModelNotFound(call);
        var requests = batch ? call.Body.Members("requests").ToArray() : [call.Body];
        if (requests.Length == 0)
            return GeminiRefusal.Invalid("* BatchEmbedContentsRequest.requests: requests is not specified\n");
        if (requests.Length > MostInBatch)
            return GeminiRefusal.Invalid($"* BatchEmbedContentsRequest.requests: at most {MostInBatch} requests can be in one batch\n");
        for (var index = 0; index < requests.Length; index++)
        {
            var path = batch ? $"BatchEmbedContentsRequest.requests[{index}]" : "EmbedContentRequest";
            // In a batch each request names its model again, and it is the one of the path.
            if (batch && requests[index].MemberText("model") != $"models/{call.Model}")
                return GeminiRefusal.Invalid($"* {path}.model: the model of each request must match the model in the URL\n");
            if (requests[index].Member("content") is not { } content || !content.Parts().Any())
                return GeminiRefusal.Invalid($"* {path}.content: content is empty\n");
            if (requests[index].MemberInt("outputDimensionality") is { } dimensions && (dimensions < 1 || dimensions > Dimensions(call.Model!)))
                return GeminiRefusal.Invalid($"* {path}.output_dimensionality: must be between 1 and {Dimensions(call.Model!)}\n");
        }
        return null;
    }

    private static void WriteVector(Utf8JsonWriter writer, SimulatedCall call, JsonElement request)
    {
        var text = string.Concat(request.Member("content")!.Value.Parts().Select(part => part.MemberText("text")));
        writer.WriteStartObject();
        writer.WriteStartArray("values");
        foreach (var component in UnitVector.Of(Encoding.UTF8.GetBytes(text), request.MemberInt("outputDimensionality") ?? Dimensions(call.Model!)))
            writer.WriteNumberValue(component);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static int Dimensions(string model) => model == "text-embedding-004" ? 768 : 3072;
}
