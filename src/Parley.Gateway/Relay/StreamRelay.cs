using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Parley.Dialects;
using Parley.Dialects.Streaming;
using Parley.Gateway.Exchange;
using Parley.Gateway.Resilience;

namespace Parley.Gateway.Relay;

/// <summary>
/// Passes on a stream of server-sent events, event by event, as they come.
/// <code>
/// upstream bytes → SseFrameReader → StreamTap ─ Forward ─→ client (flushed once per upstream read)
///                                            ├ Hide     (usage that the client did not ask for)
///                                            ├ Rewrite  (the same, cut out of an event)
///                                            └ last event: held until the ledger has the record
/// </code>
/// 1. Until the gate opens nothing is sent: an error as the first event, or an end without any event, is still an honest status.
/// 2. Events pass. 3. The last event waits for the record. 4. A stream that ends without its end becomes an error event.
/// </summary>
internal sealed class StreamRelay(RelayContext relay, StreamTap tap) : IDisposable
{
    private const int HeldLimit = 256 * 1024;
    private static readonly TimeSpan GatePatience = TimeSpan.FromSeconds(2);

    private readonly FrameReader _reader = relay.Attempt.Dialect switch
    {
        Dialect.BedrockConverse => new AwsEventStreamReader(),
        _ => new SseFrameReader(MostBytes(relay)),
    };

    private ArrayBufferWriter<byte>? _held;
    private long _heldSince;
    private bool _isOpen;
    private bool _isEnding;
    private bool _isSuperseded;
    private GatewayError? _refused;

    // Known once the gate is open: before that the response may be another attempt's.
    private PipeWriter _writer = null!;

    internal static async ValueTask<AttemptOutcome> RunAsync(RelayContext relay)
    {
        var tap = relay.Translation?.CreateTap() ?? Taps.ForStream(relay.Attempt.Dialect, relay.Exchange, relay.AskedForUsage);
        relay.Attempt.Reply = tap.Reply;
        using var stream = new StreamRelay(relay, tap);
        return await stream.RunAsync();
    }

    public void Dispose()
    {
        _reader.Dispose();
        (tap as IDisposable)?.Dispose();
    }

    private async ValueTask<AttemptOutcome> RunAsync()
    {
        await using var body = relay.Reply.OpenBody(relay.Deadline.Token);
        GatewayError? broken = null;
        try
        {
            while (true)
            {
                var read = await ReadAsync(body);
                if (read > 0) _reader.Advance(read);
                var wrote = false;
                if (Heart is { } heart) await PumpInTurnAsync(heart, isEnd: read == 0);
                else wrote = Pump(isEnd: read == 0);
                if (_isSuperseded) return AttemptOutcome.Superseded;
                if (_refused is not null) return new AttemptOutcome(_refused);
                if (_isEnding) break;
                if (wrote) await FlushAsync();
                if (_reader.IsTooLong || _reader.IsCorrupt)
                {
                    broken = new GatewayError(GatewayErrorKind.StreamBroken, _reader.IsCorrupt
                        ? "The provider's stream is damaged: a checksum does not match."
                        : $"The provider sent an event longer than {MostBytes(relay)} bytes.");
                    break;
                }

                if (read == 0) break;
            }
        }
        catch (Exception exception) when (UpstreamFault.Describe(exception, relay.Deadline) is { } fault)
        {
            // Before the gate has opened another target may still answer; a caller who has left needs no event.
            if (!_isOpen || fault.Kind == GatewayErrorKind.ClientAborted) throw;
            broken = fault;
            relay.Attempt.FaultDetail = exception.GetBaseException().Message;
        }

        if (!_isOpen && !tap.IsFinished) return new AttemptOutcome(broken ?? NothingCame());
        if (Heart is null) Open();
        else await OpenInTurnAsync(passesOn: false);
        if (_isSuperseded) return AttemptOutcome.Superseded;
        await EndAsync(body, broken);
        return AttemptOutcome.Answered;
    }

    private StreamHeartbeat? Heart => relay.Exchange.Heartbeat;

    // The same in the turns of a response that heartbeats write to as well. What holds up its turn is the caller's slowness, not the provider's silence.
    private async ValueTask PumpInTurnAsync(StreamHeartbeat heart, bool isEnd)
    {
        var entering = heart.EnterAsync();
        if (!entering.IsCompleted) relay.Deadline.Within(Timeout.InfiniteTimeSpan, AttemptStep.Idle);
        await entering;
        var wrote = false;
        try
        {
            wrote = Pump(isEnd);
            if (_isSuperseded || _refused is not null || _isEnding) return;
            if (wrote) await FlushAsync();
            // Nothing follows an error that was passed on.
            if (tap.Reply.HasError) heart.StopInTurn();
        }
        finally
        {
            heart.Leave(wrote);
        }
    }

    private async ValueTask OpenInTurnAsync(bool passesOn)
    {
        if (Heart is { } heart) await heart.EnterAsync();
        var wrote = false;
        try
        {
            // Without the right to answer the attempt is being cancelled.
            if (!Open()) return;
            if (passesOn) ReleaseHeld(ref wrote);
            if (wrote) await _writer.FlushAsync(relay.Deadline.Token);
        }
        finally
        {
            Heart?.Leave(wrote);
        }
    }

    // A caller who reads slowly is not the provider's silence.
    private ValueTask<FlushResult> FlushAsync()
    {
        var flushing = _writer.FlushAsync(relay.Exchange.Aborted);
        if (!flushing.IsCompleted) relay.Deadline.Within(Timeout.InfiniteTimeSpan, AttemptStep.Idle);
        return flushing;
    }

    // The gate is patient for a while only: a model that thinks for minutes must not look like a dead line. While another attempt may
    // answer first, it is patient until that one is out of the way.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReadAsync(Stream body)
    {
        var reading = body.ReadAsync(_reader.GetMemory(), relay.Deadline.Token);
        if (!reading.IsCompleted) relay.AwaitNext(isStream: true);
        if (_isOpen || reading.IsCompleted || WaitsForFirstToken() || _held is not { WrittenCount: > 0 }) return await reading;
        var task = reading.AsTask();
        try
        {
            if (relay.Attempt is { IsContested: true, Lane.Right: { } right } && await Task.WhenAny(task, right.Settled) == task) return await task;
            // Counted from the first event that was held: heartbeats must not wind the clock up again.
            var left = GatePatience - relay.Time.GetElapsedTime(_heldSince);
            if (left > TimeSpan.Zero)
            {
                using var waiting = new CancellationTokenSource();
                var isRead = await Task.WhenAny(task, Task.Delay(left, relay.Time, waiting.Token)) == task;
                await waiting.CancelAsync();
                if (isRead) return await task;
            }

            // When another attempt has the right to answer, the read is being cancelled.
            await OpenInTurnAsync(passesOn: true);
            return await task;
        }
        finally
        {
            // The read writes into the pooled buffer, so nobody leaves before it has ended.
            await ((Task)task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // A limit on the first token is kept by going to another target, so the answer must not have begun before it; the limit ends the wait.
    private bool WaitsForFirstToken() => relay.CanFailOver && relay.Timeouts.FirstTokenUntil != 0;

    // Steps 1 to 3 for all events that are in the buffer; true when something was written.
    private bool Pump(bool isEnd)
    {
        var wrote = false;
        while (_reader.TryRead(out var frame) || (isEnd && _reader.TryReadLast(out frame)))
        {
            var verdict = tap.Observe(in frame);
            relay.Made?.ObserveEvent(frame.Data, tap.Reply.Id);
            if (verdict.Kind == FrameKind.Content) NoteContent();
            if (!_isOpen && IsRefusal(verdict.Kind))
            {
                _refused = ReportedError.From(tap.Reply, relay.Reply.Status);
                return wrote;
            }

            if (verdict.Action == FrameAction.Hide) continue;
            if (verdict.Kind == FrameKind.Done && !tap.IsFinished)
            {
                // An end marker without the dialect's own end: passing it on would make a cut answer look whole.
                _isEnding = true;
                return wrote;
            }

            var isLast = IsLast(verdict.Kind);
            if (isLast || IsHeldToEnd() || !TryOpen(verdict.Kind))
            {
                _held ??= new ArrayBufferWriter<byte>(1024);
                if (_held.WrittenCount == 0) _heldSince = relay.Time.GetTimestamp();
                Write(in frame, verdict, _held);
                _isEnding |= isLast;
                // The event after which nothing of the answer can come is held for the record; what follows it is let go.
                if (isLast || _isSuperseded) return wrote;
                continue;
            }

            ReleaseHeld(ref wrote);
            Write(in frame, verdict, _writer);
            wrote = true;
        }

        if (isEnd && !_isEnding) HoldEnd();
        return wrote;
    }

    // A dialect without an end marker (Gemini) is at its end only now: what the caller's dialect writes there is held for the record.
    private void HoldEnd()
    {
        if (tap.Complete().Action != FrameAction.Rewrite) return;
        _held ??= new ArrayBufferWriter<byte>(1024);
        tap.WriteRewritten(default, _held);
        _isEnding = true;
    }

    // A Responses stream may also fail in its terminal event; it is passed on as it came when nobody else could answer.
    private bool IsRefusal(FrameKind kind) =>
        kind == FrameKind.Error || (kind == FrameKind.Terminal && relay.CanFailOver && tap.Reply is { HasError: true, HasContent: false });

    // Only when another target could take over are the first, empty events worth holding back.
    private bool TryOpen(FrameKind kind)
    {
        if (_isOpen) return true;
        var mustWait = relay.CanFailOver && kind is FrameKind.Prelude or FrameKind.Comment && (_held?.WrittenCount ?? 0) < HeldLimit;
        return !mustWait && Open();
    }

    // False when the answer of another attempt is passed on.
    private bool Open()
    {
        if (_isOpen) return true;
        _isSuperseded = !relay.Attempt.TryTakeAnswer();
        if (_isSuperseded) return false;
        _isOpen = true;
        _writer = relay.Response.BodyWriter;
        if (relay.Commit(relay.Exchange.StreamContentType)) StreamHeaders.Set(relay.Exchange);
        return true;
    }

    // Anthropic tells the reason in message_delta and ends with message_stop: only the dialect's own end is the last event.
    private bool IsLast(FrameKind kind) =>
        kind == FrameKind.Done
        || (kind == FrameKind.Terminal && tap.IsFinished && relay.Attempt.Dialect is Dialect.OpenAIResponses or Dialect.AnthropicMessages);

    // Gemini's last event, and that of pictures and sounds, is told from others only by the end of the bytes: what may be the last is held for the record.
    private bool IsHeldToEnd() =>
        (tap.IsHeldToEnd || (relay.Attempt.Dialect == Dialect.GeminiContent && relay.Translation is null && tap.IsFinished)) && (_held?.WrittenCount ?? 0) < HeldLimit;

    private async ValueTask EndAsync(Stream body, GatewayError? broken)
    {
        // Cut between the answer's own end and the end of the bytes: nothing of it is missing.
        if (tap.IsFinished && !_isEnding) HoldEnd();
        var attempt = relay.Attempt;
        if (!tap.IsFinished)
        {
            attempt.IsTruncated = true;
            attempt.Error = broken?.Kind ?? (tap.Reply.HasError ? ReportedKind() : GatewayErrorKind.StreamBroken);
        }
        else if (tap.Reply.HasError)
        {
            attempt.Error = ReportedKind();
        }

        await relay.Settlement.SettleAsync(relay.Exchange, attempt, isFinal: true, relay.Reply.Status);
        if (Heart is { } heart) await heart.StopAsync();
        var wrote = false;
        ReleaseHeld(ref wrote);
        // An error that the provider reported itself has already been passed on.
        if (!tap.IsFinished && !tap.Reply.HasError)
        {
            var error = broken ?? new GatewayError(GatewayErrorKind.StreamBroken, "The provider's stream ended before its end. The answer is incomplete.");
            tap.WriteError(_writer, error.Message, GatewayErrorTable.CodeOf(error) ?? "stream_broken");
        }

        await _writer.FlushAsync(relay.Exchange.Aborted);
        if (broken is null) await DrainAsync(body);
    }

    // What the provider reports of the caller's own doing is no failure of the target (failures.md §2.18).
    private GatewayErrorKind ReportedKind() => ReportedError.From(tap.Reply, relay.Reply.Status).Kind;

    // The connection can be used again only when its last bytes were read. They are nearly always here already; nobody waits long for them.
    private async ValueTask DrainAsync(Stream body)
    {
        try
        {
            var reading = body.ReadAsync(_reader.GetMemory(), relay.Deadline.Token);
            if (!reading.IsCompleted)
            {
                // The caller need not wait for it.
                await relay.Response.CompleteAsync();
                relay.Deadline.Within(TimeSpan.FromMilliseconds(250), AttemptStep.Idle);
            }

            while (await reading > 0) reading = body.ReadAsync(_reader.GetMemory(), relay.Deadline.Token);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException or OperationCanceledException)
        {
            // The answer is complete; only the connection is lost.
        }
    }

    private void ReleaseHeld(ref bool wrote)
    {
        if (_held is not { WrittenCount: > 0 }) return;
        _writer.Write(_held.WrittenSpan);
        _held.ResetWrittenCount();
        wrote = true;
    }

    private void Write(in SseFrame frame, FrameVerdict verdict, IBufferWriter<byte> output)
    {
        if (verdict.Action == FrameAction.Rewrite) tap.WriteRewritten(in frame, output);
        else output.Write(frame.Raw);
        // Readers drop an event without its blank line, and what we send behind it would become a part of it.
        if (!frame.IsTerminated && !tap.WritesWholeFrames) output.Write(frame.Raw.EndsWith("\n"u8) ? "\n"u8 : "\n\n"u8);
    }

    private void NoteContent()
    {
        relay.Attempt.ContentEvents++;
        if (relay.Attempt.FirstToken != 0) return;
        relay.Attempt.FirstToken = relay.Time.GetTimestamp();
        if (_isOpen) relay.Attempt.NoteLateFirstToken(relay.Time);
    }

    // Images that a model made, and whole answers, come in one event.
    private static int MostBytes(RelayContext relay) =>
        relay.Attempt.Dialect is Dialect.GeminiContent or Dialect.OpenAIResponses or Dialect.Opaque ? SseFrameReader.MaxMediaFrameBytes : SseFrameReader.MaxFrameBytes;

    private static GatewayError NothingCame() =>
        new(GatewayErrorKind.UpstreamFailed, "The provider's stream ended before anything of the answer came. Try again.");
}
