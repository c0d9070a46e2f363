using System.Net;

namespace Parley.Gateway.Providers.Transport;

/// <summary>The body of an <see cref="UpstreamRequest"/> as HttpClient wants it: one write of one contiguous block, and a mark while it lasts.</summary>
internal sealed class UpstreamBodyContent(UpstreamRequest request, CancellationToken attempt) : HttpContent
{
    // What fits into the windows and socket buffers on the way is gone at once and need not be stopped.
    private const int SentAtOnce = 64 * 1024;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellation)
    {
        request.IsBodyInUse = true;
        request.Connected?.Invoke();
        // HttpClient forgets the attempt's token once it has an answer, although the body may still be under way.
        using var either = request.Body.Length > SentAtOnce ? CancellationTokenSource.CreateLinkedTokenSource(cancellation, attempt) : null;
        await stream.WriteAsync(request.Body, either?.Token ?? cancellation);
        request.IsBodyInUse = false;
    }

    protected override bool TryComputeLength(out long length)
    {
        length = request.Body.Length;
        return true;
    }
}
