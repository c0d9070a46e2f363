using System.Net;
using System.Runtime.CompilerServices;
using Parley.Gateway.Configuration;

namespace Parley.Gateway.Providers.Transport;

/// <summary>
/// The seam behind which requests are sent: one per provider, one connection pool each. What is above it knows neither
/// HttpClient nor sockets, so that a cheaper transport can take its place.
/// </summary>
internal sealed class UpstreamTransport(SocketsHttpHandler handler, HttpVersionConfig version) : IDisposable
{
    private readonly HttpMessageInvoker _invoker = new(handler);
    private readonly Version _version = version == HttpVersionConfig.Http11 ? HttpVersion.Version11 : HttpVersion.Version20;

    private readonly HttpVersionPolicy _policy = version == HttpVersionConfig.Http2
        ? HttpVersionPolicy.RequestVersionExact
        : HttpVersionPolicy.RequestVersionOrLower;

    /// <summary>Sends the request and returns when the answer's headers have come.</summary>
    /// <exception cref="HttpRequestException">No connection, or one that broke before the headers.</exception>
    /// <exception cref="OperationCanceledException">Cancelled by <paramref name="cancellation"/>.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    internal async ValueTask<UpstreamReply> SendAsync(UpstreamRequest request, CancellationToken cancellation)
    {
        var message = new HttpRequestMessage(request.Passed?.Method ?? (request.IsGet ? HttpMethod.Get : HttpMethod.Post), request.Address) { Version = _version, VersionPolicy = _policy };
        if (request.Passed is { } passed)
        {
            passed.Fill(message, request, cancellation);
        }
        else if (!request.IsGet)
        {
            message.Content = new UpstreamBodyContent(request, cancellation);
            message.Content.Headers.TryAddWithoutValidation("Content-Type", request.ContentType);
        }

        foreach (var header in request.Headers) message.Headers.TryAddWithoutValidation(header.Key, header.Value);
        return new UpstreamReply(await _invoker.SendAsync(message, cancellation));
    }

    public void Dispose() => _invoker.Dispose();
}
