using Microsoft.Extensions.Hosting;
using Parley.Gateway.Access;
using Parley.Gateway.Configuration;
using Parley.Gateway.Ledger;
using Parley.Gateway.Routing;

namespace Parley.Gateway.Hosting;

/// <summary>
/// What happens before the first connection is taken and after the last answer is sent. Order matters: the configuration names the
/// fixed keys, the first admin key is made only when there is none among them, the ledger replays its journal before it takes records.
/// </summary>
internal sealed class GatewayStartup(ConfigurationUse configuration, FirstStart firstStart, StartReport report, SnapshotHolder snapshots, UsageLedger ledger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await ledger.StartAsync(cancellationToken);
        configuration.Start();
        report.ExampleModel = ExampleOf(snapshots.Current);
        report.NewAdminKey = await firstStart.RunAsync(cancellationToken);
    }

    // Hosted services stop in reverse order: Kestrel has finished its answers by now, so this flushes the last records.
    public Task StopAsync(CancellationToken cancellationToken) => ledger.StopAsync(cancellationToken);

    private static string? ExampleOf(GatewaySnapshot snapshot) =>
        snapshot.Catalog.Names.ContainsKey(ModelCatalog.EchoId) ? ModelCatalog.EchoId
        : snapshot.Config.DefaultModel ?? (snapshot.Config.Models.Count > 0 ? snapshot.Config.Models[0].ModelId : null);
}
