using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Parley.Dialects.Json;
using Parley.Dialects.Streaming;
using Parley.Gateway.Exchange;
using Parley.Gateway.Ingress;

namespace Parley.Gateway.Agents;

/// <summary>
/// An agent's answer as server-sent events, each flushed by itself: <c>delta</c>, <c>citation</c>, <c>search</c>, and at the end either <c>done</c>
/// with the whole answer or <c>error</c>. A failure before the first of them is a plain error with its own status. Where heartbeats are on
/// (<c>surfaces.heartbeatSeconds</c>), a comment after so long a silence keeps front ends from cutting the stream; one may begin it.
/// </summary>
internal static class AgentEventStream
{
    internal static async Task WriteAsync(HttpContext context, IAsyncEnumerable<AgentEvent> events, TimeSpan heartbeat, TimeProvider time)
    {
        var output = new ArrayBufferWriter<byte>();
        var text = new StringBuilder();
        List<AgentCitation> citations = [];
        List<AgentSearch> searches = [];
        var hasBegun = false;
        await using var all = events.GetAsyncEnumerator(context.RequestAborted);
        while (true)
        {
            var next = all.MoveNextAsync().AsTask();
            while (heartbeat > TimeSpan.Zero && !await IsHereAsync(next, heartbeat, time))
            {
                if (!hasBegun) Begin(context);
                hasBegun = true;
                // Not cancelled: an enumeration that still runs must not be left. It ends by the caller's leaving itself.
                await context.Response.BodyWriter.WriteAsync(": keep-alive\n\n"u8.ToArray(), CancellationToken.None);
            }

            if (!await next) return;
            var said = all.Current;
            if (!hasBegun && said is AgentEvent.Failed first)
            {
                await ErrorWriter.WriteAsync(context, first.Error);
                return;
            }

            if (!hasBegun) Begin(context);
            hasBegun = true;
            var json = new JsonOutput(output);
            switch (said)
            {
                case AgentEvent.Text piece:
                    text.Append(piece.Piece);
                    json.BeginObject().Member("text"u8, JsonString.From(piece.Piece)).EndObject();
                    await SendAsync(context, "delta"u8.ToArray(), output);
                    break;
                case AgentEvent.Cited cited:
                    citations.Add(cited.Citation);
                    AgentJson.Write(json, cited.Citation);
                    await SendAsync(context, "citation"u8.ToArray(), output);
                    break;
                case AgentEvent.Searched searched:
                    searches.Add(searched.Search);
                    AgentJson.Write(json, searched.Search);
                    await SendAsync(context, "search"u8.ToArray(), output);
                    break;
                case AgentEvent.Failed failed:
                    Write(json, failed.Error);
                    await SendAsync(context, "error"u8.ToArray(), output);
                    break;
                case AgentEvent.Ended:
                    AgentJson.Write(json, new AgentAnswer(null, text.ToString(), citations, searches));
                    await SendAsync(context, "done"u8.ToArray(), output);
                    break;
            }
        }
    }

    private static async ValueTask<bool> IsHereAsync(Task next, TimeSpan heartbeat, TimeProvider time)
    {
        if (next.IsCompleted) return true;
        using var waiting = new CancellationTokenSource();
        var first = await Task.WhenAny(next, Task.Delay(heartbeat, time, waiting.Token));
        await waiting.CancelAsync();
        return first == next;
    }

    private static void Begin(HttpContext context)
    {
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        var headers = context.Response.Headers;
        headers.ContentType = "text/event-stream";
        headers.CacheControl = "no-cache, no-transform";
        headers["X-Accel-Buffering"] = "no";
    }

    private static async ValueTask SendAsync(HttpContext context, ReadOnlyMemory<byte> name, ArrayBufferWriter<byte> data)
    {
        SseFrameWriter.WriteEvent(context.Response.BodyWriter, name.Span, data.WrittenSpan);
        data.ResetWrittenCount();
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    private static void Write(JsonOutput json, GatewayError error)
    {
        json.BeginObject().BeginObject("error"u8)
            .Member("message"u8, JsonString.From(error.Message))
            .Member("type"u8, JsonString.From(GatewayErrorTable.Of(error.Kind).Type))
            .Name("param"u8).Null();
        if (GatewayErrorTable.CodeOf(error) is { } code) json.Member("code"u8, JsonString.From(code));
        else json.Name("code"u8).Null();
        json.EndObject().EndObject();
    }
}
