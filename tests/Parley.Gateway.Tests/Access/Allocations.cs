using System.Diagnostics;

namespace Parley.Gateway.Tests.Access;

/// <summary>Measures what a piece of work allocates on this thread once the JIT has optimised it (its first code boxes structs).</summary>
internal static class Allocations
{
    /// <summary>The bytes of one of the runs that follow the warm-up; the work is repeated for at most 20 seconds until it is nothing.</summary>
    public static long Settled(Action work)
    {
        var started = Stopwatch.GetTimestamp();
        long bytes;
        do
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            work();
            bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        while (bytes > 0 && Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(20));
        return bytes;
    }
}
