namespace Parley.Load.Measures;

/// <summary>Median and 99th percentile, in milliseconds; NaN where nothing was measured.</summary>
internal readonly record struct Percentiles(double P50, double P99)
{
    public static Percentiles None { get; } = new(double.NaN, double.NaN);
}
