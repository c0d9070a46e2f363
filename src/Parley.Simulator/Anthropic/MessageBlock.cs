using System.Text.Json;

namespace Parley.Simulator;

/// <summary>
/// A content block of an answer: how it begins in a stream, what each delta says, and how it stands in a plain answer. A block whose
/// beginning is whole has no deltas.
/// </summary>
internal sealed record MessageBlock(Action<Utf8JsonWriter> Start, IReadOnlyList<Action<Utf8JsonWriter>> Deltas, Action<Utf8JsonWriter> Whole)
{
    private const int ArgumentPiece = 12;

    public static MessageBlock Text(IReadOnlyList<string> pieces, Action<Utf8JsonWriter>? citation = null) => new(
        writer => WriteText(writer, "", citation is null ? null : static w => { }),
        [
            .. citation is null ? [] : (Action<Utf8JsonWriter>[])[writer =>
            {
                writer.WriteString("type", "citations_delta");
                writer.WritePropertyName("citation");
                citation(writer);
            }],
            .. pieces.Select(piece => Delta("text_delta", "text", piece)),
        ],
        writer => WriteText(writer, string.Concat(pieces), citation));

    public static MessageBlock Thinking(IReadOnlyList<string> pieces, string signature) => new(
        static writer => WriteThinking(writer, "", ""),
        [.. pieces.Select(piece => Delta("thinking_delta", "thinking", piece)), Delta("signature_delta", "signature", signature)],
        writer => WriteThinking(writer, string.Concat(pieces), signature));

    public static MessageBlock Redacted(string data)
    {
        return new MessageBlock(Write, [], Write);

        void Write(Utf8JsonWriter writer)
        {
            writer.WriteString("type", "redacted_thinking");
            writer.WriteString("data", data);
        }
    }

    public static MessageBlock ToolUse(string type, string id, string name, string arguments) => new(
        writer => WriteToolUse(writer, type, id, name, "{}"),
        [Delta("input_json_delta", "partial_json", ""), .. arguments.Chunk(ArgumentPiece).Select(piece => Delta("input_json_delta", "partial_json", new string(piece)))],
        writer => WriteToolUse(writer, type, id, name, arguments));

    public static MessageBlock WebSearchResult(string id, string query)
    {
        return new MessageBlock(Write, [], Write);

        void Write(Utf8JsonWriter writer)
        {
            writer.WriteString("type", "web_search_tool_result");
            writer.WriteString("tool_use_id", id);
            writer.WriteStartArray("content");
            writer.WriteStartObject();
            writer.WriteString("type", "web_search_result");
            writer.WriteString("title", $"About {query}");
            writer.WriteString("url", "https://example.com/found");
            writer.WriteString("encrypted_content", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(query)));
            writer.WriteNull("page_age");
            writer.WriteEndObject();
            writer.WriteEndArray();
        }
    }

    private static Action<Utf8JsonWriter> Delta(string type, string name, string value) => writer =>
    {
        writer.WriteString("type", type);
        writer.WriteString(name, value);
    };

    private static void WriteText(Utf8JsonWriter writer, string text, Action<Utf8JsonWriter>? citation)
    {
        if (citation is not null)
        {
            writer.WriteStartArray("citations");
            citation(writer);
            writer.WriteEndArray();
        }
        writer.WriteString("type", "text");
        writer.WriteString("text", text);
    }

    private static void WriteThinking(Utf8JsonWriter writer, string text, string signature)
    {
        writer.WriteString("type", "thinking");
        writer.WriteString("thinking", text);
        writer.WriteString("signature", signature);
    }

    private static void WriteToolUse(Utf8JsonWriter writer, string type, string id, string name, string input)
    {
        writer.WriteString("type", type);
        writer.WriteString("id", id);
        writer.WriteString("name", name);
        writer.WritePropertyName("input");
        writer.WriteRawValue(input);
    }
}
