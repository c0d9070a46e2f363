using System.Text;

namespace Parley.Fuzz;

/// <summary>
/// Feeds inputs that grow and compares the times: four times the length may take about four times as long. More than
/// <see cref="Most"/> times is quadratic, and a way to stop a gateway with one request.
/// </summary>
internal static class GrowthCheck
{
    private const double Most = 10;
    private const int Short = 64 * 1024;
    private const int Few = 1000;

    private static readonly string[] Pieces =
    [
        "\\n", "\\u00e9", "a", "\\\"", "},{", "],[", "{\"type\":\"text\",\"text\":\"x\"},", "{\"role\":\"user\",\"content\":\"x\"},",
        "data: {}\n\n", "data: x\n", "\n", ": c\n", "{\"role\":\"tool\",\"tool_call_id\":\"c\",\"content\":\"x\"},",
    ];

    /// <returns>What grew too fast; empty when all is well.</returns>
    internal static List<string> Run(IEnumerable<FuzzTarget> targets)
    {
        var found = new List<string>();
        foreach (var target in targets)
        {
            foreach (var (name, body) in GrowthShapes.For(target))
            {
                if (Compare(target, body(Few), body(4 * Few)) is { } times) found.Add($"{target.Name}: {name}, {Few} and {4 * Few} of them, take {times}");
            }

            foreach (var piece in Pieces)
            {
                foreach (var seed in target.Seeds.Take(3))
                {
                    if (Compare(target, Grown(seed, piece, Short), Grown(seed, piece, 4 * Short)) is { } times)
                        found.Add($"{target.Name}: {piece.Length} bytes repeated to {Short} and {4 * Short} bytes take {times}");
                }
            }
        }

        return found;
    }

    // Both times when the second is out of proportion; null when all is well.
    private static string? Compare(FuzzTarget target, byte[] small, byte[] large)
    {
        target.Run(small);
        var before = Best(() => target.Run(small));
        var after = Best(() => target.Run(large));
        // Short times are noise. And once more: a compiler at work in the background happens once.
        var isSlow = after > TimeSpan.FromMilliseconds(60) && after > Most * before && Best(() => target.Run(large)) > Most * Best(() => target.Run(small));
        return isSlow ? $"{before.TotalMilliseconds:0.0} ms and {after.TotalMilliseconds:0.0} ms" : null;
    }

    // In the first string of the seed, or between its events: where a repeated piece is still read.
    private static byte[] Grown(byte[] seed, string piece, int length)
    {
        var text = Encoding.UTF8.GetString(seed);
        var at = piece.StartsWith('{') ? text.IndexOf('[', StringComparison.Ordinal) + 1 : text.LastIndexOf("\":\"", StringComparison.Ordinal) + 3;
        if (piece.StartsWith("data", StringComparison.Ordinal) || piece is "\n" or ": c\n") at = 0;
        return Encoding.UTF8.GetBytes(text[..at] + string.Concat(Enumerable.Repeat(piece, length / piece.Length)) + text[at..]);
    }

    private static TimeSpan Best(Action run)
    {
        var best = TimeSpan.MaxValue;
        for (var i = 0; i < 3; i++)
        {
            // The processor's time and not the clock's: what else the machine does must not look like growth.
            var start = Environment.CpuUsage.TotalTime;
            run();
            var took = Environment.CpuUsage.TotalTime - start;
            if (took < best) best = took;
        }

        return best;
    }
}
