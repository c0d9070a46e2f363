using System.Net;

namespace Parley.Gateway.Providers.Transport;

/// <summary>The body of an <see cref="UpstreamRequest"/> as HttpClient wants it: one write of one contiguous block, and a mark while it lasts.</summary>
internal sealed class UpstreamBodyContent(UpstreamRequest request) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellation)
    {
        request.IsBodyInUse = true;
        await stream.WriteAsync(request.Body, cancellation);
        request.IsBodyInUse = false;
    }

    protected override bool TryComputeLength(out long length)
    {
        length = request.Body.Length;
        return true;
    }
}
