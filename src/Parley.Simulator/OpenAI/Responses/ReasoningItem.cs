using System.Text.Json;

namespace Parley.Simulator;

/// <summary>
/// The reasoning of a model that reasons: a summary of one part and opaque encrypted state, each where the request asked for it.
/// </summary>
internal sealed record ReasoningItem(string Id, string? Summary, string? Encrypted) : OutputItem(Id)
{
    public override void Write(Utf8JsonWriter writer, bool finished)
    {
        writer.WriteStartObject();
        writer.WriteString("id", Id);
        writer.WriteString("type", "reasoning");
        if (Encrypted is not null)
            writer.WriteString("encrypted_content", Encrypted);
        writer.WriteStartArray("summary");
        if (finished && Summary is not null)
            WritePart(writer, Summary);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    public static void WritePart(Utf8JsonWriter writer, string text)
    {
        writer.WriteStartObject();
        writer.WriteString("type", "summary_text");
        writer.WriteString("text", text);
        writer.WriteEndObject();
    }
}
