using System.Diagnostics;
using System.Globalization;

namespace Parley.Benchmarks;

/// <summary>Measures every gate, prints one table, and says with the exit code whether a limit was broken.</summary>
internal static class GateRunner
{
    private const int Rounds = 15;
    private static readonly TimeSpan RoundLength = TimeSpan.FromMilliseconds(20);

    internal static int Run(IEnumerable<AllocationGate> gates, TextWriter output)
    {
        output.WriteLine($"{"",-6} {"what",-58} {"bytes/op",10} {"limit",10} {"µs/op",10}");
        var broken = 0;
        foreach (var gate in gates)
        {
            var count = WarmUp(gate.Run);
            var bytes = Allocated(gate, gate.Run, count);
            if (gate.Base is { } without)
            {
                WarmUp(without);
                bytes -= Allocated(gate, without, count);
            }

            var time = BestTime(gate.Run, count);
            var isBroken = bytes > gate.LimitBytes;
            if (isBroken) broken++;
            var verdict = gate.LimitBytes is null ? "" : isBroken ? "BROKEN" : "ok";
            var limit = gate.LimitBytes?.ToString(CultureInfo.InvariantCulture) ?? "-";
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{verdict,-6} {gate.Name,-58} {bytes,10} {limit,10} {time,10:0.00}"));
        }

        output.WriteLine(broken == 0 ? "Every limit is kept." : $"{broken} limit(s) broken.");
        return broken == 0 ? 0 : 1;
    }

    // Long enough for the just-in-time compiler's last tier; gives how many runs fill a round.
    private static int WarmUp(Action run)
    {
        var count = 0;
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < 20 * RoundLength; count++) run();
        return Math.Max(1, count / 20);
    }

    private static long Allocated(AllocationGate gate, Action run, int count)
    {
        // The least of a few rounds: the compiler and the pools may still allocate on this thread in one of them. Where other threads
        // are counted too, a timer's rare work must not weigh on one run, so there are more runs and more rounds.
        count = gate.IsProcessWide ? Math.Max(count, 200) : Math.Min(count, 1000);
        var least = long.MaxValue;
        for (var round = 0; round < (gate.IsProcessWide ? 8 : 3); round++)
        {
            var before = Now(gate);
            for (var i = 0; i < count; i++) run();
            least = Math.Min(least, Now(gate) - before);
        }

        return (least + count - 1) / count;
    }

    private static long Now(AllocationGate gate) =>
        gate.IsProcessWide ? GC.GetTotalAllocatedBytes(precise: true) : GC.GetAllocatedBytesForCurrentThread();

    // Microseconds of one run, in the fastest round.
    private static double BestTime(Action run, int count)
    {
        var best = long.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < count; i++) run();
            best = Math.Min(best, Stopwatch.GetTimestamp() - start);
        }

        return best * 1e6 / Stopwatch.Frequency / count;
    }
}
