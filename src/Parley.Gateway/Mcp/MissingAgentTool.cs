using ModelContextProtocol.Protocol;
using Parley.Gateway.Configuration;
using Parley.Gateway.Wrapper;

namespace Parley.Gateway.Mcp;

/// <summary>The agent that contract §4 names, where nobody has configured it: the tool says what is missing.</summary>
internal sealed class MissingAgentTool : McpTool
{
    public override Tool Definition { get; } =
        AgentTool.DefinitionOf(VariableAgent.Name, "Answers a question with what a web search finds, and names its sources. Not configured here.");

    public override ValueTask<CallToolResult> CallAsync(McpToolCall call, CancellationToken cancellation) => ValueTask.FromResult(McpResult.Failed(WrapperEndpoints.NoAgent));
}
