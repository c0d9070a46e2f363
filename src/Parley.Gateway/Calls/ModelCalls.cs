using System.Buffers;
using System.Runtime.CompilerServices;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Streaming;
using Parley.Gateway.Exchange;
using Parley.Gateway.Ingress;

namespace Parley.Gateway.Calls;

/// <summary>
/// Calls a model on behalf of a caller, through the same pipeline as the caller's own requests: grants, routing, failover, ledger. For surfaces
/// whose requests and answers are no dialect: the simple REST API, the wrapper, agents, MCP tools. Errors come back as values.
/// </summary>
internal sealed class ModelCalls(ExchangePipeline pipeline, TimeProvider time)
{
    private const int LongestAnswer = 64 * 1024 * 1024;

    /// <summary>Makes a call and reads its answer whole.</summary>
    /// <param name="origin">On whose behalf.</param>
    /// <param name="surface">Prefix (for messages), operation and dialect of the call.</param>
    /// <param name="body">The request in the surface's dialect, <c>stream</c> not set.</param>
    /// <param name="cancellation">Gives the call up.</param>
    internal async Task<CallAnswer> SendAsync(CallOrigin origin, Surface surface, ReadOnlyMemory<byte> body, CancellationToken cancellation)
    {
        await using var call = new InnerCall(pipeline, origin, surface, body, time, cancellation);
        var answer = new ArrayBufferWriter<byte>();
        while (true)
        {
            var read = await call.Body.ReadAsync(cancellation);
            foreach (var segment in read.Buffer) answer.Write(segment.Span);
            call.Body.AdvanceTo(read.Buffer.End);
            if (answer.WrittenCount > LongestAnswer) return new CallAnswer(TooLong, default, call.Headers);
            if (read.IsCompleted) break;
        }

        var error = await call.EndAsync();
        return new CallAnswer(error, error is null ? answer.WrittenMemory : default, call.Headers);
    }

    /// <summary>Makes a call and reads the text of its answer.</summary>
    /// <inheritdoc cref="SendAsync"/>
    internal async Task<TextAnswer> AskAsync(CallOrigin origin, Surface surface, ReadOnlyMemory<byte> body, CancellationToken cancellation)
    {
        var answer = await SendAsync(origin, surface, body, cancellation);
        if (answer.Error is not null) return new TextAnswer(answer.Error, "", FinishReason.None, answer.Headers);
        if (!JsonValue.TryParse(answer.Body, out var json)) return new TextAnswer(Unreadable, "", FinishReason.None, answer.Headers);
        using var reply = new FoldedReply();
        DialectCodecs.Of(surface.Dialect).ReadReply(json, reply);
        return new TextAnswer(null, TextOf(reply), reply.Ending?.Finish ?? FinishReason.None, answer.Headers);
    }

    /// <summary>Makes a call and gives the events of its answer as they come. Leaving the enumeration early cancels the call.</summary>
    /// <param name="origin">On whose behalf.</param>
    /// <param name="surface">Prefix (for messages), operation and dialect of the call.</param>
    /// <param name="body">The request in the surface's dialect, <c>stream</c> set.</param>
    /// <param name="started">Told what the pipeline says of the call, once, before the first event.</param>
    /// <param name="cancellation">Gives the call up.</param>
    internal async IAsyncEnumerable<CallEvent> StreamAsync(
        CallOrigin origin, Surface surface, ReadOnlyMemory<byte> body, Action<Microsoft.AspNetCore.Http.IHeaderDictionary>? started, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var call = new InnerCall(pipeline, origin, surface, body, time, cancellation);
        using var frames = new SseFrameReader(SseFrameReader.MaxMediaFrameBytes);
        var hasStarted = false;
        while (true)
        {
            var read = await call.Body.ReadAsync(cancellation);
            if (!hasStarted) started?.Invoke(call.Headers);
            hasStarted = true;
            foreach (var segment in read.Buffer)
            {
                for (var rest = segment; rest.Length > 0;)
                {
                    var room = frames.GetMemory();
                    var taken = rest[..Math.Min(room.Length, rest.Length)];
                    taken.CopyTo(room);
                    frames.Advance(taken.Length);
                    rest = rest[taken.Length..];
                    while (Next(frames, isEnd: false) is { } data) yield return new CallEvent(data, null);
                    if (frames.IsTooLong)
                    {
                        yield return new CallEvent(default, TooLong);
                        yield break;
                    }
                }
            }

            call.Body.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted) break;
        }

        while (Next(frames, isEnd: true) is { } data) yield return new CallEvent(data, null);
        if (await call.EndAsync() is { } error) yield return new CallEvent(default, error);
    }

    // Copied: a frame's bytes are the reader's.
    private static byte[]? Next(SseFrameReader frames, bool isEnd)
    {
        while (frames.TryRead(out var frame) || (isEnd && frames.TryReadLast(out frame)))
        {
            if (frame.HasData) return frame.Data.ToArray();
        }

        return null;
    }

    private static string TextOf(FoldedReply reply)
    {
        var text = string.Concat(reply.Parts.Where(static part => part is { Choice: 0, Kind: ReplyPartKind.Text }).Select(static part => part.Text.ToString()));
        return text.Length > 0 ? text : string.Concat(reply.Parts.Where(static part => part is { Choice: 0, Kind: ReplyPartKind.Refusal }).Select(static part => part.Text.ToString()));
    }

    private static readonly GatewayError TooLong = new(GatewayErrorKind.UpstreamFailed, $"The provider's answer is longer than {LongestAnswer >> 20} MiB.");

    private static readonly GatewayError Unreadable = new(GatewayErrorKind.UpstreamFailed, "The provider's answer is not JSON. The provider's base URL may be wrong.");
}
