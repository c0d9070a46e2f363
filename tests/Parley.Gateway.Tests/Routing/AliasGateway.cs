using Microsoft.Extensions.DependencyInjection;
using Parley.Gateway.Configuration;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Routing;

/// <summary>Aliases put in use while a gateway runs, as a reload of its file would.</summary>
internal static class AliasGateway
{
    internal static AliasConfig Alias(string name, params (string Model, int Weight)[] shares) =>
        new() { Name = name, Shares = [.. shares.Select(share => new AliasShare(share.Model, share.Weight))], Origin = $"parley.json: aliases.{name}" };

    internal static void UseAliases(this GatewayHost gateway, params AliasConfig[] aliases)
    {
        var snapshots = gateway.Services.GetRequiredService<SnapshotHolder>();
        snapshots.Use(snapshots.Compile(snapshots.Current.Config with { Aliases = aliases }));
    }
}
