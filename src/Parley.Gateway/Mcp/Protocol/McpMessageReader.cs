using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace Parley.Gateway.Mcp.Protocol;

/// <summary>Bytes to a JSON-RPC message.</summary>
internal static class McpMessageReader
{
    private static readonly JsonTypeInfo<JsonRpcMessage> Type = (JsonTypeInfo<JsonRpcMessage>)McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(JsonRpcMessage));

    /// <summary>The message, or why there is none.</summary>
    public static JsonRpcMessage? Read(ReadOnlySpan<byte> body, out McpRefusal? refusal)
    {
        refusal = null;
        try
        {
            if (JsonSerializer.Deserialize(body, Type) is { } message) return message;
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or InvalidOperationException)
        {
            // Told apart below; the parser's own text may repeat a part of the body.
        }

        refusal = IsJson(body, out var isBatch)
            ? new McpRefusal(StatusCodes.Status400BadRequest, McpErrorCode.InvalidRequest, isBatch
                // Left out of MCP with revision 2025-06-18.
                ? "A list of messages is no message: send each in a POST of its own."
                : "The body is not a JSON-RPC 2.0 message: an object with \"jsonrpc\": \"2.0\", \"method\", and \"id\" for a request.")
            : new McpRefusal(StatusCodes.Status400BadRequest, McpErrorCode.ParseError, "The body is not valid JSON.");
        return null;
    }

    private static bool IsJson(ReadOnlySpan<byte> body, out bool isBatch)
    {
        isBatch = false;
        var reader = new Utf8JsonReader(body);
        try
        {
            if (!reader.Read()) return false;
            isBatch = reader.TokenType == JsonTokenType.StartArray;
            reader.Skip();
            return !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
