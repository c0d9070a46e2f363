using System.Text.Json;

namespace Parley.Simulator;

/// <summary>GET /v1/models and /v1/models/{id} in Anthropic's shape, which names the first and last of a page.</summary>
internal static class ClaudeModelsOperation
{
    private static readonly string[] Ids = [.. ClaudeTraits.Known.Select(ClaudeTraits.AnsweredAs).Append(ModelTraits.Echo).Distinct()];

    public static SimulatedReply List() => new()
    {
        Body = Json.Write(Ids, static (writer, ids) =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("data");
            foreach (var id in ids)
                Write(writer, id);
            writer.WriteEndArray();
            writer.WriteBoolean("has_more", false);
            writer.WriteString("first_id", ids[0]);
            writer.WriteString("last_id", ids[^1]);
            writer.WriteEndObject();
        }),
    };

    public static SimulatedReply Retrieve(SimulatedCall call)
    {
        var id = Uri.UnescapeDataString(call.PathName!);
        return ClaudeTraits.Exists(id)
            ? new SimulatedReply { Body = Json.Write(ClaudeTraits.AnsweredAs(id), Write) }
            : AnthropicRefusal.NotFound($"model: {id}").ToReply(call);
    }

    private static void Write(Utf8JsonWriter writer, string id)
    {
        writer.WriteStartObject();
        writer.WriteString("type", "model");
        writer.WriteString("id", id);
        writer.WriteString("display_name", id);
        writer.WriteString("created_at", "2025-09-29T00:00:00Z");
        writer.WriteEndObject();
    }
}
