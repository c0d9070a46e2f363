using Parley.Gateway.Resilience.Breakers;

namespace Parley.Gateway.Resilience;

/// <summary>How a target, or one of its credentials, is at one moment, in words and times that can be shown.</summary>
/// <param name="State">What is known.</param>
/// <param name="Reason">Why; null when nothing happened to it.</param>
/// <param name="Since">Since when it is so; null when that is not known.</param>
/// <param name="Until">When an open one may be tried again.</param>
internal readonly record struct TargetHealth(BreakerState State, string? Reason, DateTimeOffset? Since, DateTimeOffset? Until)
{
    /// <summary>The state in the words of the admin API, the webhook and the logs.</summary>
    internal static string NameOf(BreakerState state) => state switch
    {
        BreakerState.Healthy => "healthy",
        BreakerState.Open => "open",
        BreakerState.HalfOpen => "half-open",
        _ => "unknown",
    };

    /// <summary>A target as a whole: it is as well as the best of its credentials, because that one is used.</summary>
    internal static TargetHealth Of(TargetState target, TimeProvider time)
    {
        var best = OfCredential(target, 0, time);
        for (var credential = 1; credential < target.Breakers.Length; credential++)
        {
            var other = OfCredential(target, credential, time);
            if (Rank(other.State) < Rank(best.State) || (other.State == BreakerState.Open && best.State == BreakerState.Open && other.Until < best.Until)) best = other;
        }

        return best;
    }

    /// <summary>One credential of a target.</summary>
    internal static TargetHealth OfCredential(TargetState target, int credential, TimeProvider time)
    {
        var now = time.GetTimestamp();
        var breaker = target.Breakers[credential];
        var last = target.LastChange(credential);
        var state = breaker.StateAt(now);
        switch (state)
        {
            case BreakerState.Open:
                var until = breaker.OpenUntil(now);
                return new(state, breaker.Reason, last?.Change.To == state ? last.At : null, until == 0 ? null : time.GetUtcNow() + time.GetElapsedTime(now, until));
            case BreakerState.HalfOpen:
                return new(state, $"one call finds out whether it is well again (was out: {breaker.Reason})", last?.Change.Until, null);
            case BreakerState.Healthy:
                return last?.Change.To == state ? new(state, last.Change.Reason, last.At, null) : new(state, null, null, null);
            default:
                if (last is null) return new(state, null, null, null);
                return last.Change.To == BreakerState.Open
                    ? new(state, $"may be tried again (was out: {breaker.Reason})", last.Change.Until, null)
                    : new(state, last.Change.Reason, last.At, null);
        }
    }

    private static int Rank(BreakerState state) => state switch
    {
        BreakerState.Healthy => 0,
        BreakerState.Unknown => 1,
        BreakerState.HalfOpen => 2,
        _ => 3,
    };
}
