using System.Diagnostics;

namespace Parley.Dialects.Tests;

/// <summary>Whether work grows as its input does: four times the input may take about four times as long, never sixteen times.</summary>
internal static class Growth
{
    private const double Most = 10;

    internal static string Repeat(int count, Func<int, string> piece) => string.Join(',', Enumerable.Range(0, count).Select(piece));

    /// <summary>Runs the work on inputs of a size and of four times that size; the best of three runs of each counts.</summary>
    internal static void IsInProportion(int count, Func<int, string> input, Action<string> work)
    {
        var (small, large) = (input(count), input(4 * count));
        work(small);
        var times = "";
        // Quadratic work is sixteen times as long each time it is measured; a machine that is busy with something else is not.
        for (var attempt = 0; attempt < 4; attempt++)
        {
            var before = Best(() => work(small));
            var after = Best(() => work(large));
            if (after < TimeSpan.FromMilliseconds(60) || after < Most * before) return;
            times += $" {before.TotalMilliseconds:0} and {after.TotalMilliseconds:0} ms;";
        }

        Assert.Fail($"{count} and {4 * count} take{times}");
    }

    private static TimeSpan Best(Action work)
    {
        var best = TimeSpan.MaxValue;
        for (var i = 0; i < 3; i++)
        {
            var start = Stopwatch.GetTimestamp();
            work();
            var took = Stopwatch.GetElapsedTime(start);
            if (took < best) best = took;
        }

        return best;
    }
}
