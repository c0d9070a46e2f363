using Parley.Gateway.Access;

namespace Parley.Gateway.Agents;

/// <summary>What an agent is called as a tool of the MCP server, and so in a key's <c>tools</c>, which holds on every surface.</summary>
internal static class AgentToolName
{
    private const string Prefix = "agent-";

    // Tools of Parley's own, and those of models (Mcp/ModelToolNames).
    private static readonly string[] Taken = ["health", "completion", "chat", "list_models"];
    private const string TakenPrefix = "model-";

    /// <summary>
    /// Its name, with <c>agent-</c> before it where Parley has a tool of that name, or of that name without <c>agent-</c>: with the agents <c>chat</c> and
    /// <c>agent-chat</c> these are <c>agent-chat</c> and <c>agent-agent-chat</c>. No two agents ever have one name, whatever they are called.
    /// </summary>
    internal static string Of(string agent)
    {
        var core = agent.AsSpan();
        while (core.StartsWith(Prefix)) core = core[Prefix.Length..];
        return core.StartsWith(TakenPrefix) || Taken.Contains(core.ToString()) ? Prefix + agent : agent;
    }

    /// <summary>True when the key may see and ask this agent.</summary>
    internal static bool MayAsk(this Caller caller, string agent) => caller.MayUseTool(Of(agent));
}
