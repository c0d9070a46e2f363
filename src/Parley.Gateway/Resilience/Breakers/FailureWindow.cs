using Parley.Gateway.Configuration;

namespace Parley.Gateway.Resilience.Breakers;

/// <summary>
/// Calls and failures of the last interval, in ten slices that roll: nothing older than the interval is counted, and of its oldest tenth
/// what lies in the slice that is being replaced is not. No count is lost, and counting takes no lock.
/// </summary>
internal sealed class FailureWindow(TimeSpan interval, TimeProvider time)
{
    private const int Slices = 10;

    private readonly long _slice = Math.Max(1, (long)(interval.TotalSeconds * time.TimestampFrequency) / Slices);

    // The slice's number in the upper half and its count in the lower, so that both change at once.
    private readonly ulong[] _answered = new ulong[Slices];
    private readonly ulong[] _failed = new ulong[Slices];

    /// <summary>Counts one call.</summary>
    internal void Count(long now, bool isFailure)
    {
        var at = now / _slice;
        Add(ref (isFailure ? _failed : _answered)[at % Slices], (uint)at);
    }

    /// <summary>True when the failures of the interval have reached what the rule allows.</summary>
    internal bool IsOver(long now, BreakerConfig rule)
    {
        var at = (uint)(now / _slice);
        var failures = Sum(_failed, at);
        if (rule.Count is { } count && failures >= count) return true;
        if (rule.Percentage is not { } percentage) return false;
        var calls = failures + Sum(_answered, at);
        return calls >= rule.MinimumCalls && failures * 100 >= percentage * calls;
    }

    internal void Clear()
    {
        for (var index = 0; index < Slices; index++)
        {
            Volatile.Write(ref _answered[index], 0);
            Volatile.Write(ref _failed[index], 0);
        }
    }

    private static void Add(ref ulong cell, uint slice)
    {
        while (true)
        {
            var known = Volatile.Read(ref cell);
            var isEmpty = (uint)known == 0;
            var age = (int)(slice - (uint)(known >> 32));
            // Whoever was held up for a whole interval counts nothing: its slice is gone.
            if (!isEmpty && age < 0) return;
            var next = isEmpty || age > 0 ? ((ulong)slice << 32) | 1 : known + 1;
            if (Interlocked.CompareExchange(ref cell, next, known) == known) return;
        }
    }

    private static long Sum(ulong[] cells, uint at)
    {
        var sum = 0L;
        foreach (ref var cell in cells.AsSpan())
        {
            var known = Volatile.Read(ref cell);
            if (at - (uint)(known >> 32) < Slices) sum += (uint)known;
        }

        return sum;
    }
}
