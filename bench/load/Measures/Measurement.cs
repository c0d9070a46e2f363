namespace Parley.Load.Measures;

/// <summary>
/// What one row did in one phase of one round. <c>Completed</c> counts requests, or streams, that were answered rightly, <c>Errors</c>
/// everything else: a measurement with errors is no valid figure.
/// </summary>
internal sealed record Measurement(
    string Proxy, string Phase, int Round, long Completed, TimeSpan Elapsed, ProcessUsage Usage, long Errors, string? FirstError)
{
    /// <summary>Of a plain request until its whole answer, of a stream until its first event.</summary>
    public required Percentiles Latency { get; init; }

    /// <summary>From the upstream's send of an event to its arrival.</summary>
    public Percentiles EventDelay { get; init; } = Percentiles.None;

    /// <summary>From the arrival of an event to that of the next one of the same stream.</summary>
    public Percentiles EventGap { get; init; } = Percentiles.None;

    public double PerSecond => Completed / Elapsed.TotalSeconds;

    /// <summary>User and system time of the proxy for one request or stream, in microseconds; NaN for the direct row.</summary>
    public double CpuMicros => Usage.IsMeasured && Completed > 0 ? Usage.Cpu.TotalMicroseconds / Completed : double.NaN;

    public double PeakMegabytes => Usage.IsMeasured ? Usage.PeakBytes / 1e6 : double.NaN;
}
