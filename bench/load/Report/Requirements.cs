using Parley.Load.Client;
using Parley.Load.Measures;
using Parley.Load.Proxies;

namespace Parley.Load.Report;

/// <summary>The performance that Parley promises, as ratios to the floor or as time added to the direct row.</summary>
internal static class Requirements
{
    private const string Row = RowNames.Parley;

    public static IEnumerable<Requirement> Of(Figures figures)
    {
        foreach (var (kilobytes, limit) in new[] { (1, 1.25), (100, 0.65) })
            foreach (var concurrency in new[] { 16, 64 })
            {
                var phase = new PlainShape(kilobytes, concurrency).Phase;
                yield return Check(figures, $"CPU per request, {phase}", phase, limit, Ratio(figures, phase), "× floor");
            }

        yield return Stream("CPU of streams", 1.1, Ratio(figures, StreamLoad.Phase), "× floor");
        yield return Stream("time to first token, p50, added", 1.5, Added(m => m.Latency.P50), "ms");
        yield return Stream("delay per event, p50, added", 5, Added(m => m.EventDelay.P50), "ms");
        yield return Stream("delay per event, p99, added", 5, Added(m => m.EventDelay.P99), "ms");
        yield return Stream("peak memory with all streams open", 200, figures.Median(Row, StreamLoad.Phase, m => m.PeakMegabytes), "MB");

        yield return new("gaps of streams while users sign in, p99", 1.5, figures.Growth(Row, StormLoad.Alone, StormLoad.WithSignIns, m => m.EventGap.P99), "× alone",
            Valid: figures.Errors(Row, StormLoad.Alone) + figures.Errors(Row, StormLoad.WithSignIns) == 0);

        foreach (var row in new[] { RowNames.ChatToMessages, RowNames.ResponsesToMessages, RowNames.MessagesToChat })
        {
            foreach (var concurrency in new[] { 16, 64 })
                yield return Translated(row, new PlainShape(1, concurrency).Phase, 2.0);
            yield return Translated(row, StreamLoad.Phase, 1.6);
        }

        // At 64 at a time the generator waits for the machine, not for the gateway: what each failover costs shows at 16.
        var (few, many) = (new PlainShape(1, 16).Phase, new PlainShape(1, 64).Phase);
        foreach (var (row, phase) in new[] { (RowNames.DeadFirst, few), (RowNames.DeadFirst, many), (RowNames.DeadEachTime, few) })
            yield return Check(figures, $"{row}, p50, added, {phase}", phase, 3, figures.Difference(row, Row, phase, m => m.Latency.P50), "ms");

        Requirement Translated(string row, string phase, double limit) =>
            Check(figures, $"CPU of {row}, {phase}", phase, limit, figures.Ratio(row, Row, phase, m => m.CpuMicros), "× splice");

        Requirement Stream(string what, double limit, double measured, string unit) =>
            Check(figures, what, StreamLoad.Phase, limit, measured, unit);

        double Added(Func<Measurement, double> figure) => figures.Difference(Row, RowNames.Direct, StreamLoad.Phase, figure);
    }

    private static double Ratio(Figures figures, string phase) => figures.Ratio(Row, RowNames.Floor, phase, m => m.CpuMicros);

    private static Requirement Check(Figures figures, string what, string phase, double limit, double measured, string unit) =>
        new(what, limit, measured, unit,
            Valid: new[] { Row, RowNames.Floor, RowNames.Direct }.All(row => figures.Errors(row, phase) == 0));
}
