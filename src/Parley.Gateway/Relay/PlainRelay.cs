using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Parley.Dialects;
using Parley.Dialects.Streaming;
using Parley.Gateway.Exchange;
using Parley.Gateway.Resilience;

namespace Parley.Gateway.Relay;

/// <summary>
/// Passes on a plain answer. Up to <see cref="HeldBytes"/> it is read whole before anything is sent, so that a cut answer, an
/// empty one or an error inside a 200 is still an honest status (and another target may answer); a larger one is streamed with
/// its last part held back until the record is written.
/// </summary>
internal static class PlainRelay
{
    /// <summary>Answers up to this size are judged before they are sent.</summary>
    internal const int HeldBytes = 1024 * 1024;

    private const int FirstRoom = 16 * 1024;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    internal static async ValueTask<AttemptOutcome> RunAsync(RelayContext relay)
    {
        var tap = Taps.ForReply(relay.Attempt.Dialect, relay.Exchange.Surface.Operation);
        relay.Attempt.Reply = tap.Reply;
        var buffer = ArrayPool<byte>.Shared.Rent(RoomFor(relay.Reply.ContentLength));
        try
        {
            await using var body = relay.Reply.OpenBody(relay.Deadline.Token);
            var length = 0;
            while (true)
            {
                var read = await ReadAsync(relay, body, buffer.AsMemory(length));
                if (read == 0) break;
                if (length == 0) relay.Attempt.FirstToken = relay.Time.GetTimestamp();
                relay.Attempt.AnswerBytes += read;
                tap.Observe(buffer.AsSpan(length, read));
                relay.Made?.ObserveBytes(buffer.AsSpan(length, read));
                length += read;
                if (length < buffer.Length) continue;
                if (length >= HeldBytes) return await StreamRestAsync(relay, tap, body, buffer, length);
                Grow(ref buffer, length);
            }

            tap.Complete();
            if (Judge(relay, tap, length) is { } error) return new AttemptOutcome(error);
            if (!relay.Attempt.TryTakeAnswer()) return AttemptOutcome.Superseded;
            // Known before the caller can refer to it.
            relay.Made?.NoteId(tap.Reply.Id);

            await relay.Settlement.SettleAsync(relay.Exchange, relay.Attempt, isFinal: true, relay.Reply.Status);
            relay.Commit("application/json");
            relay.Response.ContentLength = length;
            relay.Response.BodyWriter.Write(buffer.AsSpan(0, length));
            return AttemptOutcome.Answered;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // What is here already needs no timer.
    internal static ValueTask<int> ReadAsync(RelayContext relay, Stream body, Memory<byte> buffer)
    {
        var reading = body.ReadAsync(buffer, relay.Deadline.Token);
        if (!reading.IsCompleted) relay.AwaitNext(isStream: false);
        return reading;
    }

    // Past the held size the answer is begun; what breaks from then on breaks the connection, because a status can no longer say it.
    private static async ValueTask<AttemptOutcome> StreamRestAsync(RelayContext relay, ReplyTap tap, Stream body, byte[] held, int length)
    {
        var isBegun = false;
        var next = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            var pending = held.AsMemory(0, length);
            var spare = next;
            while (true)
            {
                var read = await ReadAsync(relay, body, spare);
                if (read == 0) break;
                relay.Attempt.AnswerBytes += read;
                tap.Observe(spare.AsSpan(0, read));
                if (!isBegun && !relay.Attempt.TryTakeAnswer()) return AttemptOutcome.Superseded;
                relay.Made?.ObserveBytes(spare.AsSpan(0, read));
                if (!isBegun) Begin(relay);
                isBegun = true;
                await WriteAsync(relay, pending);
                pending = spare.AsMemory(0, read);
                spare = ReferenceEquals(spare, next) ? held : next;
            }

            tap.Complete();
            if (!tap.IsComplete) throw new HttpIOException(HttpRequestError.ResponseEnded, "the JSON document has no end");
            if (!isBegun && !relay.Attempt.TryTakeAnswer()) return AttemptOutcome.Superseded;
            relay.Made?.NoteId(tap.Reply.Id);
            await relay.Settlement.SettleAsync(relay.Exchange, relay.Attempt, isFinal: true, relay.Reply.Status);
            if (!isBegun) Begin(relay);
            await WriteAsync(relay, pending);
            return AttemptOutcome.Answered;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(next);
        }
    }

    // A caller who reads slowly is not the provider's silence.
    internal static ValueTask<FlushResult> WriteAsync(RelayContext relay, ReadOnlyMemory<byte> bytes)
    {
        var writing = relay.Response.BodyWriter.WriteAsync(bytes, relay.Exchange.Aborted);
        if (!writing.IsCompleted) relay.Deadline.Within(Timeout.InfiniteTimeSpan, AttemptStep.Idle);
        return writing;
    }

    // Not before the first bytes go: headers that are set would stay for the error, or for another target's answer.
    internal static void Begin(RelayContext relay, string contentType = "application/json")
    {
        relay.Commit(contentType);
        if (relay.Reply.ContentLength is { } declared && !relay.Reply.ContentHeaders.Contains("Content-Encoding")) relay.Response.ContentLength = declared;
    }

    private static GatewayError? Judge(RelayContext relay, ReplyTap tap, int length)
    {
        if (length == 0) return new GatewayError(GatewayErrorKind.UpstreamFailed, "The provider answered 200 with an empty body. Try again.");
        if (!tap.IsJson) return new GatewayError(GatewayErrorKind.UpstreamFailed, "The provider's answer is not JSON. The provider's base URL may be wrong.");
        if (!tap.IsComplete) return new GatewayError(GatewayErrorKind.StreamBroken, "The provider's answer ended before its end. Try again.");
        if (!tap.IsError) return null;
        var reported = ReportedError.From(tap.Reply, relay.Reply.Status);
        // A Response that failed is an answer of its API, with an id of its own: its words are the caller's when nobody else can answer.
        if (relay.CanFailOver || relay.Attempt.Dialect != Dialect.OpenAIResponses || tap.Reply.Id is null) return reported;
        relay.Attempt.Error = reported.Kind;
        return null;
    }

    private static int RoomFor(long? declared) => declared is > 0 and < HeldBytes ? (int)declared.Value + 1 : FirstRoom;

    private static void Grow(ref byte[] buffer, int length)
    {
        var bigger = ArrayPool<byte>.Shared.Rent(Math.Min(buffer.Length * 4, HeldBytes));
        buffer.AsSpan(0, length).CopyTo(bigger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = bigger;
    }
}
