using System.Collections.Frozen;

namespace Parley.Gateway.Agents;

/// <summary>The agents of one configuration.</summary>
internal sealed class AgentDirectory
{
    private readonly FrozenDictionary<string, Agent> _byName;

    internal AgentDirectory(IEnumerable<Agent> agents)
    {
        Agents = [.. agents.OrderBy(static agent => agent.Name, StringComparer.Ordinal)];
        _byName = Agents.ToFrozenDictionary(static agent => agent.Name, StringComparer.Ordinal);
    }

    /// <summary>All of them, by name.</summary>
    internal IReadOnlyList<Agent> Agents { get; }

    /// <summary>The agent of this very name; null when there is none.</summary>
    internal Agent? Find(string name) => _byName.GetValueOrDefault(name);
}
