using Parley.Gateway.Agents;
using Parley.Gateway.Configuration;

namespace Parley.Gateway.Mcp;

/// <summary>A tool for each agent of the configuration, and <c>bing-grounding</c> also where it is not configured, to say so (contracts §4).</summary>
internal sealed class AgentFeature(AgentRunner runner) : McpFeature
{
    private static readonly string[] Taken = [.. WrapperFeature.Names, "list_models"];

    private readonly McpTool _missing = new MissingAgentTool();

    public override IEnumerable<McpTool> Tools(McpVisit visit)
    {
        var agents = visit.Snapshot.Agents;
        foreach (var agent in agents.Agents) yield return new AgentTool(NameOf(agent), agent, runner);
        if (agents.Find(VariableAgent.Name) is null) yield return _missing;
    }

    /// <summary>An agent's name as a tool: one that is called like a tool of Parley's own does not take its place.</summary>
    internal static string NameOf(Agent agent) => Taken.Contains(agent.Name) ? $"agent-{agent.Name}" : agent.Name;
}
