using System.Text.Json;

namespace Parley.Simulator;

internal sealed record MessageItem(string Id, IReadOnlyList<string> Pieces, bool Truncated) : OutputItem(Id)
{
    public string Text => string.Concat(Pieces);

    public override void Write(Utf8JsonWriter writer, bool finished)
    {
        writer.WriteStartObject();
        writer.WriteString("id", Id);
        writer.WriteString("type", "message");
        writer.WriteString("status", !finished ? "in_progress" : Truncated ? "incomplete" : "completed");
        writer.WriteStartArray("content");
        if (finished)
            WritePart(writer, Text);
        writer.WriteEndArray();
        writer.WriteString("role", "assistant");
        writer.WriteEndObject();
    }

    public static void WritePart(Utf8JsonWriter writer, string text)
    {
        writer.WriteStartObject();
        writer.WriteString("type", "output_text");
        writer.WriteStartArray("annotations");
        writer.WriteEndArray();
        writer.WriteStartArray("logprobs");
        writer.WriteEndArray();
        writer.WriteString("text", text);
        writer.WriteEndObject();
    }
}
