using Parley.Gateway.Configuration;

namespace Parley.Gateway.Resilience.Breakers;

/// <summary>
/// Calls and failures of the last interval, in ten slices that roll: what is counted is at most one slice older or younger than the interval.
/// Counting takes no lock.
/// </summary>
internal sealed class FailureWindow(TimeSpan interval, TimeProvider time)
{
    private const int Slices = 10;

    private readonly long _slice = Math.Max(1, (long)(interval.TotalSeconds * time.TimestampFrequency) / Slices);
    private readonly long[] _starts = new long[Slices];
    private readonly long[] _calls = new long[Slices];
    private readonly long[] _failures = new long[Slices];

    /// <summary>Counts one call.</summary>
    internal void Count(long now, bool isFailure)
    {
        var at = now / _slice;
        var index = (int)(at % Slices);
        var known = Volatile.Read(ref _starts[index]);
        // Whoever comes first into a new slice empties it; a call that is counted at that very moment may be lost, which a rate forgives.
        if (known != at && Interlocked.CompareExchange(ref _starts[index], at, known) == known)
        {
            Volatile.Write(ref _calls[index], 0);
            Volatile.Write(ref _failures[index], 0);
        }

        Interlocked.Increment(ref _calls[index]);
        if (isFailure) Interlocked.Increment(ref _failures[index]);
    }

    /// <summary>True when the failures of the interval are as many as the rule allows none to be.</summary>
    internal bool IsOver(long now, BreakerConfig rule)
    {
        var at = now / _slice;
        long calls = 0, failures = 0;
        for (var index = 0; index < Slices; index++)
        {
            if (at - Volatile.Read(ref _starts[index]) >= Slices) continue;
            calls += Volatile.Read(ref _calls[index]);
            failures += Volatile.Read(ref _failures[index]);
        }

        if (rule.Count is { } count && failures >= count) return true;
        return rule.Percentage is { } percentage && calls >= rule.MinimumCalls && failures * 100 >= percentage * calls;
    }

    internal void Clear()
    {
        Array.Clear(_calls);
        Array.Clear(_failures);
    }
}
