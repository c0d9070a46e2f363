using System.Threading.Channels;
using Parley.Gateway.Configuration;

namespace Parley.Gateway.Resilience.Webhooks;

/// <summary>
/// What the webhook has still to be told, one event per target: a newer one takes the place of one that was not sent yet, so that a target
/// which flaps costs one place, and its last state is the one that is told. Bounded; without a webhook nothing is kept.
/// </summary>
internal sealed class WebhookQueue(SnapshotHolder snapshots, TimeProvider time)
{
    /// <summary>Targets that may wait; what comes beyond is dropped and counted.</summary>
    internal const int MostWaiting = 256;

    /// <summary>Between two events of one target.</summary>
    internal static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly List<TargetEvent> _waiting = [];
    private readonly Dictionary<string, long> _lastTaken = new(StringComparer.Ordinal);
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private long _dropped;
    private long _replaced;

    /// <summary>Events for which there was no room.</summary>
    internal long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Events that were not sent because a newer one of the same target came before their turn.</summary>
    internal long Replaced => Volatile.Read(ref _replaced);

    /// <summary>Never waits.</summary>
    internal void Add(TargetEvent news)
    {
        if (snapshots.Current.Config.Webhook is null) return;
        lock (_lock)
        {
            var place = _waiting.FindIndex(waiting => waiting.Target == news.Target);
            if (place >= 0)
            {
                _waiting[place] = news;
                _replaced++;
                return;
            }

            if (_waiting.Count >= MostWaiting)
            {
                _dropped++;
                return;
            }

            _waiting.Add(news);
        }

        _signal.Writer.TryWrite(true);
    }

    /// <summary>True when the target has newer news: an older one need not be tried again.</summary>
    internal bool HasNewer(string target)
    {
        lock (_lock) return _waiting.Exists(waiting => waiting.Target == target);
    }

    /// <summary>Waits for the next event whose target may be told of; in the order in which they came.</summary>
    internal async Task<TargetEvent> TakeAsync(CancellationToken cancellation)
    {
        while (true)
        {
            if (TryTake(out var wait) is { } news) return news;
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var signalled = _signal.Reader.WaitToReadAsync(either.Token).AsTask();
            await Task.WhenAny(signalled, Task.Delay(wait, time, either.Token));
            cancellation.ThrowIfCancellationRequested();
            await either.CancelAsync();
            _signal.Reader.TryRead(out _);
        }
    }

    private TargetEvent? TryTake(out TimeSpan wait)
    {
        wait = Timeout.InfiniteTimeSpan;
        lock (_lock)
        {
            var now = time.GetTimestamp();
            foreach (var (target, at) in _lastTaken)
            {
                if (time.GetElapsedTime(at, now) >= Pause) _lastTaken.Remove(target);
            }

            for (var index = 0; index < _waiting.Count; index++)
            {
                var news = _waiting[index];
                if (_lastTaken.TryGetValue(news.Target, out var last))
                {
                    var left = Pause - time.GetElapsedTime(last, now);
                    if (wait == Timeout.InfiniteTimeSpan || left < wait) wait = left;
                    continue;
                }

                _waiting.RemoveAt(index);
                _lastTaken[news.Target] = now;
                return news;
            }
        }

        return null;
    }
}
