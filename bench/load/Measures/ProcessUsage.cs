namespace Parley.Load.Measures;

/// <summary>
/// What a proxy's processes used during a phase: user and system time of the process, its children and theirs, and resident memory at its
/// highest, summed over the processes (pages that they share are counted in each). <c>Others</c> is the share of the machine, from 0 to 1,
/// that other programs took meanwhile.
/// </summary>
internal readonly record struct ProcessUsage(TimeSpan Cpu, long PeakBytes, double Others, bool IsMeasured)
{
    /// <summary>Of the direct row, which has no proxy.</summary>
    public static ProcessUsage None(double others) => new(TimeSpan.Zero, 0, others, IsMeasured: false);
}
