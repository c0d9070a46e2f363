namespace Parley.Gateway.Resilience.Hedging;

/// <summary>
/// How long the answers of the last minutes took to their first token: logarithmic buckets, nine percent wide, in two generations of which
/// the older is forgotten as a whole. Of a fixed size; takes no lock.
/// </summary>
internal sealed class FirstTokenTimes(TimeProvider time)
{
    /// <summary>With fewer measurements than this nothing is said: the 95th percentile of a handful is their longest.</summary>
    internal const int LeastMeasurements = 20;

    /// <summary>What was measured counts for at least this long, and for at most twice as long.</summary>
    internal static readonly TimeSpan Generation = TimeSpan.FromMinutes(3);

    private const int PerDoubling = 8;

    // From 1 ms to 17 minutes: what is outside counts as the nearest of them.
    private const int Buckets = 20 * PerDoubling;

    private readonly long _length = Math.Max(1, (long)(Generation.TotalSeconds * time.TimestampFrequency));
    private readonly long[] _numbers = [-1, -1];
    private readonly int[][] _counts = [new int[Buckets], new int[Buckets]];

    /// <summary>Notes one time to first token.</summary>
    internal void Record(long now, double milliseconds)
    {
        var number = now / _length;
        var slot = (int)(number & 1);
        var known = Volatile.Read(ref _numbers[slot]);
        // Whoever comes first into a new generation empties it; what others note at that very moment may be lost, which a percentile forgives.
        if (known != number && Interlocked.CompareExchange(ref _numbers[slot], number, known) == known) Array.Clear(_counts[slot]);
        Interlocked.Increment(ref _counts[slot][BucketOf(milliseconds)]);
    }

    /// <summary>The time within which 95 of 100 answers had begun, rounded up to the end of its bucket; null while too little is known.</summary>
    internal TimeSpan? Percentile95(long now)
    {
        var number = now / _length;
        Span<int> counts = stackalloc int[Buckets];
        counts.Clear();
        var total = 0;
        for (var slot = 0; slot < 2; slot++)
        {
            if (number - Volatile.Read(ref _numbers[slot]) is not (0 or 1)) continue;
            for (var bucket = 0; bucket < Buckets; bucket++)
            {
                var count = Volatile.Read(ref _counts[slot][bucket]);
                counts[bucket] += count;
                total += count;
            }
        }

        if (total < LeastMeasurements) return null;
        var above = total - (int)Math.Ceiling(total * 0.95);
        var at = Buckets - 1;
        while (at > 0 && (above -= counts[at]) >= 0) at--;
        return TimeSpan.FromMilliseconds(Math.Pow(2, (double)(at + 1) / PerDoubling));
    }

    private static int BucketOf(double milliseconds) =>
        milliseconds <= 1 ? 0 : Math.Min((int)(Math.Log2(milliseconds) * PerDoubling), Buckets - 1);
}
