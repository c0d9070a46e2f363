using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;
using Parley.Gateway.Agents;
using Parley.Gateway.Exchange;
using Parley.Gateway.Tests.Harness;
using Parley.Testing;

namespace Parley.Gateway.Tests.Agents;

public sealed class AgentEventStreamTests
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(15);
    private readonly ManualTimeProvider _time = new();
    private readonly Channel<AgentEvent> _events = Channel.CreateUnbounded<AgentEvent>();

    [Fact]
    public async Task Write_SilenceBeforeTheFirstEvent_IsFilledByComments()
    {
        var (context, body, writing) = Start(Beat);
        await _time.WaitForTimersAsync(1, GatewayCalls.Limit());
        _time.Advance(Beat);
        await UntilAsync(body, ": keep-alive\n\n");
        _events.Writer.TryWrite(new AgentEvent.Text("hi"));
        _events.Writer.TryWrite(new AgentEvent.Ended(null));
        _events.Writer.Complete();
        await writing;
        Assert.Equal(": keep-alive\n\nevent: delta\ndata: {\"text\":\"hi\"}\n\nevent: done\ndata: {\"content\":\"hi\",\"citations\":[]}\n\n", Text(body));
        Assert.Equal("text/event-stream", context.Response.ContentType);
    }

    [Fact]
    public async Task Write_FailureAfterAComment_IsAnErrorEvent()
    {
        var (_, body, writing) = Start(Beat);
        await _time.WaitForTimersAsync(1, GatewayCalls.Limit());
        _time.Advance(Beat);
        await UntilAsync(body, ": keep-alive\n\n");
        _events.Writer.TryWrite(new AgentEvent.Failed(new GatewayError(GatewayErrorKind.UpstreamFailed, "it broke")));
        _events.Writer.Complete();
        await writing;
        Assert.Equal(
            ": keep-alive\n\nevent: error\ndata: {\"error\":{\"message\":\"it broke\",\"type\":\"server_error\",\"param\":null,\"code\":\"upstream_failed\"}}\n\n", Text(body));
    }

    [Fact]
    public async Task Write_HeartbeatsOff_SetsNoTimer()
    {
        var (_, body, writing) = Start(TimeSpan.Zero);
        _events.Writer.TryWrite(new AgentEvent.Ended(null));
        _events.Writer.Complete();
        await writing;
        Assert.Equal((0, "event: done\ndata: {\"content\":\"\",\"citations\":[]}\n\n"), (_time.PendingTimers, Text(body)));
    }

    private (HttpContext Context, MemoryStream Body, Task Writing) Start(TimeSpan heartbeat)
    {
        var body = new MemoryStream();
        var context = new DefaultHttpContext { Response = { Body = body } };
        return (context, body, AgentEventStream.WriteAsync(context, Events(CancellationToken.None), heartbeat, _time));
    }

    private async IAsyncEnumerable<AgentEvent> Events([EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var said in _events.Reader.ReadAllAsync(cancellation)) yield return said;
    }

    private static string Text(MemoryStream body) => Encoding.UTF8.GetString(body.ToArray());

    private static async Task UntilAsync(MemoryStream body, string text)
    {
        var limit = GatewayCalls.Limit();
        while (Text(body) != text) await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, limit);
    }
}
