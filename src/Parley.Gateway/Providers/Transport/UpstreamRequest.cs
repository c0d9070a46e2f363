namespace Parley.Gateway.Providers.Transport;

/// <summary>One call to a provider, ready to send: the address is ours, the body contiguous, the headers complete.</summary>
internal sealed class UpstreamRequest(Uri address, ReadOnlyMemory<byte> body, UpstreamCall call)
{
    private readonly List<KeyValuePair<string, string>> _headers = new(8);

    internal Uri Address { get; } = address;

    /// <summary>What is asked, in which dialect.</summary>
    internal UpstreamCall Call { get; } = call;

    internal ReadOnlyMemory<byte> Body { get; } = body;

    /// <summary>The body's media type: JSON, or the caller's own for a form, whose boundary stands in it.</summary>
    internal string ContentType { get; set; } = "application/json";

    /// <summary>True for a GET, which sends no <see cref="Body"/>; everything else is a POST, unless <see cref="Passed"/> says more.</summary>
    internal bool IsGet { get; init; }

    /// <summary>Method and body of a call that is passed on unread; null for the calls that Parley makes itself.</summary>
    internal PassThroughCall? Passed { get; init; }

    internal IReadOnlyList<KeyValuePair<string, string>> Headers => _headers;

    /// <summary>
    /// True while the transport may still read <see cref="Body"/>: over HTTP/2 an answer can arrive before the body is sent.
    /// A buffer in use must not go back to its pool.
    /// </summary>
    internal bool IsBodyInUse { get; set; }

    /// <summary>Called once a connection stands and the body is about to be sent; null when nobody waits for that.</summary>
    internal Action? Connected { get; set; }

    internal void AddHeader(string name, string value) => _headers.Add(new(name, value));
}
