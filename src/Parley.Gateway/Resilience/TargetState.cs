using Parley.Gateway.Configuration;
using Parley.Gateway.Resilience.Breakers;
using Parley.Gateway.Resilience.Queueing;

namespace Parley.Gateway.Resilience;

/// <summary>
/// What is known of one target while the process runs: one provider with one upstream model, a breaker for each credential. It outlives
/// configuration reloads, and models that share the target share it.
/// </summary>
internal sealed class TargetState
{
    private readonly TimeProvider _time;
    private readonly TargetChange?[] _changes;
    private long _inFlight;
    private bool _isToldOut;
    private bool _isForgotten;
    private Action<TargetState>? _called;
    private ConcurrencyGate? _gate;

    internal TargetState(string name, BreakerConfig rule, int credentials, TimeProvider time)
    {
        Name = name;
        _time = time;
        Breakers = [.. Enumerable.Range(0, Math.Max(1, credentials)).Select(_ => new Breaker(rule, time))];
        Latency = new TargetLatency(time);
        Capacity = new TargetCapacity(time);
        _changes = new TargetChange?[Breakers.Length];
    }

    /// <summary><c>provider/upstream-model</c>: its id in the admin API, the ledger and the logs.</summary>
    internal string Name { get; }

    /// <summary>One for each credential, in their order.</summary>
    internal Breaker[] Breakers { get; }

    internal TargetLatency Latency { get; }

    /// <summary>What was counted of its calls.</summary>
    internal TargetCounters Counters { get; } = new();

    /// <summary>The last change of a credential's breaker that was told; null when there was none.</summary>
    internal TargetChange? LastChange(int credential) => Volatile.Read(ref _changes[credential % _changes.Length]);

    /// <summary>Keeps a change, so that its time can be told later.</summary>
    internal void Keep(int credential, TargetChange change) => Volatile.Write(ref _changes[credential % _changes.Length], change);

    /// <summary>True when it was last told to be out, and not yet to be back.</summary>
    internal bool IsToldOut
    {
        get => Volatile.Read(ref _isToldOut);
        set => Volatile.Write(ref _isToldOut, value);
    }

    /// <summary>True when no configuration leads here any more: what requests of an older one still find out is no news.</summary>
    internal bool IsForgotten
    {
        get => Volatile.Read(ref _isForgotten);
        set => Volatile.Write(ref _isForgotten, value);
    }

    /// <summary>Told of the first call, once.</summary>
    internal Action<TargetState>? Called
    {
        init => _called = value;
    }

    /// <summary>What its answers say of its rate limits; read only for pools that pick by it.</summary>
    internal TargetCapacity Capacity { get; }

    /// <summary>Where its calls wait; null while their number was never limited.</summary>
    internal ConcurrencyGate? Gate => Volatile.Read(ref _gate);

    /// <summary>Limits the calls that run at a time, or takes the limit away.</summary>
    internal void Limit(ConcurrencyConfig? config) => ConcurrencyGate.Limit(ref _gate, config, _time);

    /// <summary>Calls that run now.</summary>
    internal long InFlight => Volatile.Read(ref _inFlight);

    internal void Enter()
    {
        Interlocked.Increment(ref _inFlight);
        Latency.NoteTried();
        if (Volatile.Read(ref _called) is not null) Interlocked.Exchange(ref _called, null)?.Invoke(this);
    }

    internal void Exit() => Interlocked.Decrement(ref _inFlight);

    /// <summary>True when one of its credentials may be used.</summary>
    internal bool IsAvailable(long now)
    {
        foreach (var breaker in Breakers)
        {
            if (breaker.IsAvailable(now)) return true;
        }

        return false;
    }

    /// <summary>The credential that may be used soonest.</summary>
    internal int LeastBad(long now)
    {
        var chosen = 0;
        for (var index = 1; index < Breakers.Length; index++)
        {
            if (Breakers[index].OpenUntil(now) < Breakers[chosen].OpenUntil(now)) chosen = index;
        }

        return chosen;
    }

    /// <summary>How long until this credential may be used; zero when it may be now.</summary>
    internal TimeSpan WaitOf(int credential, long now)
    {
        var until = Breakers[credential % Breakers.Length].OpenUntil(now);
        return until == 0 ? TimeSpan.Zero : _time.GetElapsedTime(now, until);
    }

    /// <summary>True when it is tried although it is open, once no other target is left: all rules but API Management's, whose answer is then 503.</summary>
    internal bool IsTriedWhenAllAreOut => Breakers[0].Rule.Rule != BreakerRule.Counted;

    /// <summary>How long until one of its credentials may be used; zero when one may be now.</summary>
    internal TimeSpan Wait(long now)
    {
        var shortest = TimeSpan.MaxValue;
        foreach (var breaker in Breakers)
        {
            var until = breaker.OpenUntil(now);
            if (until == 0) return TimeSpan.Zero;
            var wait = _time.GetElapsedTime(now, until);
            if (wait < shortest) shortest = wait;
        }

        return shortest;
    }
}
