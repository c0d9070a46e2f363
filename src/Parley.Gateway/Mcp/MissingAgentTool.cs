using ModelContextProtocol.Protocol;
using Parley.Gateway.Configuration;

namespace Parley.Gateway.Mcp;

/// <summary>An agent that contracts §4 names and nobody has configured: the tool says what is missing.</summary>
internal sealed class MissingAgentTool(string name) : McpTool
{
    public override Tool Definition { get; } = AgentTool.DefinitionOf(name, "Answers a question with what a web search finds, and names its sources. Not configured here.");

    public override ValueTask<CallToolResult> CallAsync(McpToolCall call, CancellationToken cancellation) => ValueTask.FromResult(McpResult.Failed(
        $"The agent '{name}' is not configured: set {VariableNames.ProjectEndpoint} and {VariableNames.AgentId}, or add it under \"agents\" in parley.json."));
}
