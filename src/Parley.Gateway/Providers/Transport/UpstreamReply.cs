using System.IO.Compression;
using System.Net.Http.Headers;

namespace Parley.Gateway.Providers.Transport;

/// <summary>A provider's answer whose headers have been read and whose body has not. Disposing it before the end closes the connection.</summary>
internal sealed class UpstreamReply(HttpResponseMessage response) : IDisposable
{
    internal int Status => (int)response.StatusCode;

    /// <summary>The media type without parameters; empty when there is none.</summary>
    internal ReadOnlySpan<char> MediaType
    {
        get
        {
            if (!ContentHeaders.TryGetValues("Content-Type", out var values)) return "";
            var type = values.ToString().AsSpan();
            var end = type.IndexOf(';');
            return (end < 0 ? type : type[..end]).Trim();
        }
    }

    internal long? ContentLength => response.Content.Headers.ContentLength;

    internal HttpHeadersNonValidated Headers => response.Headers.NonValidated;

    internal HttpHeadersNonValidated ContentHeaders => response.Content.Headers.NonValidated;

    /// <summary>One header's first value, or null.</summary>
    internal string? Header(string name) => Headers.TryGetValues(name, out var values) ? values.ToString() : null;

    /// <summary>
    /// The body. We ask for <c>identity</c>; a server that compresses all the same is undone here, because the taps read plain bytes.
    /// </summary>
    internal Stream OpenBody(CancellationToken cancellation)
    {
        var stream = response.Content.ReadAsStream(cancellation);
        if (!ContentHeaders.TryGetValues("Content-Encoding", out var encoding)) return stream;
        return encoding.ToString().ToLowerInvariant() switch
        {
            "gzip" or "x-gzip" => new GZipStream(stream, CompressionMode.Decompress),
            "br" => new BrotliStream(stream, CompressionMode.Decompress),
            "deflate" => new ZLibStream(stream, CompressionMode.Decompress),
            _ => stream,
        };
    }

    /// <summary>The body exactly as it came, whatever it is encoded in: for a caller who is told the encoding.</summary>
    internal Stream OpenAsItCame(CancellationToken cancellation) => response.Content.ReadAsStream(cancellation);

    public void Dispose() => response.Dispose();
}
