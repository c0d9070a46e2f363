using Microsoft.Extensions.Hosting;
using Parley.Gateway.Access;
using Parley.Gateway.Configuration;
using Parley.Gateway.Ledger;
using Parley.Gateway.Routing;

namespace Parley.Gateway.Hosting;

/// <summary>
/// What happens before the first connection is taken and after the last answer is sent. Order matters: the ledger replays its
/// journal before it takes records, the configuration names the fixed keys, the keys are known before anybody may present one.
/// The first admin key is made last, when the addresses are bound: a start that fails must not use up the one time it is shown.
/// </summary>
internal sealed class GatewayStartup(
    ConfigurationUse configuration,
    KeyIndex keys,
    FirstStart firstStart,
    StartReport report,
    SnapshotHolder snapshots,
    UsageLedger ledger,
    TimeProvider time) : IHostedLifecycleService
{
    private static readonly TimeSpan FlushLimit = TimeSpan.FromSeconds(15);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await ledger.StartAsync(cancellationToken);
        configuration.Start();
        await keys.RefreshAsync(cancellationToken);
        report.ExampleModel = ExampleOf(snapshots.Current);
        report.Heartbeat = snapshots.Current.Config.Heartbeat;
    }

    public async Task StartedAsync(CancellationToken cancellationToken) => report.NewAdminKey = await firstStart.RunAsync(cancellationToken);

    // Hosted services stop in reverse order: Kestrel has finished its answers by now, so this flushes the last records. A disk that
    // is full, or a database that is away, must not hold the process: what is journalled is applied by the next start.
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(FlushLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        await ledger.StopAsync(either.Token);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static string? ExampleOf(GatewaySnapshot snapshot) =>
        snapshot.Catalog.Names.ContainsKey(ModelCatalog.EchoId) ? ModelCatalog.EchoId
        : snapshot.Config.DefaultModel ?? snapshot.Config.Models.FirstOrDefault(static model => !WildcardName.Is(model.ModelId))?.ModelId;
}
