using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using Parley.Gateway.Mcp;

namespace Parley.Conformance;

/// <summary>Tools for what an answer may hold, and for what is said meanwhile.</summary>
internal static class ContentTools
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private const string Schema = """
        {
          "$schema": "https://json-schema.org/draft/2020-12/schema",
          "type": "object",
          "$defs": {
            "address": { "$anchor": "addressDef", "type": "object", "properties": { "street": { "type": "string" }, "city": { "type": "string" } } }
          },
          "properties": {
            "name": { "type": "string" },
            "address": { "$ref": "#/$defs/address" },
            "contactMethod": { "type": "string", "enum": ["phone", "email"] },
            "phone": { "type": "string" },
            "email": { "type": "string" }
          },
          "allOf": [{ "anyOf": [{ "required": ["phone"] }, { "required": ["email"] }] }],
          "if": { "properties": { "contactMethod": { "const": "phone" } }, "required": ["contactMethod"] },
          "then": { "required": ["phone"] },
          "else": { "required": ["email"] },
          "additionalProperties": false
        }
        """;

    public static FixtureTool[] All { get; } =
    [
        FixtureTool.Of("test_simple_text", "A text.", new TextContentBlock { Text = "This is a simple text response for testing." }),
        FixtureTool.Of("test_image_content", "An image.", ImageContentBlock.FromBytes(Samples.Png, "image/png")),
        FixtureTool.Of("test_audio_content", "A sound.", AudioContentBlock.FromBytes(Samples.Wav, "audio/wav")),
        FixtureTool.Of("test_embedded_resource", "A resource.", Embedded("test://embedded-resource", "text/plain", "This is an embedded resource content.")),
        FixtureTool.Of(
            "test_multiple_content_types",
            "A text, an image and a resource.",
            new TextContentBlock { Text = "Multiple content types test:" },
            ImageContentBlock.FromBytes(Samples.Png, "image/png"),
            Embedded("test://mixed-content-resource", "application/json", """{"test":"data","value":123}""")),
        new FixtureTool("test_error_handling", "Always fails.", static (_, _) => ValueTask.FromResult(McpResult.Failed("This tool intentionally returns an error for testing"))),
        new FixtureTool("json_schema_2020_12_tool", "Its schema has what JSON Schema 2020-12 brought.", static (_, _) => ValueTask.FromResult(FixtureTool.Text("done")), Schema),
        new FixtureTool(
            "test_x_mcp_header",
            "Has an argument that is repeated in a header.",
            static (call, _) => ValueTask.FromResult(FixtureTool.Text(call.Text("region") ?? "")),
            """{"type":"object","properties":{"region":{"type":"string","x-mcp-header":"Region"}}}"""),
        new FixtureTool("test_tool_with_progress", "Tells how far it is.", ProgressAsync),
        new FixtureTool("test_tool_with_logging", "Tells what it does.", LoggingAsync),
        new FixtureTool("test_logging_tool", "Tells what it does to those who asked for it.", static async (call, cancellation) =>
        {
            if (call.Request.JsonRpcRequest.Context?.LogLevel is not null) await LogAsync(call, "test_logging_tool executed", cancellation);
            return FixtureTool.Text("done");
        }),
        FixtureTool.Of("test_streaming_elicitation", "Asks the client nothing.", new TextContentBlock { Text = "done" }),
        new FixtureTool("test_missing_capability", "Needs a client that samples.", static (call, _) => call.Request.JsonRpcRequest.Context?.ClientCapabilities?.Sampling is not null
            ? ValueTask.FromResult(FixtureTool.Text("done"))
            : throw new MissingRequiredClientCapabilityException(new ClientCapabilities { Sampling = new() }, "This tool needs a client that samples.")),
    ];

    private static EmbeddedResourceBlock Embedded(string uri, string type, string text) => new() { Resource = new TextResourceContents { Uri = uri, MimeType = type, Text = text } };

    private static async ValueTask<CallToolResult> ProgressAsync(McpToolCall call, CancellationToken cancellation)
    {
        foreach (var progress in (float[])[0, 50, 100])
        {
            if (call.Request.Params.ProgressToken is { } token)
                await call.Request.Server.NotifyProgressAsync(token, new ProgressNotificationValue { Progress = progress, Total = 100 }, cancellationToken: cancellation);
            await Task.Delay(Pause, TimeProvider.System, cancellation);
        }

        return FixtureTool.Text("done");
    }

    private static async ValueTask<CallToolResult> LoggingAsync(McpToolCall call, CancellationToken cancellation)
    {
        foreach (var message in (string[])["Tool execution started", "Tool processing data", "Tool execution completed"])
        {
            await LogAsync(call, message, cancellation);
            await Task.Delay(Pause, TimeProvider.System, cancellation);
        }

        return FixtureTool.Text("done");
    }

    private static Task LogAsync(McpToolCall call, string message, CancellationToken cancellation) => call.Request.Server.SendNotificationAsync(
        NotificationMethods.LoggingMessageNotification,
        new LoggingMessageNotificationParams { Level = LoggingLevel.Info, Data = System.Text.Json.JsonSerializer.SerializeToElement(message) },
        cancellationToken: cancellation);
}
