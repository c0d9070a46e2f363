using System.Text.Json;
using Parley.Gateway.Routing;

namespace Parley.Gateway.Ingress;

/// <summary>The catalogue in OpenAI's shape, whole (OpenAI knows no pages here); with our own <c>status</c> and <c>capabilities</c> (contracts §5).</summary>
internal static class OpenAIModelList
{
    internal static void Write(Utf8JsonWriter writer, IReadOnlyList<ListedModel> models)
    {
        writer.WriteStartObject();
        writer.WriteString("object", "list");
        writer.WriteStartArray("data");
        foreach (var model in models) Write(writer, model);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    internal static void Write(Utf8JsonWriter writer, ListedModel model)
    {
        writer.WriteStartObject();
        WriteMembers(writer, model);
        writer.WriteEndObject();
    }

    internal static void WriteMembers(Utf8JsonWriter writer, ListedModel model)
    {
        writer.WriteString("id", model.Id);
        writer.WriteString("object", "model");
        writer.WriteNumber("created", model.FirstSeen.ToUnixTimeSeconds());
        writer.WriteString("owned_by", model.OwnedBy);
        writer.WriteString("status", "active");
        writer.WriteString("lifecycle_status", "stable");
        if (model.Capabilities is { } capabilities)
        {
            writer.WriteStartObject("capabilities");
            writer.WriteBoolean("chat_completion", capabilities.ChatCompletion);
            writer.WriteBoolean("embeddings", capabilities.Embeddings);
            writer.WriteEndObject();
        }
    }
}
