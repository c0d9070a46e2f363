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

    public async Task<Measurement> RunAsync(Proxy proxy, int streams, int round, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(TimeSpan.FromMilliseconds(streams) + pace.Duration + Grace);
        var (errors, first, delay) = (new ErrorCount(), new Histogram(), new Histogram());
        ReadOnlyMemory<byte> request = ChatRequests.Streamed(proxy.Port, proxy.Key);
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
                        running.Add(ListenAsync(connections[running.Count], request, first, delay, errors, limit.Token));
            await Task.WhenAll(running);
            var elapsed = Stopwatch.GetElapsedTime(start);
            var usage = await meter.StopAsync();

            if (upstream.Requests - upstreamBefore < first.Count)
                errors.Add("more answers than the upstream was asked for");
            return new Measurement(proxy.Name, Phase, round, streams - errors.Count, elapsed, usage, errors.Count, errors.First)
            {
                Latency = first.Summary(),
                EventDelay = delay.Summary(),
            };
        }
        finally
        {
            foreach (var connection in connections)
                connection.Dispose();
        }
    }

    private async Task ListenAsync(
        ClientConnection connection, ReadOnlyMemory<byte> request,
        Histogram first, Histogram delay, ErrorCount errors, CancellationToken stop)
    {
        try
        {
            var asked = Stopwatch.GetTimestamp();
            await connection.SendAsync(request, stop);
            for (var events = 0; !connection.Answer.Complete;)
            {
                await connection.ReceiveAsync(stop);
                var now = Stopwatch.GetTimestamp();
                // Content events have one length, so the number of those that are here whole follows from the length of the body.
                for (; events < pace.Events && connection.Answer.BodyLength >= (events + 1) * ChatAnswers.Event.Length; events++)
                {
                    if (events == 0)
                        first.Add(Stopwatch.GetElapsedTime(asked, now));
                    var stamp = connection.Answer.Body.Slice(events * ChatAnswers.Event.Length + ChatAnswers.StampOffset, 16);
                    if (ChatAnswers.TryReadStamp(stamp, out var sent))
                        delay.Add(Stopwatch.GetElapsedTime(sent, now));
                }
            }
            if (Fault(connection) is { } fault)
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
