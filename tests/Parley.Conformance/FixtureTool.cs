using System.Text.Json;
using ModelContextProtocol.Protocol;
using Parley.Gateway.Mcp;

namespace Parley.Conformance;

/// <summary>A tool of the suite, by what it does.</summary>
internal sealed class FixtureTool(string name, string description, Func<McpToolCall, CancellationToken, ValueTask<CallToolResult>> call, string schema = """{"type":"object"}""") : McpTool
{
    public override Tool Definition { get; } = new() { Name = name, Description = description, InputSchema = JsonDocument.Parse(schema).RootElement.Clone() };

    public override ValueTask<CallToolResult> CallAsync(McpToolCall made, CancellationToken cancellation) => call(made, cancellation);

    /// <summary>A tool that answers always the same.</summary>
    internal static FixtureTool Of(string name, string description, params ContentBlock[] content) =>
        new(name, description, (_, _) => ValueTask.FromResult(new CallToolResult { Content = content }));

    /// <summary>An answer of one text.</summary>
    internal static CallToolResult Text(string text) => new() { Content = [new TextContentBlock { Text = text }] };
}
