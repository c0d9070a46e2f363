using Parley.Gateway.Configuration;

namespace Parley.Gateway.Resilience.Queueing;

/// <summary>
/// Lets a limited number of calls run, and the others wait in a bounded queue (<c>concurrency</c> of a target or a model). The limits change
/// while calls run and wait; those that run are never stopped.
/// </summary>
/// <remarks>
/// Its lock is shared only by the calls of one target or model that has such a limit. Nobody passes those who wait: while somebody waits,
/// all places are taken, and a place that is given back goes to the next one at once. Priorities are no starvation: a call that waits moves up
/// by one each tenth of the longest wait, so that in the end it has the highest, where keys have their turns one after the other.
/// </remarks>
internal sealed class ConcurrencyGate(TimeProvider time)
{
    /// <summary>Priorities are 1 to this.</summary>
    internal const int HighestPriority = 10;

    private static readonly TimeSpan ShortestEstimate = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestEstimate = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private readonly WaitingQueue _queue = new();
    private int _max = int.MaxValue;
    private int _places;
    private TimeSpan _wait = TimeSpan.FromSeconds(30);
    private int _running;
    private double _holdSeconds;

    /// <summary>Calls that run at a time; <see cref="int.MaxValue"/> when the limit was taken away.</summary>
    internal int Max => Volatile.Read(ref _max);

    /// <summary>Calls that have a place.</summary>
    internal int Running => Volatile.Read(ref _running);

    /// <summary>Calls that wait for one.</summary>
    internal int Waiting
    {
        get
        {
            lock (_lock) return _queue.Count;
        }
    }

    /// <summary>True when a call would run at once. Takes no lock: for choosing, not for entering.</summary>
    internal bool HasRoom => Running < Max;

    /// <summary>
    /// Limits the calls that run at a time, or takes the limit away; makes the gate with the first limit, so that what was never limited has none. Calls that
    /// run already are not counted by a first limit.
    /// </summary>
    internal static void Limit(ref ConcurrencyGate? gate, ConcurrencyConfig? config, TimeProvider time)
    {
        if (config is not null && Volatile.Read(ref gate) is null) Volatile.Write(ref gate, new ConcurrencyGate(time));
        Volatile.Read(ref gate)?.Limit(config);
    }

    /// <summary>Sets the limits, or takes them away; calls that wait and now have room run at once.</summary>
    internal void Limit(ConcurrencyConfig? config)
    {
        lock (_lock)
        {
            Volatile.Write(ref _max, config?.Max ?? int.MaxValue);
            _places = config?.Queue ?? 0;
            _wait = config?.Wait ?? _wait;
            Admit_NeedsLock();
        }
    }

    /// <summary>Takes a place if there is one.</summary>
    internal bool TryEnter(out GatePlace place)
    {
        lock (_lock)
        {
            if (_running >= _max)
            {
                place = default;
                return false;
            }

            Volatile.Write(ref _running, _running + 1);
        }

        place = new GatePlace(this, time.GetTimestamp());
        return true;
    }

    /// <summary>Takes a place, waiting for it if need be.</summary>
    /// <param name="key">Whose call it is.</param>
    /// <param name="priority">1 to <see cref="HighestPriority"/>; higher is served first.</param>
    /// <param name="patience">The longest wait where it is shorter than the gate's own; infinite for the gate's own.</param>
    /// <param name="cancellation">The caller has left: its place in the queue is free at once.</param>
    internal async ValueTask<(GateAnswer Answer, GatePlace Place)> EnterAsync(string key, int priority, TimeSpan patience, CancellationToken cancellation)
    {
        WaitingCall call;
        TimeSpan wait;
        bool isOwn;
        lock (_lock)
        {
            if (_running < _max)
            {
                Volatile.Write(ref _running, _running + 1);
                return (GateAnswer.Entered, new GatePlace(this, time.GetTimestamp()));
            }

            if (_queue.Count >= _places) return (GateAnswer.Full, default);
            isOwn = patience >= TimeSpan.Zero && patience < _wait;
            wait = isOwn ? patience : _wait;
            call = new WaitingCall(this, key, priority, time.GetTimestamp(), Math.Max(1, TicksOf(_wait) / HighestPriority));
            _queue.Add(call);
        }

        GateAnswer answer;
        await using (time.CreateTimer(static state => ((WaitingCall)state!).GiveUp(GateAnswer.TimedOut), call, wait, Timeout.InfiniteTimeSpan))
        await using (cancellation.UnsafeRegister(static state => ((WaitingCall)state!).GiveUp(GateAnswer.Left), call))
        {
            answer = await call.Answer;
        }

        if (isOwn && answer == GateAnswer.TimedOut) answer = GateAnswer.OutOfPatience;
        return (answer, answer == GateAnswer.Entered ? new GatePlace(this, time.GetTimestamp()) : default);
    }

    /// <summary>A call has ended.</summary>
    /// <param name="since">When it took its place.</param>
    internal void Exit(long since)
    {
        var seconds = time.GetElapsedTime(since).TotalSeconds;
        lock (_lock)
        {
            _holdSeconds = _holdSeconds == 0 ? seconds : (0.9 * _holdSeconds) + (0.1 * seconds);
            Volatile.Write(ref _running, _running - 1);
            Admit_NeedsLock();
        }
    }

    /// <summary>How long it takes until one more call would have its turn, as calls have lasted of late.</summary>
    internal TimeSpan Estimate()
    {
        lock (_lock)
        {
            var seconds = (_queue.Count + 1) * _holdSeconds / _max;
            if (seconds <= ShortestEstimate.TotalSeconds) return ShortestEstimate;
            return seconds < LongestEstimate.TotalSeconds ? TimeSpan.FromSeconds(seconds) : LongestEstimate;
        }
    }

    /// <summary>Takes a call out of the queue; false when it is no longer in it.</summary>
    internal bool Remove(WaitingCall call)
    {
        lock (_lock) return _queue.Remove(call);
    }

    private void Admit_NeedsLock()
    {
        while (_running < _max && _queue.Count > 0)
        {
            Volatile.Write(ref _running, _running + 1);
            _queue.Take(time.GetTimestamp()).Complete(GateAnswer.Entered);
        }
    }

    private long TicksOf(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);
}
