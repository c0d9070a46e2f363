namespace Parley.Benchmarks;

/// <summary>Every gate there is. A feature adds its own list here.</summary>
internal static class AllocationGates
{
    internal static IEnumerable<AllocationGate> All =>
    [
        .. EnvelopeGates.All,
        .. StreamGates.All,
        .. ReplyGates.All,
    ];
}
