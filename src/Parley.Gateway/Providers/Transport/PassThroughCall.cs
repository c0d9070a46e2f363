namespace Parley.Gateway.Providers.Transport;

/// <summary>What a call that is passed on unread has in place of a POST of JSON.</summary>
/// <param name="Method">The caller's method.</param>
internal sealed record PassThroughCall(HttpMethod Method)
{
    /// <summary>
    /// From here on a provider is asked whether it wants the body (RFC 9110 §10.1.1): over HTTP/1.1 an answer is not read before the body is
    /// sent, and a provider that refuses an upload by its headers would be paid for it with all of its bytes.
    /// </summary>
    private const long WorthAsking = 1024 * 1024;

    /// <summary>A body that is sent as it comes; null for one in <see cref="UpstreamRequest.Body"/>, or none.</summary>
    internal StreamedBody? Stream { get; init; }

    /// <summary>True when <see cref="UpstreamRequest.Body"/> is sent.</summary>
    internal bool HasBody { get; init; }

    /// <summary>Headers of the body (<c>Content-Type</c>, <c>Content-Language</c>, …), but for its length.</summary>
    internal IReadOnlyList<KeyValuePair<string, string>> ContentHeaders { get; init; } = [];

    /// <summary>The body's media type; null when the caller named none.</summary>
    internal string? ContentType => ContentHeaders.FirstOrDefault(static header => header.Key.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)).Value;

    internal void Fill(HttpRequestMessage message, UpstreamRequest request, CancellationToken cancellation)
    {
        HttpContent? content = Stream is not null ? Stream : HasBody ? new UpstreamBodyContent(request, cancellation) : null;
        if (content is null) return;
        message.Content = content;
        foreach (var header in ContentHeaders) content.Headers.TryAddWithoutValidation(header.Key, header.Value);
        if (Stream is { Length: null or >= WorthAsking }) message.Headers.ExpectContinue = true;
    }
}
