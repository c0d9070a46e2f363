using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Parley.Gateway.Configuration;

namespace Parley.Gateway.Resilience.Probing;

/// <summary>
/// Makes the probes that providers ask for (<c>probe</c>), a few at a time and never two of one target, whatever its credentials. It follows the configuration: a
/// reload starts and stops them. Without one it looks at the configuration once a second and does nothing else. Chance (<c>random</c>, from 0 up to
/// 1) keeps the probes of many gateways from coming together.
/// </summary>
internal sealed partial class ProbeService(SnapshotHolder snapshots, ProbeRunner runner, Func<double> random, TimeProvider time, ILogger<ProbeService> logger) : BackgroundService
{
    /// <summary>Probes at a time.</summary>
    internal const int MostRunning = 4;

    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShortestSleep = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LeastPause = TimeSpan.FromSeconds(1);

    private readonly List<(Task Task, object State)> _running = [];
    private List<ProbeSlot> _slots = [];
    private int _next;
    private GatewaySnapshot? _known;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                Follow(snapshots.Current);
                var now = time.GetTimestamp();
                StartDue(now, stoppingToken);
                await SleepAsync(now, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops: so have the probes, whose token is the same.
            await Task.WhenAll(_running.Select(static one => one.Task));
        }
    }

    private void Follow(GatewaySnapshot snapshot)
    {
        if (ReferenceEquals(snapshot, _known)) return;
        _known = snapshot;
        var former = _slots.ToDictionary(static slot => slot.Key);
        var slots = new List<ProbeSlot>();
        var now = time.GetTimestamp();
        foreach (var slot in ProbePlan.Of(snapshot.Catalog))
        {
            if (former.Remove(slot.Key, out var known))
            {
                // Its turn stays, unless turns come more often now; one that runs goes on under the former settings, and the new slot waits for its next turn.
                slot.Due = Math.Min(known.Due, now + Ticks(slot.Config.Interval));
                slot.NotBefore = known.IsRunning ? now + Ticks(known.Config.Timeout) : Math.Min(known.NotBefore, now + Ticks(slot.Config.Interval));
                slot.ToldRefusal = known.ToldRefusal;
            }
            else
            {
                slot.Due = now + Ticks(slot.Config.Interval * (0.1 * random()));
            }

            slots.Add(slot);
        }

        if (slots.Count > 0 || _slots.Count > 0) LogFollows(logger, slots.Count);
        _slots = slots;
        foreach (var provider in snapshot.Config.Providers.Values)
        {
            if (provider.Probe is not null && !ProbePlan.CanBeProbed(provider)) LogCannot(logger, provider.Name);
        }
    }

    private void StartDue(long now, CancellationToken stopping)
    {
        _running.RemoveAll(static one => one.Task.IsCompleted);
        for (var looked = 0; looked < _slots.Count; looked++)
        {
            if (_running.Count >= MostRunning) return;
            // On from where the last look ended: a few that hang until their limit, again and again, keep the others waiting and not out.
            var slot = _slots[_next % _slots.Count];
            _next = (_next + 1) % _slots.Count;
            if (!slot.IsDue(now) || _running.Exists(one => ReferenceEquals(one.State, slot.Key.State))) continue;
            slot.IsRunning = true;
            slot.Due = now + Ticks(slot.Config.Interval * (0.9 + (0.2 * random())));
            slot.NotBefore = now + Ticks(LeastPause);
            _running.Add((RunAsync(slot, stopping), slot.Key.State));
        }
    }

    private async Task RunAsync(ProbeSlot slot, CancellationToken stopping)
    {
        // The schedule goes on meanwhile.
        await Task.Yield();
        try
        {
            await runner.RunAsync(slot, stopping);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // A defect must not end the other probes, nor the host.
            LogBroken(logger, exception, slot.Provider.Name);
        }
        finally
        {
            // It proved nothing (a failure that the rule does not count, a refusal): asked again at once it would be told the same, second by second.
            var now = time.GetTimestamp();
            if (slot.AwaitsProof(now)) slot.NotBefore = now + Ticks(slot.Config.Interval);
            slot.IsRunning = false;
        }
    }

    private Task SleepAsync(long now, CancellationToken stopping)
    {
        var sleep = LongestSleep;
        foreach (var slot in _slots)
        {
            if (slot.IsRunning || slot.NextLook(now) is var next && next == long.MaxValue) continue;
            var wait = time.GetElapsedTime(now, next);
            if (wait < sleep) sleep = wait;
        }

        // All places taken, or a turn that has come just now: soon is early enough.
        return Task.Delay(sleep > ShortestSleep ? sleep : _running.Count >= MostRunning ? ShortestSleep * 20 : ShortestSleep, time, stopping);
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);

    [LoggerMessage(Level = LogLevel.Information, Message = "Probes: {Count} are made by turns, as the providers' \"probe\" says")]
    private static partial void LogFollows(ILogger logger, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Provider {Provider} has a \"probe\" but is called with its callers' own tokens: Parley has none to probe it with. Remove \"probe\", or give the provider a credential")]
    private static partial void LogCannot(ILogger logger, string provider);

    [LoggerMessage(Level = LogLevel.Error, Message = "A probe of provider {Provider} failed inside Parley; the next is made in its turn. Please report this")]
    private static partial void LogBroken(ILogger logger, Exception exception, string provider);
}
