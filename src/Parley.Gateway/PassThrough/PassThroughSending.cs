using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Parley.Dialects;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Ingress;
using Parley.Gateway.Providers;
using Parley.Gateway.Providers.Transport;
using Parley.Gateway.Relay;
using Parley.Gateway.Resilience;

namespace Parley.Gateway.PassThrough;

/// <summary>One call of a passed-on exchange to its provider: the body goes up as it comes, the headers of the answer come back. Disposing it ends whatever still runs.</summary>
internal sealed class PassThroughSending(PassThroughExchange exchange, BufferedBytesBudget budget, TimeProvider time) : IAsyncDisposable
{
    private readonly AttemptTimeouts _timeouts = AttemptTimeouts.Of(TimeoutsConfig.None, exchange.Provider!.Config.Http);
    private StreamedBody? _stream;
    private RequestBody? _body;
    private UpstreamRequest? _request;

    internal PassThroughExchange Exchange => exchange;

    /// <summary>The caller's abort, and the limit of the step.</summary>
    internal AttemptDeadline Deadline { get; } = new(time, exchange.Aborted);

    /// <summary>The provider's answer, once it was sent without an error.</summary>
    internal UpstreamReply Reply { get; private set; } = null!;

    internal TimeProvider Time => time;

    /// <summary>Buffered bytes of all requests.</summary>
    internal BufferedBytesBudget Budget => budget;

    /// <summary>Sends the caller's own method and body.</summary>
    /// <param name="address">Where to.</param>
    /// <param name="dialect">How it is signed.</param>
    /// <param name="read">A body that was read before; null for the request's own.</param>
    /// <returns>Null when the headers of an answer have come, whatever its status.</returns>
    internal async ValueTask<GatewayError?> SendAsync(Uri address, Dialect dialect, RequestBody? read = null)
    {
        var request = exchange.Http.Request;
        var limit = exchange.Snapshot.Config.Limits.UploadBytes;
        if (request.ContentLength > limit) return TooLarge(limit);
        _body = read;
        if (read is null && HasBody(exchange.Http))
        {
            if (exchange.Provider!.SignsBody)
            {
                if (await ReadAsync() is { } refused) return refused;
            }
            else
            {
                _stream = new StreamedBody(request.BodyReader, request.ContentLength, limit, Deadline, _timeouts.Idle, _timeouts.FirstByte);
            }
        }

        return await SendAsync(address, dialect, new PassThroughCall(HttpMethod.Parse(request.Method))
        {
            Stream = _stream,
            HasBody = _body is not null,
            ContentHeaders = HasBody(exchange.Http) ? PassThroughHeaders.OfBody(request.Headers) : [],
        });
    }

    /// <summary>Sends a call without a body that the caller did not make in this form: the next page of a list.</summary>
    internal ValueTask<GatewayError?> GetAsync(Uri address, Dialect dialect) => SendAsync(address, dialect, new PassThroughCall(HttpMethod.Get));

    /// <summary>The error that an exception of this call means; null for one that is not of the transport.</summary>
    internal GatewayError? Describe(Exception exception)
    {
        if (_stream is { IsTooLong: true }) return TooLarge(exchange.Snapshot.Config.Limits.UploadBytes);
        if (_stream?.CallersFault is { } fault)
        {
            return fault is BadHttpRequestException bad
                ? new GatewayError(GatewayErrorKind.BadRequest, $"The request's body could not be read to its end: {bad.Message}") { Status = bad.StatusCode }
                : new GatewayError(GatewayErrorKind.ClientAborted, "The caller left.");
        }

        if (exception is ConnectionResetException or ConnectionAbortedException) return new GatewayError(GatewayErrorKind.ClientAborted, "The caller left.");
        if (UpstreamFault.Describe(exception, Deadline) is not { } error) return null;
        exchange.FaultDetail = exception.GetBaseException().Message;
        // Nobody had begun to answer: the provider may have refused the upload in a way that no longer reaches us.
        return error.Kind == GatewayErrorKind.StreamBroken && _stream is not null && exchange.UpstreamStatus == 0
            ? error with { Message = "The provider closed the connection before it had taken the whole body. It may be larger than the provider allows, or of a kind that it refuses." }
            : error;
    }

    public async ValueTask DisposeAsync()
    {
        Reply?.Dispose();
        if (_stream is not null)
        {
            await _stream.StopAsync();
            _stream.Dispose();
        }

        var isInUse = _request is { IsBodyInUse: true };
        if (isInUse)
        {
            Deadline.Cancel();
            _body?.Abandon();
        }

        _body?.Dispose();
        Deadline.IsTokenInUse = isInUse;
        Deadline.Dispose();
    }

    private async ValueTask<GatewayError?> SendAsync(Uri address, Dialect dialect, PassThroughCall call)
    {
        var provider = exchange.Provider!;
        if (provider.Unavailable is { } missing) return new GatewayError(GatewayErrorKind.NoRoute, $"The provider '{provider.Name}' cannot be called: {missing}.");
        _request = new UpstreamRequest(address, _body?.Memory ?? default, new UpstreamCall(dialect, IsStream: false, IsCount: false)) { Passed = call };
        PassThroughHeaders.CopyUp(exchange, _request);
        Deadline.Within(_timeouts.FirstByte, AttemptStep.FirstByte);
        if (await provider.SignAsync(_request, exchange.Credential, exchange.Http, Deadline.Token) is { } unsigned) return unsigned;

        exchange.IsSent = true;
        Reply = await provider.Transport.SendAsync(_request, Deadline.Token);
        _stream?.NoteAnswered();
        exchange.UpstreamStatus = Reply.Status;
        exchange.UpstreamRequestId = AnswerHeaders.RequestIdOf(Reply);
        return null;
    }

    /// <summary>Starts the limit of a read of the answer that has to wait.</summary>
    internal void AwaitNext() => Deadline.Within(_timeouts.Idle, AttemptStep.Idle);

    // Amazon's signature holds a digest of the body, so the body must have come before the first byte can go.
    private async ValueTask<GatewayError?> ReadAsync()
    {
        var limits = exchange.Snapshot.Config.Limits;
        _body = new RequestBody(budget, limits.BufferedBytes);
        return await RequestBodyReader.ReadAsync(exchange.Http, _body, limits, BodyContent.Anything);
    }

    private static bool HasBody(HttpContext context) =>
        context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true } && context.Request.ContentLength != 0;

    private static GatewayError TooLarge(long limit) =>
        new(GatewayErrorKind.BodyTooLarge, $"The body is larger than {limit} bytes (limits.uploadBytes). Send a smaller one, or ask the operator to raise the limit.");
}
