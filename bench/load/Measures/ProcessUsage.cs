namespace Parley.Load.Measures;

/// <summary>
/// What a proxy's processes used during a phase: user and system time of the process, its children and theirs, and resident memory at its
/// highest, summed over the processes (pages that they share are counted in each).
/// </summary>
internal readonly record struct ProcessUsage(TimeSpan Cpu, long PeakBytes, bool IsMeasured)
{
    /// <summary>Of the direct row, which has no proxy.</summary>
    public static ProcessUsage None => default;
}
