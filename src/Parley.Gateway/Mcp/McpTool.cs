using ModelContextProtocol.Protocol;

namespace Parley.Gateway.Mcp;

/// <summary>A tool of the MCP server.</summary>
internal abstract class McpTool
{
    /// <summary>What <c>tools/list</c> says of it.</summary>
    public abstract Tool Definition { get; }

    /// <summary>Does it. What goes wrong is a result too, with <c>isError</c>: a model can read it and try otherwise.</summary>
    public abstract ValueTask<CallToolResult> CallAsync(McpToolCall call, CancellationToken cancellation);
}
