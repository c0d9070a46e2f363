using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Parley.Gateway.Exchange;
using Parley.Gateway.Ingress;

namespace Parley.Gateway.Calls;

/// <summary>
/// One run of the pipeline for a request that Parley made itself. It has a request and an answer of its own in memory; key, trace, cookies and
/// address are those of the caller's request. Disposing it before its end cancels the call.
/// </summary>
internal sealed class InnerCall : IAsyncDisposable, IHttpRequestLifetimeFeature, IRequestBodyPipeFeature
{
    // What names one request: under the same name a provider would give the further calls the first one's answer, or refuse them.
    private static readonly string[] Names = ["Idempotency-Key", "X-Client-Request-Id", "x-ms-client-request-id"];

    private readonly CallResponse _response = new();
    private readonly CallFailure _failure = new();
    private readonly CancellationTokenSource _gone;
    private readonly Surface _surface;
    private readonly Task _running;
    private bool _isBroken;

    internal InnerCall(ExchangePipeline pipeline, CallOrigin origin, Surface surface, ReadOnlyMemory<byte> body, TimeProvider time, CancellationToken cancellation)
    {
        _surface = surface;
        _gone = CancellationTokenSource.CreateLinkedTokenSource(origin.Http.RequestAborted, cancellation);
        RequestAborted = _gone.Token;
        Reader = PipeReader.Create(new ReadOnlySequence<byte>(body));
        var features = new FeatureCollection();
        features.Set(CallCount.NextIdentity(origin.Http, time, out var isFirst));
        features.Set<IHttpRequestFeature>(new HttpRequestFeature
        {
            Method = HttpMethods.Post,
            Scheme = origin.Http.Request.Scheme,
            Protocol = origin.Http.Request.Protocol,
            Path = origin.Http.Request.Path,
            Headers = HeadersOf(origin.Http.Request, body.Length, isFirst),
        });
        features.Set<IRequestBodyPipeFeature>(this);
        features.Set<IHttpResponseFeature>(_response);
        features.Set<IHttpResponseBodyFeature>(_response);
        features.Set<IHttpRequestLifetimeFeature>(this);
        features.Set(origin.Http.Features.Get<IHttpConnectionFeature>());
        features.Set(origin.Caller);
        features.Set(_failure);
        _running = RunAsync(pipeline, new DefaultHttpContext(features));
    }

    /// <summary>What the pipeline says of the call; whole once the body has begun or the call has ended.</summary>
    internal IHeaderDictionary Headers => _response.Headers;

    /// <summary>The body, as it comes. Read it to its end, then ask <see cref="EndAsync"/>.</summary>
    internal PipeReader Body => _response.Reader;

    public CancellationToken RequestAborted { get; set; }

    /// <summary>The request's body.</summary>
    public PipeReader Reader { get; }

    /// <summary>The pipeline gives up an answer that it has begun: what came of it is not whole.</summary>
    public void Abort()
    {
        _isBroken = true;
        _gone.Cancel();
    }

    /// <summary>Waits for the call's end. An error when it did not answer, or not to its end.</summary>
    internal async ValueTask<GatewayError?> EndAsync()
    {
        await _running;
        if (_failure.Error is { } error) return error;
        if (_isBroken) return new GatewayError(GatewayErrorKind.StreamBroken, "The provider's answer broke off before its end. Try again.");
        // The pipeline writes nothing for a caller who has left.
        _gone.Token.ThrowIfCancellationRequested();
        return null;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_running.IsCompleted)
        {
            await _gone.CancelAsync();
            // A writer that waits for its reader goes on.
            await _response.Reader.CompleteAsync();
            await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _gone.Dispose();
    }

    private async Task RunAsync(ExchangePipeline pipeline, HttpContext context)
    {
        try
        {
            await pipeline.RunAsync(context, _surface);
        }
        finally
        {
            await _response.CompleteAsync();
        }
    }

    // The pipeline takes from them what it takes from any request's: the trace, the correlation, the cookie, the header that affinity names.
    private static IHeaderDictionary HeadersOf(HttpRequest request, int length, bool isFirst)
    {
        IHeaderDictionary headers = new HeaderDictionary();
        foreach (var (name, value) in request.Headers)
        {
            if (name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase) || name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase)) continue;
            if (isFirst || !Names.Contains(name, StringComparer.OrdinalIgnoreCase)) headers[name] = value;
        }

        headers.ContentType = "application/json";
        headers.ContentLength = length;
        return headers;
    }
}
