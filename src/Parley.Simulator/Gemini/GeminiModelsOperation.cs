using System.Text.Json;

namespace Parley.Simulator;

/// <summary>GET /v1beta/models and /v1beta/models/{id}.</summary>
internal static class GeminiModelsOperation
{
    public static SimulatedReply List() => new()
    {
        ContentType = "application/json; charset=UTF-8",
        Body = Json.Write(GeminiTraits.Known.Append(ModelTraits.Echo), static (writer, models) =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("models");
            foreach (var model in models)
                Write(writer, model);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }),
    };

    public static SimulatedReply Retrieve(SimulatedCall call)
    {
        var model = Uri.UnescapeDataString(call.PathName!);
        return GeminiTraits.Exists(model)
            ? new SimulatedReply { ContentType = "application/json; charset=UTF-8", Body = Json.Write(model, Write) }
            : GenerateContentRules.ModelNotFound(call).ToReply(call);
    }

    private static void Write(Utf8JsonWriter writer, string model)
    {
        var traits = GeminiTraits.Of(model);
        writer.WriteStartObject();
        writer.WriteString("name", $"models/{model}");
        writer.WriteString("version", "001");
        writer.WriteString("displayName", model);
        writer.WriteNumber("inputTokenLimit", GeminiTraits.IsEmbedding(model) ? 2048 : 1_048_576);
        writer.WriteNumber("outputTokenLimit", GeminiTraits.IsEmbedding(model) ? 1 : 65_536);
        writer.WriteStartArray("supportedGenerationMethods");
        foreach (var method in GeminiTraits.IsEmbedding(model) ? (string[])["embedContent", "batchEmbedContents"] : ["generateContent", "countTokens"])
            writer.WriteStringValue(method);
        writer.WriteEndArray();
        if (traits.Thinks && !GeminiTraits.IsEmbedding(model))
            writer.WriteBoolean("thinking", true);
        writer.WriteEndObject();
    }
}
