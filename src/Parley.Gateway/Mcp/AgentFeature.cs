using Parley.Gateway.Agents;
using Parley.Gateway.Configuration;

namespace Parley.Gateway.Mcp;

/// <summary>A tool for each agent of the configuration, and <c>bing-grounding</c> also where it is not configured, to say so (contracts §4).</summary>
internal sealed class AgentFeature(AgentRunner runner) : McpFeature
{
    private readonly McpTool _missing = new MissingAgentTool();

    public override IEnumerable<McpTool> Tools(McpVisit visit)
    {
        var agents = visit.Snapshot.Agents;
        foreach (var agent in agents.Agents) yield return new AgentTool(AgentToolName.Of(agent.Name), agent, runner);
        if (agents.Find(VariableAgent.Name) is null) yield return _missing;
    }
}
