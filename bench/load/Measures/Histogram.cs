using System.Numerics;

namespace Parley.Load.Measures;

/// <summary>
/// Durations in buckets of one microsecond up to 128 µs, above that 64 buckets per doubling: bounded memory, values within 1.6 %.
/// </summary>
internal sealed class Histogram
{
    private const int SubBits = 6;
    private readonly long[] _buckets = new long[32 << SubBits];
    private long _count;

    public long Count => Interlocked.Read(ref _count);

    public void Add(TimeSpan duration)
    {
        var micros = Math.Max(0, duration.Ticks / TimeSpan.TicksPerMicrosecond);
        Interlocked.Increment(ref _buckets[Math.Min(Index(micros), _buckets.Length - 1)]);
        Interlocked.Increment(ref _count);
    }

    public Percentiles Summary() => new(At(0.50), At(0.99));

    private static int Index(long micros)
    {
        var shift = Math.Max(0, BitOperations.Log2((ulong)micros | 1) - SubBits);
        return (shift << SubBits) + (int)(micros >> shift);
    }

    /// <summary>The middle of the bucket that holds this share of all values, in milliseconds.</summary>
    private double At(double share)
    {
        var wanted = Math.Max(1, (long)Math.Ceiling(Count * share));
        for (var (i, seen) = (0, 0L); i < _buckets.Length; i++)
            if ((seen += _buckets[i]) >= wanted)
            {
                var shift = Math.Max(0, (i >> SubBits) - 1);
                return (((long)(i - (shift << SubBits)) << shift) + (1L << shift) / 2.0) / 1000;
            }
        return double.NaN;
    }
}
