using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Parley.Gateway.Telemetry;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Relay;

/// <summary>A caller who leaves takes the provider's call along, in every window, and leaves a record and nothing else behind.</summary>
public sealed class AbortTests
{
    [Theory]
    [InlineData(GatewayCalls.Chat, true, "stall-headers", null, "aborted estimated client_aborted")]
    [InlineData(GatewayCalls.Responses, true, "stall-headers", null, "aborted estimated client_aborted")]
    [InlineData(GatewayCalls.Chat, false, "stall-headers", null, "aborted estimated client_aborted")]
    [InlineData(GatewayCalls.Chat, true, "stall-first-event", null, "aborted estimated client_aborted")]
    [InlineData(GatewayCalls.Responses, true, "stall-first-event", null, "aborted estimated client_aborted")]
    [InlineData(GatewayCalls.Chat, false, "stall", null, "aborted estimated client_aborted")]
    [InlineData(GatewayCalls.Chat, true, "stall", "4", "aborted estimated client_aborted")]
    [InlineData(GatewayCalls.Responses, true, "stall", "7", "aborted estimated client_aborted")]
    public async Task Client_Leaves_UpstreamIsCancelledAndRecorded(string path, bool stream, string fault, string? argument, string flags)
    {
        await using var gateway = await GatewayHost.StartAsync();
        gateway.Upstream.Faults.Always(fault, argument);
        using var leave = new CancellationTokenSource();

        var answering = gateway.SendAsync(path, GatewayCalls.Body(path, stream), leave.Token);
        var received = await gateway.Upstream.Log.WaitForCountAsync(1, GatewayCalls.Limit());
        if (argument is not null)
        {
            using var answer = await answering;
            await using var body = await answer.Content.ReadAsStreamAsync(GatewayCalls.Limit());
            using var reader = new StreamReader(body);
            for (var events = 0; events < int.Parse(argument, CultureInfo.InvariantCulture);)
                events += await reader.ReadLineAsync(GatewayCalls.Limit()) is "" ? 1 : 0;
            await leave.CancelAsync();
        }
        else
        {
            await leave.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answering);
        }

        await received.Aborted.WaitAsync(GatewayCalls.Limit());
        await gateway.AssertNothingLeftAsync();
        var record = await gateway.RecordAsync();
        Assert.Equal(flags, record.Flags());
        Assert.Equal(argument is null ? 499 : 200, record.GetProperty("status").GetInt32());
        if (argument is not null) Assert.InRange(record.Tokens().Output, 1, 4);
        Assert.Equal(1, gateway.Upstream.Log.Count);
    }

    [Fact]
    public async Task Client_LeavesWhileItsBodyIsBeingSent_NothingIsCalledAndNothingLeft()
    {
        await using var gateway = await GatewayHost.StartAsync();
        var metrics = gateway.Services.GetRequiredService<GatewayMetrics>();
        var limit = GatewayCalls.Limit();
        using (var socket = new TcpClient())
        {
            await socket.ConnectAsync(gateway.Address.Host, gateway.Address.Port, limit);
            var head = $"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {GatewayHost.AdminKey}\r\nContent-Type: application/json\r\nContent-Length: 500000\r\n\r\n";
            await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head + "{\"model\":\"gpt\",\"messages\":[" + new string(' ', 100_000)), limit);
            while (metrics.InFlight == 0) await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, limit);
        }

        await gateway.AssertNothingLeftAsync();
        Assert.Equal(0, gateway.Upstream.Log.Count);
        Assert.DoesNotContain(gateway.Log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));
    }
}
