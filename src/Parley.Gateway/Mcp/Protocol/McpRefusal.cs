using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace Parley.Gateway.Mcp.Protocol;

/// <summary>A message that the MCP server does not take: an HTTP status with a JSON-RPC error as its body.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">JSON-RPC's code.</param>
/// <param name="Message">What is wrong and what to do.</param>
internal sealed record McpRefusal(int Status, McpErrorCode Code, string Message)
{
    // The answer is JSON, never HTML: quotes in a message stay readable.
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The revision that was asked for and is not spoken here; null where the refusal is about something else.</summary>
    public string? RequestedRevision { get; init; }

    /// <summary>Answers with it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="id">Of the message, where it could be read and has one.</param>
    public async Task WriteAsync(HttpContext context, RequestId id)
    {
        var response = context.Response;
        response.StatusCode = Status;
        response.ContentType = "application/json";
        using (var writer = new Utf8JsonWriter(response.BodyWriter, Relaxed))
        {
            writer.WriteStartObject();
            writer.WriteString("jsonrpc", "2.0");
            // Left out when it is not known: MCP has no null there.
            if (id.Id is long number) writer.WriteNumber("id", number);
            else if (id.Id is string text) writer.WriteString("id", text);
            writer.WriteStartObject("error");
            writer.WriteNumber("code", (int)Code);
            writer.WriteString("message", Message);
            if (RequestedRevision is not null)
            {
                writer.WriteStartObject("data");
                writer.WriteStartArray("supported");
                foreach (var revision in McpRevisions.Supported) writer.WriteStringValue(revision);
                writer.WriteEndArray();
                writer.WriteString("requested", RequestedRevision);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        await response.BodyWriter.FlushAsync(context.RequestAborted);
    }
}
