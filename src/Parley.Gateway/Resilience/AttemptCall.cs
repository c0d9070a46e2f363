using System.Runtime.CompilerServices;
using Parley.Dialects;
using Parley.Dialects.Conversations;
using Parley.Dialects.Splicing;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Ingress;
using Parley.Gateway.Providers;
using Parley.Gateway.Providers.Transport;
using Parley.Gateway.Relay;
using Parley.Gateway.Routing.Affinity;
using Parley.Gateway.Telemetry;

namespace Parley.Gateway.Resilience;

/// <summary>
/// The course of one attempt: splice or translate → sign → send → judge the status → relay. A failure before the first byte of the answer is
/// returned; one after it has been told to the caller in mid-stream.
/// </summary>
internal sealed class AttemptCall(GatewayExchange exchange, Attempt attempt, AttemptServices services, TimeProvider time) : IDisposable
{
    private readonly AttemptDeadline _deadline = new(time, attempt.Lane?.Token ?? exchange.Aborted, exchange.TotalUntil);
    private AttemptTimeouts _timeouts = attempt.Target.Timeouts;
    private SplicedBody _body;
    private TranslatedBody? _translated;
    private UpstreamRequest? _request;
    private UpstreamReply? _reply;
    private TranslatedEmbeddings? _embeddings;
    private long _sent;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    internal async ValueTask<AttemptOutcome> RunAsync(int credential, bool canFailOver, bool hasNext)
    {
        var provider = attempt.Target.Provider;
        try
        {
            if (exchange.Surface.Operation == Operation.Embeddings && attempt.Dialect != exchange.Surface.Dialect)
            {
                attempt.Lane?.Right?.NotePrepared();
                _sent = time.GetTimestamp();
                _embeddings = new TranslatedEmbeddings(exchange, attempt, services, _deadline, time);
                return await _embeddings.RunAsync(credential);
            }

            if (await WriteBodyAsync() is { } unwritable) return new AttemptOutcome(unwritable);
            attempt.Lane?.Right?.NotePrepared();
            var call = new UpstreamCall(attempt.Dialect, exchange.IsStream, exchange.Surface.Operation == Operation.CountTokens, exchange.Surface.Path);
            _request = new UpstreamRequest(provider.AddressOf(call, attempt.Target.UpstreamModel, attempt.Target.Endpoint), _translated?.Memory ?? _body.Memory, call);
            if (exchange.Form is not null) _request.ContentType = exchange.Http.Request.ContentType!;
            RequestHeaders.Copy(exchange, attempt.Target, _request);
            if (await provider.SignAsync(_request, credential, exchange.Http, _deadline.Token) is { } unsigned) return new AttemptOutcome(unsigned);

            _sent = time.GetTimestamp();
            if (hasNext && exchange.IsStream) _timeouts = _timeouts.LeavingHalf(exchange.TotalUntil, time);
            _timeouts = _timeouts.Begin(_request, _deadline, exchange.IsStream, time);
            _reply = await provider.Transport.SendAsync(_request, _deadline.Token);
            attempt.UpstreamStatus = _reply.Status;
            attempt.UpstreamRequestId = AnswerHeaders.RequestIdOf(_reply);
            attempt.SpilledTo = AnswerHeaders.SpilledTo(_reply);
            attempt.NoteCapacity(_reply, exchange.Plan!.Pool.Rule);
            if (ProviderStatus.Read(_reply, time) is { } error) return await ReadErrorAsync(error);

            using var activity = GatewayActivities.Relay();
            var relay = new RelayContext(exchange, attempt, _reply, _deadline, services.Settlement, time, canFailOver, AskedForUsage)
            {
                // A request that was only mended is answered in its own dialect: those bytes pass.
                Translation = attempt.Dialect == exchange.Surface.Dialect ? null : _translated?.Translation,
                Losses = Losses,
                Made = MadeItems.Of(services.Makers, exchange, attempt),
                Timeouts = _timeouts,
            };
            if (IsStream()) return await StreamRelay.RunAsync(relay);
            if (exchange.Heartbeat is { } heart && relay.Translation is null) return await RelayPlainAsync(heart, relay);
            if (BytesRelay.Takes(relay)) return await BytesRelay.RunAsync(relay);
            return relay.Translation is { } translation ? await TranslatedRelay.RunAsync(relay, translation) : await PlainRelay.RunAsync(relay);
        }
        catch (Exception exception) when (!attempt.IsSettled && UpstreamFault.Describe(exception, _deadline) is { } fault)
        {
            if (fault.Kind == GatewayErrorKind.ClientAborted && !exchange.Aborted.IsCancellationRequested) return AttemptOutcome.Superseded;
            attempt.FaultDetail = exception.GetBaseException().Message;
            attempt.HasHung = fault.Kind == GatewayErrorKind.TotalTimeout && _sent != 0 && attempt.UpstreamStatus == 0 && HadHalfOfTheTotal();
            return attempt.HasAnswer && exchange.HasAnswerBegun ? await BreakAsync(fault) : new AttemptOutcome(fault);
        }
    }

    // A request that was written anew always asks for the usage of its stream.
    private bool AskedForUsage => _body.AskedForUsage || (_translated is not null && exchange is { IsStream: true, WantsStreamUsage: false });

    // Nearly never: the bytes are passed on unless the provider would answer 400 to them.
    private bool MustBeWrittenAnew() =>
        ForeignReasoning.MayBeIn(exchange, attempt.Target)
        || (attempt.Target.OnUnsupported != UnsupportedPolicy.Pass && StructuralQuirks.MayBeIn(exchange.Body.Span, attempt.Dialect, attempt.Target.Traits))
        // o1-mini has no place for instructions but a message of the user's.
        || (attempt is { Dialect: Dialect.OpenAIChat, Target.Traits.RefusesSystemRole: true } && exchange.Plan!.Defaults is { System.IsPresent: true });

    private async ValueTask<GatewayError?> WriteBodyAsync()
    {
        if (attempt.Dialect == exchange.Surface.Dialect && !MustBeWrittenAnew())
        {
            _body = SplicedBody.For(exchange, attempt.Target);
            return _body.Refusal;
        }

        (_translated, var error) = await TranslatedBody.CreateAsync(exchange, attempt.Target, attempt.Dialect, services.Media, time, _deadline.Token);
        return error;
    }

    // The whole answer of a provider that ignored `stream`. Where a heartbeat has begun the response already, it is told as the stream that was asked for.
    private async ValueTask<AttemptOutcome> RelayPlainAsync(StreamHeartbeat heart, RelayContext relay)
    {
        if (!await heart.TryGiveWayAsync())
            return OwnTranslation() is { } own ? await TranslatedRelay.RunAsync(relay with { Translation = own }, own) : new AttemptOutcome(NoStream);
        try
        {
            return await PlainRelay.RunAsync(relay);
        }
        finally
        {
            // Nothing of it was passed on: the caller is still waiting, and whoever answers may stream.
            if (!heart.HasAnswer || !attempt.HasAnswer) await heart.GoOnAsync();
        }
    }

    // From the caller's dialect into itself; null when the conversation cannot be read, which the provider could.
    private Translation? OwnTranslation()
    {
        if (_translated is not null) return _translated.Translation;
        if (exchange.Surface.Dialect == Dialect.Opaque || ConversationReader.Read(exchange) is not null) return null;
        return new Translation(exchange, exchange.Conversation!, attempt.Target, attempt.Dialect, time.GetUtcNow());
    }

    // A refusal, by its kind: the target did answer, and no other one is paid for the same request again.
    private static readonly GatewayError NoStream = new(
        GatewayErrorKind.UpstreamRejected, "The provider answered without the stream that was asked for, after a stream had begun that keeps the connection alive. Ask without stream, or turn surfaces.heartbeatSeconds off.");

    // A provider may ignore `stream`; what it really sends decides.
    private bool IsStream() =>
        exchange.Surface.Operation is not (Operation.Embeddings or Operation.CountTokens)
        && (_reply!.MediaType.Equals("text/event-stream", StringComparison.OrdinalIgnoreCase)
            || _reply.MediaType.Equals("application/vnd.amazon.eventstream", StringComparison.OrdinalIgnoreCase)
            || (exchange.IsStream && _reply.MediaType.Length == 0));

    private async ValueTask<AttemptOutcome> ReadErrorAsync(GatewayError error)
    {
        // The body of a 401 may quote our credential, so it stays here. That of a 403 does too, unless it says that the prompt was flagged.
        if (_reply!.Status == 401) return new AttemptOutcome(CallersRefusal.Mark(error, exchange, attempt.Target, attempt.Dialect)) { Reply = _reply };
        _deadline.Within(TimeSpan.FromSeconds(30), AttemptStep.Idle);
        ProviderErrorAnswer? answer = null;
        try
        {
            answer = await ProviderErrorAnswer.ReadAsync(_reply!, _deadline.Token);
        }
        catch (Exception exception) when (!exchange.Aborted.IsCancellationRequested && UpstreamFault.Describe(exception, _deadline) is not null)
        {
            // The status has come and says enough, also of a call that another one has outrun meanwhile; only the provider's words are lost.
        }

        error = ProviderStatus.Explain(error, answer);
        if (error.Kind == GatewayErrorKind.UpstreamUnauthorized) return new AttemptOutcome(CallersRefusal.Mark(error, exchange, attempt.Target, attempt.Dialect)) { Reply = _reply };
        error = RetryAfter.Complete(error, _reply!, answer, time);
        // Spliced errors pass as they came, translated ones with their message and code in the caller's shape (contracts §6).
        return _translated is { Translation: var translation } && answer is not null
            ? new AttemptOutcome(TranslatedError.Of(error, answer, translation, _reply!)) { Reply = _reply }
            : new AttemptOutcome(error, answer) { Reply = _reply };
    }

    private bool HadHalfOfTheTotal() => 2 * (time.GetTimestamp() - _sent) >= exchange.TotalUntil - exchange.Started;

    // The status is long sent: all that can still be said is that the answer is not whole.
    private async ValueTask<AttemptOutcome> BreakAsync(GatewayError fault)
    {
        attempt.Error = fault.Kind;
        attempt.IsAborted = fault.Kind == GatewayErrorKind.ClientAborted;
        attempt.IsTruncated = !attempt.IsAborted;
        await services.Settlement.SettleAsync(exchange, attempt, isFinal: true, exchange.Http.Response.StatusCode);
        exchange.Http.Abort();
        return AttemptOutcome.Answered;
    }

    /// <summary>What could not be carried over, or was taken out because the model refuses it; null when nothing was.</summary>
    internal LossReport? Losses => _translated?.Translation.Losses ?? _body.Losses;

    public void Dispose()
    {
        _reply?.Dispose();
        var isInUse = _request is { IsBodyInUse: true } || _embeddings is { IsBodyInUse: true };
        // Answered before the body was sent: the rest is nobody's, and unread it would hold up the others on an HTTP/2 connection.
        if (isInUse) _deadline.Cancel();
        if (isInUse && _body.IsCallersBuffer) exchange.Body.Abandon();
        _body.Release(isInUse);
        _translated?.Release(isInUse);
        _deadline.IsTokenInUse = isInUse;
        _deadline.Dispose();
    }
}
