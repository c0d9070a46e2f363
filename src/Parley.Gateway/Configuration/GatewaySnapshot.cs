using System.Collections.Frozen;
using Parley.Gateway.Agents;
using Parley.Gateway.Providers;
using Parley.Gateway.Resilience;
using Parley.Gateway.Routing;
using Parley.Gateway.Routing.Picking;

namespace Parley.Gateway.Configuration;

/// <summary>A configuration compiled: immutable, swapped as a whole. A request uses the one it started with to its end.</summary>
internal sealed class GatewaySnapshot
{
    private GatewaySnapshot(ParleyConfig config, ModelCatalog catalog, AgentDirectory agents)
    {
        Config = config;
        Catalog = catalog;
        Agents = agents;
    }

    internal ParleyConfig Config { get; }

    internal ModelCatalog Catalog { get; }

    internal AgentDirectory Agents { get; }

    internal static GatewaySnapshot Compile(ParleyConfig config, ProviderFactory factory, TargetPickers pickers, ModelStates states, AgentFactory agents)
    {
        var providers = config.Providers.ToFrozenDictionary(pair => pair.Key, pair => factory.Create(pair.Value), StringComparer.Ordinal);
        return new GatewaySnapshot(config, new ModelCatalog(config, providers, factory, pickers, states), agents.Create(config.Agents));
    }
}
