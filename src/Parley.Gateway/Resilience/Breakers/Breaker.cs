using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;

namespace Parley.Gateway.Resilience.Breakers;

/// <summary>
/// Keeps a target that fails out of its pool: one for each provider, credential and upstream model.
/// <code>
///            failure (simple) · too many (counted)          time is up, a call asks
/// Unknown ─┐                                    ┌─→ Open ────────────────────────→ HalfOpen ─┐
/// Healthy ─┴────────────────────────────────────┘   ↑ │          failure                     │
///    ↑                                              └─│──────────────────────────────────────┤
///    └────── answered a call of after the failure ────┴──────────────────────────────────────┘
/// </code>
/// Time up and nobody asks, or who asked never told: Unknown, the next call finds out.
/// Reading its state takes no lock; only a failure, and the answer that mends one, do.
/// </summary>
/// <remarks>
/// Open for as long as the provider asks (<c>Retry-After</c>, between 1 s and the configured limit), else as long as configured. A later
/// wait never shortens an earlier one (contracts §4, failures.md §2.17).
/// </remarks>
internal sealed class Breaker(BreakerConfig rule, TimeProvider time)
{
    // A half-open call that never tells how it ended must not keep the target out for ever.
    internal static readonly TimeSpan ProbePatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly FailureWindow? _window = rule.Rule == BreakerRule.Counted ? new FailureWindow(rule.Interval, time) : null;

    // Timestamps; zero means not open. The state is read from them, so that it changes with the clock alone.
    private long _openUntil;
    private long _probeUntil;
    private long _failedAt;
    private long _probes;
    private bool _isHealthy;
    private bool _isTripped;
    private string _reason = "";

    internal BreakerConfig Rule => rule;

    /// <summary>What is known now.</summary>
    internal BreakerState StateAt(long now)
    {
        var until = Volatile.Read(ref _openUntil);
        if (until == 0) return Volatile.Read(ref _isHealthy) ? BreakerState.Healthy : BreakerState.Unknown;
        if (now < until) return BreakerState.Open;
        return now < Volatile.Read(ref _probeUntil) ? BreakerState.HalfOpen : BreakerState.Unknown;
    }

    /// <summary>True when a call may be made: not open, and nobody is finding out.</summary>
    internal bool IsAvailable(long now)
    {
        var until = Volatile.Read(ref _openUntil);
        return until == 0 || (now >= until && now >= Volatile.Read(ref _probeUntil));
    }

    /// <summary>The timestamp until which it is open; zero when it is not.</summary>
    internal long OpenUntil(long now)
    {
        var until = Volatile.Read(ref _openUntil);
        return now < until ? until : 0;
    }

    /// <summary>True when an open time has passed and nobody is finding out yet: the next call, or a probe, does.</summary>
    internal bool AwaitsProof(long now)
    {
        var until = Volatile.Read(ref _openUntil);
        return until != 0 && now >= until && now >= Volatile.Read(ref _probeUntil);
    }

    /// <summary>Why it opened last; empty when it never did.</summary>
    internal string Reason
    {
        get
        {
            lock (_lock) return _reason;
        }
    }

    /// <summary>Why it opened, until an answer mends it; null while there is nothing to mend.</summary>
    internal string? ReasonToMend => Volatile.Read(ref _openUntil) == 0 ? null : Reason;

    /// <summary>Asks to make a call: granted while it is not open, and once to the call that finds out after an open time.</summary>
    /// <param name="now">Timestamp of the call.</param>
    /// <param name="probe">Names the call that finds out, for <see cref="Abandon"/>; zero when nothing is to be found out.</param>
    internal bool TryEnter(long now, out long probe)
    {
        probe = 0;
        if (Volatile.Read(ref _openUntil) == 0) return true;
        lock (_lock)
        {
            if (_openUntil == 0) return true;
            if (now < _openUntil || now < _probeUntil) return false;
            Volatile.Write(ref _probeUntil, now + Ticks(ProbePatience));
            probe = ++_probes;
            return true;
        }
    }

    /// <summary>
    /// An active probe was answered: mends it once its open time is over, because only real calls show that a limit has been lifted. It is none of
    /// the calls whose share of failures the counted rule looks at: many probes would hide that most of the few real ones fail.
    /// </summary>
    /// <returns>What changed, or null.</returns>
    internal BreakerChange? Succeed(long now) => now < Volatile.Read(ref _openUntil) ? null : Mend(now, now);

    /// <summary>The target answered a call.</summary>
    /// <param name="now">Timestamp of the answer.</param>
    /// <param name="started">Timestamp of the call: one from before the last failure says nothing about the time after it.</param>
    /// <returns>What changed, or null.</returns>
    internal BreakerChange? Succeed(long now, long started)
    {
        // Only a share needs to know of the answered ones.
        if (rule.Percentage is not null) _window?.Count(now, isFailure: false);
        return Mend(now, started);
    }

    /// <summary>The target failed.</summary>
    /// <returns>What changed, or null.</returns>
    internal BreakerChange? Fail(long now, in TargetFailure failure)
    {
        if (!Counts(in failure)) return null;
        _window?.Count(now, isFailure: true);
        lock (_lock)
        {
            var from = StateAt(now);
            _failedAt = now;
            Volatile.Write(ref _isHealthy, false);
            // What fails after the open time, found out or late, opens it again whatever the counts say.
            if (_window is not null && _openUntil == 0 && !_window.IsOver(now, rule)) return null;
            return Open_NeedsLock(now, from, WaitOf(in failure), failure.Reason);
        }
    }

    /// <summary>A call ended without telling anything of the target: if it was to find out, the next one may.</summary>
    /// <param name="probe">What <see cref="TryEnter"/> gave it.</param>
    internal void Abandon(long probe)
    {
        if (probe == 0) return;
        lock (_lock)
        {
            // Given up in the meantime, another call may be finding out: that one keeps its place.
            if (_probes == probe) Volatile.Write(ref _probeUntil, 0);
        }
    }

    /// <summary>Opens it by hand.</summary>
    internal BreakerChange? Trip(long now, TimeSpan? wait, string reason = OpeningReasons.ByHand)
    {
        lock (_lock)
        {
            var from = StateAt(now);
            _failedAt = now;
            _isTripped = true;
            Volatile.Write(ref _isHealthy, false);
            return Open_NeedsLock(now, from, wait ?? rule.Open, reason);
        }
    }

    /// <summary>Forgets everything.</summary>
    internal BreakerChange? Reset(long now)
    {
        lock (_lock)
        {
            var from = StateAt(now);
            var wasOpen = _openUntil != 0;
            Close_NeedsLock(isHealthy: false);
            _window?.Clear();
            return wasOpen ? new BreakerChange(from, BreakerState.Unknown, "reset by hand", null) : null;
        }
    }

    private BreakerChange? Mend(long now, long started)
    {
        if (Volatile.Read(ref _openUntil) == 0 && Volatile.Read(ref _isHealthy)) return null;
        lock (_lock)
        {
            if (_openUntil != 0 && started < _failedAt) return null;
            // Tried because no other target was left, and answered: back before its time, unless the operator said otherwise.
            if (now < _openUntil && _isTripped) return null;
            var from = StateAt(now);
            var wasOpen = _openUntil != 0;
            Close_NeedsLock(isHealthy: true);
            return wasOpen ? new BreakerChange(from, BreakerState.Healthy, "answered", null) : null;
        }
    }

    private bool Counts(in TargetFailure failure)
    {
        if (rule.Rule == BreakerRule.Off || !GatewayErrorTable.Of(failure.Kind).CountsAgainstTarget) return false;
        if (rule.Rule == BreakerRule.Simple) return true;
        // Without an answer, or with one that broke off, there is no status to judge.
        var hasStatus = failure.Status is not (0 or (>= 200 and < 300));
        if (!hasStatus) return failure.Kind == GatewayErrorKind.UpstreamTimeout ? rule.CountsTimeouts : rule.CountsConnections;
        foreach (var range in rule.Statuses)
        {
            if (range.Contains(failure.Status)) return true;
        }

        return false;
    }

    private TimeSpan WaitOf(in TargetFailure failure)
    {
        if (failure.RetryAfter is not { } asked || !rule.AcceptRetryAfter) return rule.Open;
        if (asked < ShortestWait) return ShortestWait;
        return asked < rule.MostRetryAfter ? asked : rule.MostRetryAfter;
    }

    private BreakerChange? Open_NeedsLock(long now, BreakerState from, TimeSpan wait, string reason)
    {
        var until = now + Ticks(wait);
        Volatile.Write(ref _probeUntil, 0);
        if (until <= _openUntil) return null;
        var wasOpen = now < _openUntil;
        Volatile.Write(ref _openUntil, until);
        _reason = reason;
        // They have been paid for: after the open time it begins to count anew.
        _window?.Clear();
        return wasOpen ? null : new BreakerChange(from, BreakerState.Open, reason, time.GetUtcNow() + wait);
    }

    private void Close_NeedsLock(bool isHealthy)
    {
        Volatile.Write(ref _openUntil, 0);
        Volatile.Write(ref _probeUntil, 0);
        Volatile.Write(ref _isHealthy, isHealthy);
        _isTripped = false;
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);
}
