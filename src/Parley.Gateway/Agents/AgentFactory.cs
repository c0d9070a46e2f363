using Microsoft.Extensions.Logging;
using Parley.Gateway.Agents.Foundry;
using Parley.Gateway.Agents.Models;
using Parley.Gateway.Configuration;
using Parley.Gateway.Providers.Azure;

namespace Parley.Gateway.Agents;

/// <summary>Entries of <c>agents</c> → agents.</summary>
internal sealed class AgentFactory(EntraTokenSources tokens, FoundryPipeline pipeline, TimeProvider time, ILogger<FoundrySession> logger)
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

    private Agent Create(AgentConfig config, Func<string, Agent> other) => config.Kind switch
    {
        AgentKind.Model => new ModelAgent(config, [.. config.Tools.Where(static tool => tool.Agent is not null).Select(tool => other(tool.Agent!))]),
        AgentKind.FoundryClassic => new ClassicAgent(config, ClientOf(config), time, logger),
        AgentKind.Foundry => new FoundryAgent(config, ClientOf(config), time, logger),
        _ => throw new ArgumentOutOfRangeException(nameof(config), config.Kind, "a kind of agent that nobody makes"),
    };

    private FoundryClient ClientOf(AgentConfig config) => new(config.Name, config.ProjectEndpoint!, tokens.For(config), pipeline.Pipeline, time);
}
