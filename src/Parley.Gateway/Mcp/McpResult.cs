using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using ModelContextProtocol.Protocol;
using Parley.Gateway.Exchange;

namespace Parley.Gateway.Mcp;

/// <summary>Results of tools.</summary>
internal static class McpResult
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>An answer as a value of the tool's <c>outputSchema</c>, and as text for clients that read only that.</summary>
    /// <param name="json">The value: an object.</param>
    /// <param name="text">The text; the value itself when null.</param>
    public static CallToolResult Of(ReadOnlyMemory<byte> json, string? text = null)
    {
        using var document = JsonDocument.Parse(json);
        return new CallToolResult
        {
            Content = [new TextContentBlock { Text = text ?? Encoding.UTF8.GetString(json.Span) }],
            StructuredContent = document.RootElement.Clone(),
        };
    }

    /// <summary>What the caller of the HTTP surface would read as an error.</summary>
    public static CallToolResult Failed(GatewayError error) => Failed(error.Message);

    /// <summary>A failure in words.</summary>
    public static CallToolResult Failed(string message) => new() { Content = [new TextContentBlock { Text = message }], IsError = true };

    /// <summary>An answer that writes itself as one object.</summary>
    public static CallToolResult OfWhole(Action<Utf8JsonWriter> write) => Of(Written(write));

    /// <summary>A JSON object of these members.</summary>
    public static ReadOnlyMemory<byte> Json(Action<Utf8JsonWriter> write) => Written(writer =>
    {
        writer.WriteStartObject();
        write(writer);
        writer.WriteEndObject();
    });

    private static ReadOnlyMemory<byte> Written(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Relaxed)) write(writer);
        return buffer.WrittenMemory;
    }

    /// <summary>A JSON Schema that is written in the source.</summary>
    public static JsonElement Schema(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
