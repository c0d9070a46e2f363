using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Parley.Gateway.Tests.Harness;
using Parley.Simulator;
using Xunit.Abstractions;

namespace Parley.Gateway.Tests.Resilience.Matrix;

/// <summary>
/// Every fault of the simulator × plain and stream × spliced and translated × alone and with a second target: what the client sees, what
/// the ledger says, how the breaker stands. The tables of docs/resilience.md are what this test sees; <c>PARLEY_UPDATE_GOLDENS=1</c> writes
/// them anew. What must hold in every cell is asserted beside them.
/// </summary>
public sealed class FaultMatrixTests(ITestOutputHelper output)
{
    private const string Begin = "<!-- the fault matrix: written by FaultMatrixTests -->";
    private const string End = "<!-- end of the fault matrix -->";

    // What counts against a target, in the ledger's words.
    private static readonly string[] Faults = ["upstream_unauthorized", "upstream_rate_limited", "upstream_failed", "upstream_timeout", "stream_broken"];

    [Fact]
    public async Task EveryFault_InEveryMode_IsTheTableOfTheDocument()
    {
        await using var gateway = await FaultMatrixGateway.StartAsync();
        var cells = new ConcurrentDictionary<(string Fault, FaultMode Mode), FaultCell>();
        var all = from fault in SimulatorFault.All from mode in FaultMode.All select (fault.Name, Mode: mode);
        // Those that stall wait for their limits; together they wait once.
        await Parallel.ForEachAsync(all, new ParallelOptions { MaxDegreeOfParallelism = 24 }, async (cell, _) => cells[(cell.Name, cell.Mode)] = await gateway.CallAsync(cell.Name, cell.Mode));
        await gateway.Host.AssertNothingLeftAsync();

        var wrong = cells.SelectMany(cell => Contradictions(cell.Key.Fault, cell.Key.Mode, cell.Value, cells)).Order(StringComparer.Ordinal).ToList();
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));

        var path = Path.Combine(Repository(), "docs", "resilience.md");
        var document = await File.ReadAllTextAsync(path);
        var (start, end) = (document.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, document.IndexOf(End, StringComparison.Ordinal));
        var written = document[..start] + "\n\n" + Tables(cells) + document[end..];
        output.WriteLine(Tables(cells));
        if (Environment.GetEnvironmentVariable("PARLEY_UPDATE_GOLDENS") == "1") await File.WriteAllTextAsync(path, written);
        Assert.Equal(await File.ReadAllTextAsync(path), written);
    }

    private static IEnumerable<string> Contradictions(string fault, FaultMode mode, FaultCell cell, ConcurrentDictionary<(string Fault, FaultMode Mode), FaultCell> cells)
    {
        var name = $"{fault}, {mode.Provider}: ";
        if (cell.Client.Contains("no answer", StringComparison.Ordinal)) yield return $"{name}the client was given a 200 that is no answer";
        var first = cell.Ledger[(cell.Ledger.IndexOf('(', StringComparison.Ordinal) + 1)..^1].Split(" → ")[0];
        if (cell.IsWhole != cell.Ledger.EndsWith("answered)", StringComparison.Ordinal)) yield return $"{name}client: {cell.Client}, ledger: {cell.Ledger}";
        if (cell.IsBegun != cell.Ledger.Contains("truncated", StringComparison.Ordinal) && !cell.Ledger.StartsWith('5')) yield return $"{name}client: {cell.Client}, ledger: {cell.Ledger}";
        var isOpen = cell.Breaker.StartsWith("open", StringComparison.Ordinal);
        if (isOpen != Faults.Contains(first)) yield return $"{name}first attempt {first}, breaker {cell.Breaker}";
        if (!mode.HasSecond) yield break;

        // With a second target: whatever was refused before the first byte is answered, unless it was the caller's own doing.
        var alone = cells[(fault, mode with { HasSecond = false })];
        var helps = !alone.IsWhole && !alone.IsBegun && Faults.Contains(first);
        if (helps && !cell.Client.EndsWith("from the second", StringComparison.Ordinal)) yield return $"{name}alone {alone.Client}, with a second {cell.Client}";
        if (alone.IsWhole && cell.Client != "whole answer from the first") yield return $"{name}alone {alone.Client}, with a second {cell.Client}";
        if (alone.Breaker != cell.Breaker) yield return $"{name}breaker alone {alone.Breaker}, with a second {cell.Breaker}";
    }

    private static string Tables(ConcurrentDictionary<(string Fault, FaultMode Mode), FaultCell> cells)
    {
        var text = new StringBuilder();
        foreach (var mode in FaultMode.All.Where(mode => !mode.HasSecond))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"### {(mode.IsTranslated ? "Translated" : "Spliced")}, {(mode.IsStream ? "stream" : "plain")}\n");
            text.AppendLine("| fault | alone: the client sees | the ledger says | breaker after | with a second target: the client sees | the ledger says |");
            text.AppendLine("|---|---|---|---|---|---|");
            foreach (var fault in SimulatorFault.All)
            {
                var alone = cells[(fault.Name, mode)];
                var second = cells[(fault.Name, mode with { HasSecond = true })];
                text.AppendLine(CultureInfo.InvariantCulture, $"| `{fault.Name}` | {alone.Client} | {alone.Ledger} | {alone.Breaker} | {second.Client} | {second.Ledger} |");
            }

            text.AppendLine();
        }

        return text.ToString().ReplaceLineEndings("\n");
    }

    private static string Repository([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", "..", ".."));
}
