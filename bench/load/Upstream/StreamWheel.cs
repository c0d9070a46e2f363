using System.Diagnostics;
using System.Net.Sockets;

namespace Parley.Load.Upstream;

/// <summary>
/// Sends the events of all open streams from one loop. The wheel has one slot per millisecond of the interval; a stream stays in the slot
/// of its start and gets one event each time the wheel comes round, so a thousand streams need one timer.
/// </summary>
internal sealed class StreamWheel : IAsyncDisposable
{
    private readonly StreamPace _pace;
    private readonly List<PacedStream>[] _slots;
    private readonly SemaphoreSlim _started = new(0);
    private readonly long _origin = Stopwatch.GetTimestamp();
    private readonly Task _turning;
    private int _open;

    public StreamWheel(StreamPace pace, TimeProvider time, CancellationToken stop)
    {
        _pace = pace;
        _slots = [.. Enumerable.Range(0, pace.IntervalMilliseconds).Select(_ => new List<PacedStream>())];
        _turning = TurnAsync(time, stop);
    }

    /// <summary>Sends head and first event now, the others as the wheel turns.</summary>
    /// <returns>False when the other side went away before the end.</returns>
    public Task<bool> SendStreamAsync(Socket socket, UpstreamAnswers answers, bool withUsage)
    {
        var stream = new PacedStream(socket, answers, _pace.Events, withUsage);
        if (!stream.SendFirst())
            return Task.FromResult(false);
        var slot = _slots[Now() % _slots.Length];
        lock (slot)
            slot.Add(stream);
        if (Interlocked.Increment(ref _open) == 1)
            _started.Release();
        return stream.Finished;
    }

    /// <summary>Returns when the loop has ended, which the token given at the start makes it do.</summary>
    public async ValueTask DisposeAsync()
    {
        await _turning;
        _started.Dispose();
    }

    private long Now() => Stopwatch.GetElapsedTime(_origin).Ticks / TimeSpan.TicksPerMillisecond;

    private async Task TurnAsync(TimeProvider time, CancellationToken stop)
    {
        try
        {
            using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(1), time);
            while (true)
            {
                await _started.WaitAsync(stop); // nothing ticks while plain requests are measured
                for (var turned = Now(); Volatile.Read(ref _open) > 0; await tick.WaitForNextTickAsync(stop))
                    for (var now = Now(); turned < now;)
                        Visit(_slots[++turned % _slots.Length]);
            }
        }
        catch (OperationCanceledException)
        {
            foreach (var slot in _slots)
                lock (slot)
                    slot.ForEach(stream => stream.Abandon());
        }
    }

    private void Visit(List<PacedStream> slot)
    {
        lock (slot)
        {
            for (var i = slot.Count - 1; i >= 0; i--)
            {
                if (slot[i].SendNext())
                    continue;
                slot.RemoveAt(i);
                Interlocked.Decrement(ref _open);
            }
        }
    }
}
