using System.Buffers;
using Microsoft.AspNetCore.Http;
using Parley.Dialects;
using Parley.Gateway.Exchange;

namespace Parley.Gateway.Relay;

/// <summary>
/// Keeps one stream alive where a front end cuts what is silent (Azure Functions: after 230 s): a comment of server-sent events, which
/// clients pass over, after each <c>surfaces.heartbeatSeconds</c> without a byte to the caller. When nothing of an answer has come by then,
/// the comment begins the response: its status is 200 from then on, other targets are still tried, and a failure of all is an error event.
/// <para>
/// Google's Python client takes every line that is neither empty nor begins with <c>data: </c> for JSON (google-genai, <c>_iter_response_stream</c>), so
/// a Gemini stream gets an empty line pair in place of the comment: that client skips empty lines, and to all others it is an event without data, which is none.
/// </para>
/// <para>
/// A beat and the relay write to one response, so each takes its turn: <see cref="EnterAsync"/>, write and flush whole events, <see cref="Leave"/>.
/// </para>
/// </summary>
internal sealed class StreamHeartbeat : IAsyncDisposable
{
    private readonly GatewayExchange _exchange;
    private readonly TimeSpan _interval;
    private readonly TimeProvider _time;
    // Not disposed: a callback of the timer may look at it afterwards, and without a wait handle it holds nothing.
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly ITimer _timer;
    private long _lastWrite;
    private int _plainAnswers;
    private bool _isStopped;

    private StreamHeartbeat(GatewayExchange exchange, TimeSpan interval, TimeProvider time)
    {
        _exchange = exchange;
        _interval = interval;
        _time = time;
        _lastWrite = time.GetTimestamp();
        _timer = time.CreateTimer(static state => _ = ((StreamHeartbeat)state!).BeatAsync(), this, interval, Timeout.InfiniteTimeSpan);
    }

    /// <summary>True once a comment has begun the response in place of an answer: status and headers are sent.</summary>
    internal bool HasBegun { get; private set; }

    /// <summary>True once an attempt's answer is what the response holds.</summary>
    internal bool HasAnswer { get; private set; }

    /// <summary>Starts it for a request that is answered with server-sent events; null for any other, and where heartbeats are off.</summary>
    internal static StreamHeartbeat? For(GatewayExchange exchange, TimeProvider time)
    {
        var interval = exchange.Snapshot.Config.Heartbeat;
        // A JSON array has no comments, what is passed on unread has no events that are known, and a call that Parley makes itself has no front end.
        if (interval == TimeSpan.Zero || !exchange.IsStream || exchange.WantsJsonArray || exchange.Http.Features.Get<CallFailure>() is not null) return null;
        return exchange.Surface.Dialect switch
        {
            Dialect.OpenAIChat or Dialect.OpenAIResponses or Dialect.AnthropicMessages or Dialect.GeminiContent => new StreamHeartbeat(exchange, interval, time),
            // Passed on unread, but its events are those of chat.
            Dialect.Opaque when exchange.Surface.Operation == Operation.TextCompletions => new StreamHeartbeat(exchange, interval, time),
            _ => null,
        };
    }

    /// <summary>Waits until no beat is being written; none is until <see cref="Leave"/>.</summary>
    internal Task EnterAsync() => _turn.WaitAsync(_exchange.Aborted);

    /// <param name="wrote">True when something has gone to the caller: the silence begins anew.</param>
    internal void Leave(bool wrote)
    {
        if (wrote) _lastWrite = _time.GetTimestamp();
        _turn.Release();
    }

    /// <summary>An attempt is about to write its answer; in its turn.</summary>
    internal void NoteAnswer() => HasAnswer = true;

    /// <summary>Ends it, when the request is over.</summary>
    public ValueTask DisposeAsync() => StopAsync();

    /// <summary>Ends it; no beat is written any more. Called before whatever ends the answer.</summary>
    internal async ValueTask StopAsync()
    {
        // Not cancelled: a beat that is being written ends by the caller's abort itself, and must have ended.
        await _turn.WaitAsync(CancellationToken.None);
        StopInTurn();
        _turn.Release();
    }

    /// <summary>The same for who has the turn.</summary>
    internal void StopInTurn()
    {
        _isStopped = true;
        _timer.Dispose();
    }

    /// <summary>Holds it before a plain answer, which has no place for comments. False when the stream has begun.</summary>
    internal async ValueTask<bool> TryGiveWayAsync()
    {
        await _turn.WaitAsync(_exchange.Aborted);
        if (!HasBegun) _plainAnswers++;
        _turn.Release();
        return !HasBegun;
    }

    /// <summary>The plain answer that it gave way to came to nothing: another one, or another target's stream, is waited for.</summary>
    internal async ValueTask GoOnAsync()
    {
        // Not cancelled: of two attempts the other one may be answering.
        await _turn.WaitAsync(CancellationToken.None);
        if (--_plainAnswers == 0 && !_isStopped)
        {
            var left = _interval - _time.GetElapsedTime(_lastWrite);
            _timer.Change(left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }

        _turn.Release();
    }

    /// <summary>Tells a failure in a response that a beat has begun: the error event of the caller's dialect, without an end. After <see cref="StopAsync"/>.</summary>
    internal async ValueTask FailAsync(GatewayError error, ProviderErrorAnswer? answer)
    {
        var dialect = _exchange.Surface.Dialect;
        // OpenAI's errors are the same in all its operations.
        if (answer is not null) error = TranslatedError.Of(error, answer, dialect == Dialect.Opaque ? Dialect.OpenAIChat : dialect);
        var tap = Taps.ForStream(dialect, _exchange, askedForUsage: false);
        tap.WriteError(_exchange.Http.Response.BodyWriter, error.Message, GatewayErrorTable.CodeOf(error) ?? GatewayErrorTable.Of(error.Kind).Type);
        await _exchange.Http.Response.BodyWriter.FlushAsync(_exchange.Aborted);
    }

    private async Task BeatAsync()
    {
        // Whoever has the turn is writing, or just about to look whether there is anything to write.
        if (!await _turn.WaitAsync(TimeSpan.Zero, CancellationToken.None))
        {
            _timer.Change(_interval, Timeout.InfiniteTimeSpan);
            return;
        }

        try
        {
            // Who gave way is called back by what it gave way to.
            if (_isStopped || _plainAnswers > 0) return;
            var left = _interval - _time.GetElapsedTime(_lastWrite);
            if (left <= TimeSpan.Zero)
            {
                await WriteAsync();
                left = _interval;
            }

            _timer.Change(left, Timeout.InfiniteTimeSpan);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The caller has left; whoever works on the answer learns that by itself.
            StopInTurn();
        }
        finally
        {
            _turn.Release();
        }
    }

    private async ValueTask WriteAsync()
    {
        if (!HasAnswer && !HasBegun) Begin();
        var writer = _exchange.Http.Response.BodyWriter;
        writer.Write(_exchange.Surface.Dialect == Dialect.GeminiContent ? "\n\n"u8 : ": keep-alive\n\n"u8);
        await writer.FlushAsync(_exchange.Aborted);
        _lastWrite = _time.GetTimestamp();
    }

    private void Begin()
    {
        HasBegun = true;
        var response = _exchange.Http.Response;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = _exchange.StreamContentType;
        StreamHeaders.Set(_exchange);
        // Who answers is certain only where there is one to ask.
        if (_exchange.Plan is { Pool.HasOneWay: true, Model.Retry.ContextLengthModel: null } plan) ExchangeHeaders.SetOnly(_exchange, plan.Pool.Members[0]);
    }
}
