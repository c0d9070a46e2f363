using System.Buffers;
using Microsoft.AspNetCore.Http.Features;
using Parley.Dialects;
using Parley.Gateway.Exchange;
using Parley.Gateway.Resilience;

namespace Parley.Gateway.Relay;

/// <summary>
/// Passes on an answer that is no JSON: speech, and transcripts as text or subtitles. It goes as it comes, flushed once per read, because a player plays it
/// while it is made. Only its last byte is held back until the record is written.
/// </summary>
internal static class BytesRelay
{
    private const int Room = 64 * 1024;

    private static readonly GatewayError WebPage = new(GatewayErrorKind.UpstreamFailed, "The provider answered with a web page. Its base URL may be wrong.");

    private static readonly GatewayError Nothing = new(GatewayErrorKind.UpstreamFailed, "The provider answered 200 with an empty body. Try again.");

    /// <summary>True for what only audio answers with; everywhere else an answer that is no JSON is none.</summary>
    internal static bool Takes(RelayContext relay) =>
        relay.Attempt.Dialect == Dialect.Opaque
        && relay.Exchange.Surface.Operation == Operation.Audio
        && relay.Reply.MediaType is { Length: > 0 } type
        && !type.EndsWith("json", StringComparison.OrdinalIgnoreCase);

    internal static async ValueTask<AttemptOutcome> RunAsync(RelayContext relay)
    {
        if (relay.Reply.MediaType.Equals("text/html", StringComparison.OrdinalIgnoreCase)) return new AttemptOutcome(WebPage);
        var buffer = ArrayPool<byte>.Shared.Rent(Room);
        try
        {
            await using var body = relay.Reply.OpenBody(relay.Deadline.Token);
            var held = 0; // the last byte that has come, at the buffer's beginning
            var isBegun = false;
            while (true)
            {
                var read = await PlainRelay.ReadAsync(relay, body, buffer.AsMemory(held));
                if (read == 0) break;
                if (relay.Attempt.FirstToken == 0) relay.Attempt.FirstToken = relay.Time.GetTimestamp();
                relay.Attempt.AnswerBytes += read;
                var length = held + read;
                held = 1;
                if (length == 1) continue;
                if (!isBegun && !Begin(relay)) return AttemptOutcome.Superseded;
                isBegun = true;
                await PlainRelay.WriteAsync(relay, buffer.AsMemory(0, length - 1));
                buffer[0] = buffer[length - 1];
            }

            // A recording of silence has an empty transcript.
            if (held == 0 && !relay.Reply.MediaType.StartsWith("text/", StringComparison.OrdinalIgnoreCase)) return new AttemptOutcome(Nothing);
            if (!isBegun && !relay.Attempt.TryTakeAnswer()) return AttemptOutcome.Superseded;
            await relay.Settlement.SettleAsync(relay.Exchange, relay.Attempt, isFinal: true, relay.Reply.Status);
            if (!isBegun) Begin(relay);
            await PlainRelay.WriteAsync(relay, buffer.AsMemory(0, held));
            return AttemptOutcome.Answered;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // False when the answer of another attempt is passed on.
    private static bool Begin(RelayContext relay)
    {
        if (!relay.Attempt.TryTakeAnswer()) return false;
        PlainRelay.Begin(relay, HeaderText.Printable(relay.Reply.ContentHeaders["Content-Type"].ToString()));
        // nginx and its kin buffer answers unless they are told not to.
        relay.Response.Headers["X-Accel-Buffering"] = "no";
        relay.Exchange.Http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        return true;
    }
}
