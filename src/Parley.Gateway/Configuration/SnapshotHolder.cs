using Parley.Gateway.Agents;
using Parley.Gateway.Providers;
using Parley.Gateway.Providers.Azure;
using Parley.Gateway.Providers.Transport;
using Parley.Gateway.Resilience;
using Parley.Gateway.Resilience.Queueing;
using Parley.Gateway.Routing.Picking;

namespace Parley.Gateway.Configuration;

/// <summary>The one reference to the current snapshot. Applying a new configuration compiles it and swaps the reference; nothing in flight notices.</summary>
internal sealed class SnapshotHolder(ProviderFactory factory, TargetPickers pickers, UpstreamTransports transports, EntraTokenSources tokens, TargetStates targets, ModelStates models, AgentFactory agents)
{
    private volatile GatewaySnapshot? _current;

    /// <exception cref="InvalidOperationException">Before the first configuration was applied.</exception>
    internal GatewaySnapshot Current => _current ?? throw new InvalidOperationException("No configuration has been applied yet.");

    /// <summary>Compiles and changes nothing. Throws when something that the configuration names cannot be used, such as a broken CA file.</summary>
    internal GatewaySnapshot Compile(ParleyConfig config) => GatewaySnapshot.Compile(config, factory, pickers, models, agents);

    /// <summary>Swaps the reference. Cannot fail.</summary>
    /// <returns>The targets that the configuration does not lead to any more.</returns>
    internal IReadOnlyList<TargetState> Use(GatewaySnapshot snapshot)
    {
        ConcurrencyLimits.Apply(snapshot, targets, models);
        _current = snapshot;
        transports.KeepOnly(snapshot.Config.Providers.Values);
        tokens.KeepOnly(snapshot.Config);
        models.KeepOnly(snapshot.Catalog.Ids);
        return targets.KeepOnly(snapshot.Catalog);
    }
}
