using System.Text.Json;

namespace Parley.Simulator;

/// <summary>The content filter's annotations on Azure's chat answers: nothing found, in the recorded shapes.</summary>
internal static class AzureAnnotations
{
    private static readonly string[] Categories = ["hate", "self_harm", "sexual", "violence"];

    /// <summary>The first chunk of a stream: no choices, and everything else empty.</summary>
    public static byte[] PromptChunk() => Json.Write(0, static (writer, _) =>
    {
        writer.WriteStartObject();
        writer.WriteStartArray("choices");
        writer.WriteEndArray();
        writer.WriteNumber("created", 0);
        writer.WriteString("id", "");
        writer.WriteString("model", "");
        writer.WriteString("object", "");
        WritePromptResults(writer);
        writer.WriteEndObject();
    });

    /// <summary>A chunk of the asynchronous filter: a choice without a delta, after the text it speaks of.</summary>
    public static byte[] LateChunk(int index, int length) => Json.Write((index, length), static (writer, state) =>
    {
        writer.WriteStartObject();
        writer.WriteString("id", "");
        writer.WriteString("object", "");
        writer.WriteNumber("created", 0);
        writer.WriteString("model", "");
        writer.WriteStartArray("choices");
        writer.WriteStartObject();
        writer.WriteNumber("index", state.index);
        writer.WriteNull("finish_reason");
        WriteResults(writer, completion: true);
        writer.WriteStartObject("content_filter_offsets");
        writer.WriteNumber("check_offset", 0);
        writer.WriteNumber("start_offset", 0);
        writer.WriteNumber("end_offset", state.length);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    public static void WritePromptResults(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("prompt_filter_results");
        writer.WriteStartObject();
        writer.WriteNumber("prompt_index", 0);
        WriteResults(writer, completion: false);
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    public static void WriteResults(Utf8JsonWriter writer, bool completion, bool empty = false)
    {
        writer.WriteStartObject("content_filter_results");
        if (!empty)
        {
            foreach (var category in Categories)
            {
                writer.WriteStartObject(category);
                writer.WriteBoolean("filtered", false);
                writer.WriteString("severity", "safe");
                writer.WriteEndObject();
            }
            if (!completion)
            {
                writer.WriteStartObject("jailbreak");
                writer.WriteBoolean("filtered", false);
                writer.WriteBoolean("detected", false);
                writer.WriteEndObject();
            }
        }
        writer.WriteEndObject();
    }
}
