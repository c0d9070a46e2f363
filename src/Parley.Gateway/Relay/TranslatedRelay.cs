using System.Buffers;
using System.Runtime.CompilerServices;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Streaming;
using Parley.Gateway.Exchange;
using Parley.Gateway.Resilience;

namespace Parley.Gateway.Relay;

/// <summary>
/// Passes on a plain answer in the caller's dialect: read whole (bounded), read into events, folded, judged, recorded, written. A
/// caller who wants a stream from a provider that gave none gets the same events as a stream.
/// </summary>
internal static class TranslatedRelay
{
    /// <summary>The longest answer that is translated: images that a model made come as base64 inside it.</summary>
    internal const int LongestAnswer = 64 * 1024 * 1024;

    private const int LargeAnswer = 1024 * 1024;
    private const int ReadSize = 16 * 1024;

    private static readonly GatewayError NoRoom = new(
        GatewayErrorKind.Overloaded, "Parley has no memory left to translate this answer now (limits.bufferedBytes). Ask for a stream, or try again in a moment.")
    {
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    internal static async ValueTask<AttemptOutcome> RunAsync(RelayContext relay, Translation translation)
    {
        var reply = new ReplyObservation();
        relay.Attempt.Reply = reply;
        using var answer = new PooledBuffer(RoomFor(relay.Reply.ContentLength));
        if (await ReadAsync(relay, answer) is { } tooLong) return new AttemptOutcome(tooLong);

        using var output = new PooledBuffer(answer.Length + 1024);
        if (Translate(relay, translation, answer, output, reply) is { } error) return new AttemptOutcome(error);
        if (!relay.Attempt.TryTakeAnswer()) return AttemptOutcome.Superseded;
        // Only of an answer in the caller's own dialect: known before the caller can refer to it.
        relay.Made?.ObserveBytes(answer.Span);
        relay.Made?.NoteId(reply.Id);

        await relay.Settlement.SettleAsync(relay.Exchange, relay.Attempt, isFinal: true, relay.Reply.Status);
        if (relay.Exchange.Heartbeat is { } heart) await heart.StopAsync();
        if (relay.Commit(relay.Exchange.IsStream ? relay.Exchange.StreamContentType : "application/json")) relay.Response.ContentLength = output.Length;
        relay.Response.BodyWriter.Write(output.Span);
        return AttemptOutcome.Answered;
    }

    private static async ValueTask<GatewayError?> ReadAsync(RelayContext relay, PooledBuffer answer)
    {
        await using var body = relay.Reply.OpenBody(relay.Deadline.Token);
        var reserved = 0;
        while (true)
        {
            var reading = body.ReadAsync(answer.GetMemory(ReadSize), relay.Deadline.Token);
            if (!reading.IsCompleted) relay.AwaitNext(isStream: false);
            var read = await reading;
            if (read == 0) return null;
            if (relay.Attempt.FirstToken == 0) relay.Attempt.FirstToken = relay.Time.GetTimestamp();
            relay.Attempt.AnswerBytes += read;
            answer.Advance(read);
            if (answer.Length - reserved >= LargeAnswer)
            {
                // A large answer is there three times at most: as it came, folded, and written.
                if (!relay.Exchange.Body.TryReserve(3L * LargeAnswer)) return NoRoom;
                reserved += LargeAnswer;
            }

            if (answer.Length > LongestAnswer)
                return new GatewayError(GatewayErrorKind.UpstreamFailed, $"The provider's answer is longer than {LongestAnswer >> 20} MiB, too long to be translated. Ask for a stream.");
        }
    }

    private static GatewayError? Translate(RelayContext relay, Translation translation, PooledBuffer answer, PooledBuffer output, ReplyObservation reply)
    {
        if (answer.Length == 0) return new GatewayError(GatewayErrorKind.UpstreamFailed, "The provider answered 200 with an empty body. Try again.");
        if (!JsonValue.TryParse(answer.Memory, out var body)) return NotWhole(answer);
        using var writer = relay.Exchange.IsStream ? translation.CreateWriter(output) : null;
        using var folded = writer is null ? new FoldedReply() : null;
        translation.ReadReply(body, reply, (IReplySink?)writer ?? folded!, out var isCompleted);
        if (reply.HasError) return ReportedError.From(reply, relay.Reply.Status);
        if (!isCompleted) return new GatewayError(GatewayErrorKind.UpstreamFailed, "The provider's answer is JSON, but no answer of its API. The provider's base URL may be wrong.");
        if (folded is not null) translation.WriteReply(folded, output);
        return null;
    }

    private static GatewayError NotWhole(PooledBuffer answer) => answer.Span.TrimStart(" \t\r\n"u8) is [(byte)'{', ..]
        ? new GatewayError(GatewayErrorKind.StreamBroken, "The provider's answer ended before its end. Try again.")
        : new GatewayError(GatewayErrorKind.UpstreamFailed, "The provider's answer is not JSON. The provider's base URL may be wrong.");

    private static int RoomFor(long? declared) => declared is > 0 and < LongestAnswer ? (int)declared.Value + 1 : ReadSize;
}
