namespace Parley.Gateway.Telemetry;

/// <summary>A histogram over <see cref="MetricSeries.Bounds"/>: per bucket counts (not cumulative), and the sum in microseconds.</summary>
internal sealed class MetricHistogram
{
    internal readonly long[] Buckets = new long[MetricSeries.Bounds.Length + 1];
    internal long SumMicroseconds;

    internal void Record(double seconds)
    {
        var bounds = MetricSeries.Bounds;
        var index = 0;
        while (index < bounds.Length && seconds > bounds[index]) index++;
        Interlocked.Increment(ref Buckets[index]);
        Interlocked.Add(ref SumMicroseconds, (long)(seconds * 1e6));
    }
}
