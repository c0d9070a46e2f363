using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Parley.Load.Client;
using Parley.Load.Measures;
using Parley.Load.Proxies;
using Parley.Load.Report;
using Parley.Load.Upstream;

namespace Parley.Load;

/// <summary>
/// The whole run, in order: start the upstream and all rows, warm them up, then in every round measure every phase on every row,
/// the rows next to each other, so that a slow minute of the machine falls on all of them alike. Then the tables.
/// </summary>
internal sealed class LoadRun(LoadOptions options, TimeProvider time)
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    private static readonly PlainShape[] Shapes =
        [.. new[] { 1, 16, 100 }.SelectMany(kilobytes => new[] { 16, 64 }.Select(concurrency => new PlainShape(kilobytes, concurrency)))];

    private readonly List<Measurement> _measured = [];

    /// <returns>0 when all went well, 1 when a row failed or answered wrongly.</returns>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        var pace = new StreamPace(options.StreamEvents, IntervalMilliseconds: 100);
        var temp = Directory.CreateTempSubdirectory("parley-load-").FullName;
        await using var upstream = new UpstreamServer(pace, time);
        var rows = new List<Proxy> { new DirectProxy(upstream.Port) };
        var (plain, streams) = (new PlainLoad(upstream), new StreamLoad(upstream, pace, time));
        try
        {
            StartRows(rows, new ProxyStarter(Path.Combine("artifacts", "bin"), temp, upstream.Port));
            foreach (var row in rows)
                if (!await AnswersAsync(row, plain, stop))
                    return 1;

            if (options.Serve)
                return await ServeAsync(rows, stop);
            await WarmUpAsync(rows, plain, streams, stop);
            for (var round = 1; round <= options.Rounds; round++)
                await MeasureRoundAsync(round, rows, plain, streams, stop);
        }
        finally
        {
            foreach (var row in rows)
                await row.DisposeAsync();
            Directory.Delete(temp, recursive: true);
        }

        var report = new BenchmarkReport(new Figures(_measured), [.. rows.Select(row => row.Name)], options, Machine.Read(time));
        Console.WriteLine(report.Markdown());
        if (options.Writes)
            Console.WriteLine($"written to {BenchmarkDocument.Write(options.Out, report.Markdown())}");
        return _measured.Any(measurement => measurement.Errors > 0) ? 1 : 0;
    }

    private void StartRows(List<Proxy> rows, ProxyStarter starter)
    {
        if (options.Has(RowNames.Nginx) && ProxyStarter.NginxPath is null)
            Console.WriteLine("nginx is not installed: its row is left out");
        else if (options.Has(RowNames.Nginx))
            rows.Add(starter.StartNginx());
        if (options.Has(RowNames.Floor))
            rows.Add(starter.StartFloor());
        if (options.Has(RowNames.Parley))
        {
            var parley = starter.StartParley();
            rows.Add(parley);
            rows.Add(new TrafficRow(RowNames.ChatToMessages, parley, Traffic.ChatToMessages));
            rows.Add(new TrafficRow(RowNames.ResponsesToMessages, parley, Traffic.ResponsesToMessages));
            rows.Add(new TrafficRow(RowNames.MessagesToChat, parley, Traffic.MessagesToChat));
            rows.Add(new TrafficRow(RowNames.DeadFirst, parley, Traffic.DeadFirst));
            rows.Add(new TrafficRow(RowNames.DeadEachTime, parley, Traffic.DeadEachTime));
        }
    }

    private async Task<bool> AnswersAsync(Proxy row, PlainLoad plain, CancellationToken stop)
    {
        var shape = new PlainShape(1, 1);
        for (var start = Stopwatch.GetTimestamp(); ;)
        {
            string? error;
            try
            {
                var asked = await plain.RunAsync(row, shape, TimeSpan.FromMilliseconds(1), 0, stop);
                if (asked.Errors == 0)
                    return true;
                error = asked.FirstError;
            }
            catch (SocketException e)
            {
                error = e.Message;
            }
            if (row.HasEnded || Stopwatch.GetElapsedTime(start) > StartLimit)
            {
                await Console.Error.WriteLineAsync($"{row.Name} does not answer: {error}\n{row.Output}");
                return false;
            }
            await Task.Delay(TimeSpan.FromMilliseconds(200), time, stop);
        }
    }

    private async Task<int> ServeAsync(List<Proxy> rows, CancellationToken stop)
    {
        foreach (var row in rows)
        {
            var (process, key) = (row.ProcessId?.ToString(CultureInfo.InvariantCulture) ?? "-", row.Key ?? "-");
            Console.WriteLine($"{row.Name,-7} http://127.0.0.1:{row.Port}/v1/chat/completions  process {process}  key {key}");
        }
        await Task.Delay(Timeout.InfiniteTimeSpan, time, stop);
        return 0;
    }

    /// <summary>
    /// Thousands of requests of every kind, so that the runtime has compiled what is hot for good before anything counts.
    /// </summary>
    private async Task WarmUpAsync(List<Proxy> rows, PlainLoad plain, StreamLoad streams, CancellationToken stop)
    {
        Console.WriteLine("warming up");
        var length = TimeSpan.FromSeconds(options.Quick ? 0.5 : 3);
        foreach (var row in rows)
        {
            foreach (var shape in Shapes.Where(shape => options.Plain && shape.Concurrency == 16 && Takes(row, shape)))
                Check(await plain.RunAsync(row, shape, length, 0, stop));
            if (options.Streams || (options.Storm && row.Name == RowNames.Parley))
                Check(await streams.RunAsync(row, options.StreamCount / 4, 0, stop));
        }
    }

    private async Task MeasureRoundAsync(int round, List<Proxy> rows, PlainLoad plain, StreamLoad streams, CancellationToken stop)
    {
        // Another row begins in every round, so that none is always the one after the same neighbour.
        Proxy[] order = [.. rows.Skip(round % rows.Count), .. rows.Take(round % rows.Count)];
        foreach (var shape in Shapes.Where(_ => options.Plain))
            foreach (var row in order.Where(row => Takes(row, shape)))
                Keep(await plain.RunAsync(row, shape, TimeSpan.FromSeconds(options.Seconds), round, stop));
        foreach (var row in order.Where(_ => options.Streams))
            Keep(await streams.RunAsync(row, options.StreamCount, round, stop));
        // No other row has users.
        foreach (var row in order.Where(row => options.Storm && row.Name == RowNames.Parley))
            foreach (var measurement in await new StormLoad(streams, time).RunAsync(row, round, stop))
                Keep(measurement);
    }

    // Translations and failover are promised at 1 KB; what larger bodies cost is in the splice rows.
    private static bool Takes(Proxy row, PlainShape shape) => row is not TrafficRow || shape.BodyKilobytes == 1;

    private void Keep(Measurement measurement)
    {
        Check(measurement);
        _measured.Add(measurement);
        var (row, latency) = (measurement, measurement.Latency);
        Console.WriteLine(
            FormattableString.Invariant($"round {row.Round}  {row.Phase,-20} {row.Proxy,-7} {row.CpuMicros,8:0.0} µs CPU")
            + FormattableString.Invariant($"  {row.PerSecond,8:0}/s  p50 {latency.P50:0.00} ms  p99 {latency.P99:0.00} ms"));
    }

    private static void Check(Measurement measurement)
    {
        if (measurement.Errors > 0)
            Console.WriteLine(
                $"{measurement.Proxy}, {measurement.Phase}: {measurement.Errors} errors, the first: {measurement.FirstError}");
    }
}
