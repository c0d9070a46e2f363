using Parley.Gateway.Exchange;
using Parley.Gateway.Resilience.Breakers;

namespace Parley.Gateway.Resilience;

/// <summary>What was counted of a target's calls since it is known. Takes no lock.</summary>
internal sealed class TargetCounters
{
    private readonly long[] _openings = new long[Enum.GetValues<OpeningReason>().Length];
    private long _requests;
    private long _failures;
    private long _lastFailureAt;
    private int _lastStatus = -1;

    /// <summary>Calls that have ended; what the admin API calls requests. Probes are not among them.</summary>
    internal long Requests => Volatile.Read(ref _requests);

    /// <summary>Those of them that counted against the target.</summary>
    internal long Failures => Volatile.Read(ref _failures);

    /// <summary>The provider's status of the last call that told one; zero for no answer, null before the first call.</summary>
    internal int? LastStatus => Volatile.Read(ref _lastStatus) is >= 0 and var status ? status : null;

    /// <summary>When a call last counted against the target; null when none did.</summary>
    internal DateTimeOffset? LastFailureAt =>
        Volatile.Read(ref _lastFailureAt) is not 0 and var milliseconds ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null;

    /// <summary>How often it left its pool for such a reason.</summary>
    internal long OpeningsOf(OpeningReason reason) => Volatile.Read(ref _openings[(int)reason]);

    internal void CountOpening(OpeningReason reason) => Interlocked.Increment(ref _openings[(int)reason]);

    /// <summary>A call has ended.</summary>
    internal void Note(int status, GatewayErrorKind? error, TimeProvider time)
    {
        Interlocked.Increment(ref _requests);
        var failed = error is { } kind && GatewayErrorTable.Of(kind).CountsAgainstTarget;
        // A caller that left before the answer began tells nothing.
        if (failed || status != 0) Volatile.Write(ref _lastStatus, status);
        if (!failed) return;
        Interlocked.Increment(ref _failures);
        Volatile.Write(ref _lastFailureAt, time.GetUtcNow().ToUnixTimeMilliseconds());
    }
}
