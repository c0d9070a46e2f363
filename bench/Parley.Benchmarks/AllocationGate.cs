namespace Parley.Benchmarks;

/// <summary>One thing whose allocations are limited. Time is printed beside them but never judged: the machines are shared.</summary>
/// <param name="Name">What is measured.</param>
/// <param name="LimitBytes">The most bytes that one run may allocate; null for a row that is only there to compare with.</param>
/// <param name="Run">One run. It is warmed up first, so what is cached or pooled does not count.</param>
internal sealed record AllocationGate(string Name, long? LimitBytes, Action Run)
{
    /// <summary>What the same work costs without the thing that is measured; it is taken off. Null when the run is the thing alone.</summary>
    public Action? Base { get; init; }

    /// <summary>True when other threads do the work: then everything that the process allocates is counted.</summary>
    public bool IsProcessWide { get; init; }
}
