using Microsoft.Extensions.DependencyInjection;
using Parley.Gateway.Configuration;

namespace Parley.Gateway.Tests.Harness;

/// <summary>Puts a changed configuration in use, as a reload of a changed file does.</summary>
internal static class Reconfiguring
{
    internal static void Reconfigure(this GatewayHost gateway, Func<ParleyConfig, ParleyConfig> change)
    {
        var snapshots = gateway.Services.GetRequiredService<SnapshotHolder>();
        snapshots.Use(snapshots.Compile(change(snapshots.Current.Config)));
    }

    /// <summary>Changes one provider.</summary>
    internal static void Reconfigure(this GatewayHost gateway, string provider, Func<ProviderConfig, ProviderConfig> change) => gateway.Reconfigure(config =>
    {
        var providers = new Dictionary<string, ProviderConfig>(config.Providers);
        providers[provider] = change(providers[provider]);
        return config with { Providers = providers };
    });
}
