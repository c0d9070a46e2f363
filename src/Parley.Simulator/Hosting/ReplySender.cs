using System.Text;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace Parley.Simulator;

/// <summary>
/// Sends a reply, with its pace and the faults of sending:
/// 1. before the headers (late, never, closed, reset) · 2. the headers · 3. frame by frame, flushing each, until the fault strikes · 4. the strike.
/// </summary>
internal sealed class ReplySender(HttpContext context, SimulatedCall call, SimulatorRequest received)
{
    // How long a closed connection may take to be noticed by the client before it is torn down.
    private static readonly TimeSpan Noticed = TimeSpan.FromSeconds(5);

    // A reset overtakes bytes that the socket has not sent yet; this long they get.
    private static readonly TimeSpan Sent = TimeSpan.FromMilliseconds(20);

    private readonly FaultChoice fault = call.Fault;
    private readonly TimeProvider time = call.Options.TimeProvider;
    private readonly CancellationToken gone = context.RequestAborted;

    public async Task SendAsync(SimulatedReply reply)
    {
        // :: 1. Before the headers.
        switch (fault.Name)
        {
            case "slow-first-byte":
                await Task.Delay(fault.Duration(TimeSpan.FromSeconds(2)), time, gone).ConfigureAwait(false);
                break;
            case "stall-headers":
                await StallAsync().ConfigureAwait(false);
                return;
            case "close-headers":
                await CloseAsync().ConfigureAwait(false);
                return;
            case "reset-headers":
                Reset();
                return;
        }

        // :: 2. The headers.
        var response = context.Response;
        response.StatusCode = reply.Status;
        response.ContentType = fault.Name == "wrong-content-type" ? "text/html" : reply.ContentType;
        VendorHeaders.Add(response.Headers, call);
        foreach (var (name, value) in reply.Headers)
            response.Headers[name] = value;
        if (reply.Events is null && fault.Name is not ("cut-body" or "malformed-chunk" or "malformed-event"))
            response.ContentLength = fault.Name == "empty" ? 0 : reply.Chunks is null ? reply.Body.Length : reply.Length;
        if (fault.Name == "empty")
            return;
        if (reply.Events is not null || fault.Fault.Kind is SimulatorFaultKind.Stall or SimulatorFaultKind.Cut or SimulatorFaultKind.Malformed)
            await response.StartAsync(gone).ConfigureAwait(false);

        // :: 3. The frames.
        var strikes = fault.Name is "stall-first-event" or "stall" or "cut-connection" or "reset" or "malformed-chunk" || (fault.Name == "cut-body" && reply.Events is null);
        var strikeAt = fault.Name == "stall-first-event" ? 0 : reply.Events is null ? 1 : fault.Count(2);
        var pace = reply.Events is null ? TimeSpan.Zero : Pace();
        var index = 0;
        foreach (var frame in Frames(reply))
        {
            if (strikes && index == strikeAt)
                break;
            if (index > 0 && pace > TimeSpan.Zero)
                await Task.Delay(pace, time, gone).ConfigureAwait(false);
            await WriteAsync(frame).ConfigureAwait(false);
            index++;
        }

        // :: 4. The strike, also when the reply ended before it was due.
        if (strikes)
            await StrikeAsync().ConfigureAwait(false);
    }

    private async Task StrikeAsync()
    {
        switch (fault.Name)
        {
            case "stall" or "stall-first-event":
                await context.Response.Body.FlushAsync(gone).ConfigureAwait(false);
                await StallAsync().ConfigureAwait(false);
                break;
            case "reset":
                // Real time on purpose: it is the socket's, not the simulation's.
                await Task.Delay(Sent, TimeProvider.System, gone).ConfigureAwait(false);
                Reset();
                break;
            case "cut-connection":
                await CloseAsync().ConfigureAwait(false);
                break;
            case "malformed-chunk":
                await CloseAsync("ZZZ\r\nthis chunk has no length\r\n").ConfigureAwait(false);
                break;
        }
    }

    private IEnumerable<ReadOnlyMemory<byte>> Frames(SimulatedReply reply)
    {
        if (reply.Events is { } events)
            return StreamFrames.Of(events, reply.Framing, fault, ErrorEvents.For(call));
        if (reply.Chunks is { } chunks)
            return chunks;
        return fault.Name switch
        {
            "malformed-event" => [reply.Body.AsMemory(0, reply.Body.Length / 2)],
            // In two halves, so that a fault can strike between them.
            _ when fault.Fault.Kind is SimulatorFaultKind.Stall or SimulatorFaultKind.Cut or SimulatorFaultKind.Malformed =>
                [reply.Body.AsMemory(0, reply.Body.Length / 2), reply.Body.AsMemory(reply.Body.Length / 2)],
            _ => [reply.Body],
        };
    }

    private async Task WriteAsync(ReadOnlyMemory<byte> frame)
    {
        if (fault.Name != "slow-drip")
        {
            await context.Response.BodyWriter.WriteAsync(frame, gone).ConfigureAwait(false);
            return;
        }
        var pause = fault.Duration(TimeSpan.FromMilliseconds(1));
        for (var at = 0; at < frame.Length; at++)
        {
            await context.Response.BodyWriter.WriteAsync(frame.Slice(at, 1), gone).ConfigureAwait(false);
            await Task.Delay(pause, time, gone).ConfigureAwait(false);
        }
    }

    private TimeSpan Pace() => Durations.TryParse(call.Header("x-simulator-pace"), out var asked) ? asked : call.Options.Pace;

    private Task StallAsync() => Task.Delay(Timeout.InfiniteTimeSpan, time, gone);

    private void Reset()
    {
        received.MarkOurs();
        context.Abort();
    }

    // The connection's own output is closed under Kestrel, so that the client sees a FIN where a terminator or a length was promised.
    private async Task CloseAsync(string? lastWords = null)
    {
        received.MarkOurs();
        if (context.Features.Get<IConnectionTransportFeature>() is { } connection && !HttpProtocol.IsHttp2(context.Request.Protocol))
        {
            if (lastWords is not null)
                await connection.Transport.Output.WriteAsync(Encoding.ASCII.GetBytes(lastWords), gone).ConfigureAwait(false);
            await connection.Transport.Output.CompleteAsync().ConfigureAwait(false);
            await Task.Delay(Noticed, TimeProvider.System, gone).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        context.Abort();
    }
}
