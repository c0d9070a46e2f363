using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Parley.Load.Measures;
using Parley.Load.Proxies;
using Parley.Load.Upstream;

namespace Parley.Load.Client;

/// <summary>Plain chat completions: so many connections, each asks again as soon as it is answered, for so long.</summary>
internal sealed class PlainLoad(UpstreamServer upstream)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);

    public async Task<Measurement> RunAsync(Proxy proxy, PlainShape shape, TimeSpan duration, int round, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(duration + Grace);
        var (errors, latency) = (new ErrorCount(), new Histogram());
        ReadOnlyMemory<byte> request = proxy.Traffic.Plain(shape.BodyKilobytes * 1024, proxy.Port, proxy.Key);
        var connections = Enumerable.Range(0, shape.Concurrency).Select(_ => new ClientConnection()).ToArray();
        try
        {
            // Connecting is not measured: every connection is opened and used once first.
            foreach (var connection in connections)
            {
                await connection.ConnectAsync(proxy.Port, limit.Token);
                await AskAsync(connection, proxy.Traffic, request, errors, limit.Token);
            }

            var upstreamBefore = upstream.Requests;
            using var meter = ProcessMeter.Start(proxy.ProcessId);
            var start = Stopwatch.GetTimestamp();
            var end = start + (long)(duration.TotalSeconds * Stopwatch.Frequency);
            await Task.WhenAll(connections.Select(connection => WorkAsync(connection, proxy.Traffic, request, end, latency, errors, limit.Token)));
            var elapsed = Stopwatch.GetElapsedTime(start);
            var usage = await meter.StopAsync();

            if (upstream.Requests - upstreamBefore < latency.Count)
                errors.Add("more answers than the upstream was asked for");
            return new Measurement(proxy.Name, shape.Phase, round, latency.Count, elapsed, usage, errors.Count, errors.First)
            {
                Latency = latency.Summary(),
            };
        }
        finally
        {
            foreach (var connection in connections)
                connection.Dispose();
        }
    }

    private static async Task WorkAsync(
        ClientConnection connection, Traffic traffic, ReadOnlyMemory<byte> request, long end, Histogram latency, ErrorCount errors, CancellationToken stop)
    {
        for (long now; (now = Stopwatch.GetTimestamp()) < end;)
        {
            if (!await AskAsync(connection, traffic, request, errors, stop))
                return;
            latency.Add(Stopwatch.GetElapsedTime(now));
        }
    }

    private static async ValueTask<bool> AskAsync(
        ClientConnection connection, Traffic traffic, ReadOnlyMemory<byte> request, ErrorCount errors, CancellationToken stop)
    {
        try
        {
            await connection.SendAsync(request, stop);
            while (!connection.Answer.Complete)
                await connection.ReceiveAsync(stop);
            if (connection.Answer.Status == 200 && traffic.Accepts(connection.Answer.Body))
                return true;
            errors.Add(Describe(connection));
            return false;
        }
        catch (Exception e) when (e is SocketException or InvalidDataException)
        {
            errors.Add(e.Message);
            return false;
        }
        catch (OperationCanceledException)
        {
            errors.Add("no answer in time");
            return false;
        }
    }

    private static string Describe(ClientConnection connection)
    {
        var status = connection.Answer.Status;
        var text = Encoding.UTF8.GetString(connection.Answer.Body[..Math.Min(200, connection.Answer.BodyLength)]);
        return status == 200 ? $"not the upstream's answer: {text}" : $"status {status}: {text}";
    }
}
