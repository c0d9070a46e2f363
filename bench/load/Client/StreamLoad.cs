using System.Diagnostics;
using System.Net.Sockets;
using Parley.Load.Measures;
using Parley.Load.Proxies;
using Parley.Load.Upstream;

namespace Parley.Load.Client;

/// <summary>
/// Many streams at once: all connections are opened, then the requests are sent one per millisecond, so that the events of all streams
/// are spread.
/// </summary>
internal sealed class StreamLoad(UpstreamServer upstream, StreamPace pace, TimeProvider time)
{
    public const string Phase = "streams";

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);

    public async Task<Measurement> RunAsync(Proxy proxy, int streams, int round, CancellationToken stop, string phase = Phase)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(TimeSpan.FromMilliseconds(streams) + pace.Duration + Grace);
        var (errors, first, delay, gap) = (new ErrorCount(), new Histogram(), new Histogram(), new Histogram());
        ReadOnlyMemory<byte> request = proxy.Traffic.Streamed(proxy.Port, proxy.Key);
        var connections = new List<ClientConnection>(streams);
        try
        {
            while (connections.Count < streams)
            {
                var connection = new ClientConnection();
                connections.Add(connection);
                await connection.ConnectAsync(proxy.Port, limit.Token);
            }

            var upstreamBefore = upstream.Requests;
            using var meter = ProcessMeter.Start(proxy.ProcessId);
            var start = Stopwatch.GetTimestamp();
            var running = new List<Task>(streams);
            using (var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(1), time))
                while (running.Count < streams && await tick.WaitForNextTickAsync(limit.Token))
                    for (var due = Stopwatch.GetElapsedTime(start).TotalMilliseconds; running.Count < streams && running.Count < due;)
                        running.Add(ListenAsync(connections[running.Count], proxy.Traffic, request, first, delay, gap, errors, limit.Token));
            await Task.WhenAll(running);
            var elapsed = Stopwatch.GetElapsedTime(start);
            var usage = await meter.StopAsync();

            if (upstream.Requests - upstreamBefore < first.Count)
                errors.Add("more answers than the upstream was asked for");
            return new Measurement(proxy.Name, phase, round, streams - errors.Count, elapsed, usage, errors.Count, errors.First)
            {
                Latency = first.Summary(),
                EventDelay = delay.Summary(),
                EventGap = gap.Summary(),
            };
        }
        finally
        {
            foreach (var connection in connections)
                connection.Dispose();
        }
    }

    private async Task ListenAsync(
        ClientConnection connection, Traffic traffic, ReadOnlyMemory<byte> request,
        Histogram first, Histogram delay, Histogram gap, ErrorCount errors, CancellationToken stop)
    {
        try
        {
            var asked = Stopwatch.GetTimestamp();
            await connection.SendAsync(request, stop);
            var before = 0L;
            for (var (events, at) = (0, 0); !connection.Answer.Complete;)
            {
                await connection.ReceiveAsync(stop);
                var now = Stopwatch.GetTimestamp();
                while (StreamStamps.Next(connection.Answer.Body, ref at, out var sent))
                {
                    if (events++ == 0)
                        first.Add(Stopwatch.GetElapsedTime(asked, now));
                    else if (events <= pace.Events)
                        gap.Add(Stopwatch.GetElapsedTime(before, now));
                    before = now;
                    if (events <= pace.Events)
                        delay.Add(Stopwatch.GetElapsedTime(sent, now));
                }
            }
            if ((traffic.IsSpliced ? Fault(connection) : TranslatedFault(connection, traffic)) is { } fault)
                errors.Add(fault);
        }
        catch (Exception e) when (e is SocketException or InvalidDataException)
        {
            errors.Add(e.Message);
        }
        catch (OperationCanceledException)
        {
            errors.Add("stream not finished in time");
        }
    }

    /// <summary>A translated stream has every piece of the text, in order, and its dialect's end.</summary>
    private string? TranslatedFault(ClientConnection connection, Traffic traffic)
    {
        if (connection.Answer.Status != 200)
            return $"status {connection.Answer.Status}";
        var body = connection.Answer.Body;
        var (events, last) = (0, 0L);
        for (var at = 0; StreamStamps.Next(body, ref at, out var sent) && sent >= last; last = sent)
            events++;
        // Closing events may repeat the whole text.
        if (events < pace.Events)
            return $"a stream with {events} pieces instead of {pace.Events}";
        return body.IndexOf(System.Text.Encoding.ASCII.GetBytes(traffic.LastEvent)) >= 0 ? null : $"a stream without {traffic.LastEvent}";
    }

    /// <summary>Compares a whole stream with what the upstream sent, but for the stamps; null when they agree.</summary>
    private string? Fault(ClientConnection connection)
    {
        var body = connection.Answer.Body;
        if (connection.Answer.Status != 200)
            return $"status {connection.Answer.Status}";
        var (length, stamp) = (ChatAnswers.Event.Length, ChatAnswers.StampOffset);
        if (body.Length != pace.Events * length + ChatAnswers.EndForClient.Length)
            return $"a stream of {body.Length} bytes instead of {pace.Events * length + ChatAnswers.EndForClient.Length}";
        for (var i = 0; i < pace.Events; i++, body = body[length..])
            if (!body[..stamp].SequenceEqual(ChatAnswers.Event.AsSpan(0, stamp))
                || !body[(stamp + 16)..length].SequenceEqual(ChatAnswers.Event.AsSpan(stamp + 16)))
                return $"event {i + 1} has other bytes than the upstream sent";
        return body.SequenceEqual(ChatAnswers.EndForClient) ? null : "the end of the stream has other bytes than the upstream sent";
    }
}
