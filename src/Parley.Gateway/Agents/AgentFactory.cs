using Parley.Gateway.Agents.Models;
using Parley.Gateway.Configuration;

namespace Parley.Gateway.Agents;

/// <summary>Entries of <c>agents</c> → agents.</summary>
internal sealed class AgentFactory
{
    internal AgentDirectory Create(IReadOnlyList<AgentConfig> configs)
    {
        var made = new Dictionary<string, Agent>(StringComparer.Ordinal);
        foreach (var config in configs) Make(config);
        return new AgentDirectory(made.Values);

        // Those that it may call first. The loader has refused circles.
        Agent Make(AgentConfig config)
        {
            if (made.TryGetValue(config.Name, out var known)) return known;
            var agent = Create(config, name => Make(configs.First(other => other.Name == name)));
            made.Add(config.Name, agent);
            return agent;
        }
    }

    private static Agent Create(AgentConfig config, Func<string, Agent> other) => config.Kind switch
    {
        AgentKind.Model => new ModelAgent(config, [.. config.Tools.Where(static tool => tool.Agent is not null).Select(tool => other(tool.Agent!))]),
        _ => throw new ArgumentOutOfRangeException(nameof(config), config.Kind, "a kind of agent that nobody makes"),
    };
}
