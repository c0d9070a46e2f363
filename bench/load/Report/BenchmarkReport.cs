using System.Globalization;
using System.Text;
using Parley.Load.Client;
using Parley.Load.Measures;
using Parley.Load.Proxies;

namespace Parley.Load.Report;

/// <summary>The tables as Markdown.</summary>
internal sealed class BenchmarkReport(Figures figures, IReadOnlyList<string> rows, LoadOptions options, Machine machine)
{
    private readonly StringBuilder _text = new();

    public string Markdown()
    {
        _text.Clear();
        Line($"Measured on {machine.Date:yyyy-MM-dd}: {machine.Cores} cores ({machine.Cpu}), Linux {machine.Kernel}, {machine.DotNet}.");
        Line($"Command: `bench/load/run.sh{Arguments()}`; {options.Rounds} rounds, medians, {options.Seconds:0.##} s per plain measurement,");
        Line($"all rows next to each other in every round; ratios and added times are taken inside a round.");
        Line($"Generator, upstream and proxy share the machine over loopback, plain HTTP.");
        Line($"CPU is user and system time of the proxy's processes.");
        if (rows.Contains(RowNames.Parley))
            Line($"Parley runs with key check, ledger and metrics on.");
        var (usual, worst) = figures.Others();
        Line($"Other programs took {usual:P0} of the machine in the median measurement and {worst:P0} in the worst;");
        Line($"where that is more than a few percent the figures are rough.");
        if (options.Plain)
            WritePlain();
        if (options.Streams)
            WriteStreams();
        if (options.Storm && rows.Contains(RowNames.Parley))
            WriteStorm();
        if (rows.Contains(RowNames.Parley) && rows.Contains(RowNames.Floor) && !options.Quick)
            WriteRequirements();
        return _text.ToString().TrimEnd();
    }

    private void WritePlain()
    {
        Line($"\n### Plain chat completions\n");
        Line($"Requests of 1, 16 and 100 KB (prose with escaped quotes and line breaks), answers of about 1 KB.\n");
        Line($"| request, concurrency | row | CPU µs/request | × floor | × nginx | requests/s | p50 ms | p99 ms | peak MB | errors |");
        Line($"|---|---|--:|--:|--:|--:|--:|--:|--:|--:|");
        foreach (var phase in figures.Phases.Where(phase => phase is not (StreamLoad.Phase or StormLoad.Alone or StormLoad.WithSignIns)))
            foreach (var row in rows.Where(row => figures.Has(row, phase)))
                WriteRow(
                    phase, row,
                    Median(row, phase, m => m.CpuMicros, "0.0"), Ratio(row, RowNames.Floor, phase), Ratio(row, RowNames.Nginx, phase),
                    Median(row, phase, m => m.PerSecond, "0"),
                    Median(row, phase, m => m.Latency.P50), Median(row, phase, m => m.Latency.P99),
                    Median(row, phase, m => m.PeakMegabytes, "0"), Errors(row, phase));
    }

    private void WriteStreams()
    {
        const string phase = StreamLoad.Phase;
        Line($"\n### Streams\n");
        Line($"{options.StreamCount} streams open together, {options.StreamEvents} events each, one every 100 ms.");
        Line($"First: from the request to the first event. Delay: from the upstream's send of an event to its arrival. Added: above direct.\n");
        WriteRow(
            "row", $"CPU s/{options.StreamCount} streams", "× floor", "× nginx", "first p50 ms", "added", "first p99 ms",
            "delay p50 ms", "added", "delay p99 ms", "added", "peak MB", "errors");
        Line($"|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        foreach (var row in rows)
            WriteRow(
                row,
                Median(row, phase, m => m.CpuMicros * options.StreamCount / 1e6),
                Ratio(row, RowNames.Floor, phase), Ratio(row, RowNames.Nginx, phase),
                Median(row, phase, m => m.Latency.P50), Added(row, m => m.Latency.P50), Median(row, phase, m => m.Latency.P99),
                Median(row, phase, m => m.EventDelay.P50), Added(row, m => m.EventDelay.P50),
                Median(row, phase, m => m.EventDelay.P99), Added(row, m => m.EventDelay.P99),
                Median(row, phase, m => m.PeakMegabytes, "0"), Errors(row, phase));
    }

    private void WriteStorm()
    {
        Line($"\n### Validate storm: streams while users sign in\n");
        Line($"{StormLoad.StreamCount} streams, {options.StreamEvents} events each, one every 100 ms; alone, and with {SignInStorm.Parallel} parallel `/api/users/validate`.");
        Line($"Gap: from the arrival of an event to that of the next one of the same stream.\n");
        Line($"| | gap p50 ms | gap p99 ms | × alone (at most 1.5) | errors |");
        Line($"|---|--:|--:|--:|--:|");
        foreach (var phase in new[] { StormLoad.Alone, StormLoad.WithSignIns })
            WriteRow(
                phase, Median(RowNames.Parley, phase, m => m.EventGap.P50), Median(RowNames.Parley, phase, m => m.EventGap.P99),
                Cell(figures.Growth(RowNames.Parley, StormLoad.Alone, phase, m => m.EventGap.P99), "0.00"), Errors(RowNames.Parley, phase));
    }

    private void WriteRequirements()
    {
        Line($"\n### What Parley must reach\n");
        Line($"| figure | at most | measured | |");
        Line($"|---|--:|--:|---|");
        foreach (var requirement in Requirements.Of(figures))
            WriteRow(
                requirement.What, Invariant($"{requirement.Limit} {requirement.Unit}"), Cell(requirement.Measured, "0.00"), requirement.Verdict);
    }

    private string Median(string row, string phase, Func<Measurement, double> figure, string format = "0.00") =>
        Cell(figures.Median(row, phase, figure), format);

    private string Ratio(string row, string to, string phase) => Cell(figures.Ratio(row, to, phase, m => m.CpuMicros), "0.00");

    private string Added(string row, Func<Measurement, double> figure) =>
        Cell(row == RowNames.Direct ? double.NaN : figures.Difference(row, RowNames.Direct, StreamLoad.Phase, figure), "0.00");

    private string Errors(string row, string phase) =>
        figures.Errors(row, phase) is > 0 and var count ? $"**{count}: no valid figure**" : "0";

    /// <summary>The options that shape the figures; where the document is written is no part of them.</summary>
    private string Arguments()
    {
        var defaults = new LoadOptions();
        return (options.Quick ? " --quick" : "")
            + (!options.Quick && options.Rounds != defaults.Rounds ? $" --rounds {options.Rounds}" : "")
            + (!options.Quick && options.Seconds != defaults.Seconds ? Invariant($" --seconds {options.Seconds}") : "")
            + (options.Plain ? "" : options.Streams ? " --only streams" : " --only storm") + (options.Plain && !options.Streams ? " --only plain" : "")
            + (options.Without.Count > 0 ? $" --without {string.Join(',', options.Without.Order())}" : "");
    }

    private static string Cell(double value, string format) =>
        double.IsNaN(value) ? "–" : value.ToString(format, CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private void WriteRow(params ReadOnlySpan<string> cells) => _text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");

    private void Line(FormattableString text) => _text.Append(Invariant(text)).Append('\n');
}
