using System.Collections.Frozen;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Parley.Dialects;
using Parley.Gateway.Providers.Transport;
using Parley.Gateway.Relay;

namespace Parley.Gateway.PassThrough;

/// <summary>Which headers of a passed-on call travel up and down: lists of what may, so that keys, cookies and hop-by-hop headers never do.</summary>
internal static class PassThroughHeaders
{
    /// <summary>
    /// How many gateways a call has come through. A provider whose address leads back to this gateway would otherwise be called for ever
    /// (Portkey's commits around CVE-2025-66405).
    /// </summary>
    internal const string Hops = "x-parley-hops";

    private const string CorrelationId = "X-APIM-Correlation-Id";
    private const int LongestCorrelation = 256;

    // Of the body: content's own headers, in HttpClient's terms.
    private static readonly string[] OfContent = ["Content-Type", "Content-Language", "Content-Disposition", "Content-Encoding", "Content-MD5"];

    private static readonly string[] OfAnyRequest = [HeaderNames.Accept, "traceparent", "tracestate"];

    // What makes an answer a 304, a 412 or a piece.
    private static readonly string[] OfConditions =
        [HeaderNames.IfMatch, HeaderNames.IfNoneMatch, HeaderNames.IfModifiedSince, HeaderNames.IfUnmodifiedSince, HeaderNames.Range, HeaderNames.IfRange];

    private static readonly string[] Google =
    [
        "X-Goog-Upload-Protocol", "X-Goog-Upload-Command", "X-Goog-Upload-Offset", "X-Goog-Upload-Header-Content-Length", "X-Goog-Upload-Header-Content-Type",
    ];

    private static readonly string[] Bedrock =
    [
        "X-Amzn-Bedrock-Accept", "X-Amzn-Bedrock-Content-Type", "X-Amzn-Bedrock-Trace", "X-Amzn-Bedrock-GuardrailIdentifier", "X-Amzn-Bedrock-GuardrailVersion",
        "X-Amzn-Bedrock-PerformanceConfig-Latency", "X-Amzn-Bedrock-Service-Tier",
    ];

    private static readonly FrozenSet<string> OfContentDown = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, [.. OfContent, "Content-Range", "Last-Modified", "Expires", "Allow"]);

    private static readonly FrozenSet<string> Down = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, "ETag", "Accept-Ranges", "Cache-Control", "Vary", "X-Goog-Upload-Status", "X-Amzn-Bedrock-Input-Token-Count", "X-Amzn-Bedrock-Output-Token-Count");

    /// <summary>The headers of the caller's body.</summary>
    internal static List<KeyValuePair<string, string>> OfBody(IHeaderDictionary headers)
    {
        var found = new List<KeyValuePair<string, string>>();
        foreach (var name in OfContent)
        {
            if (headers.TryGetValue(name, out var value) && value.Count > 0) found.Add(new(name, value.ToString()));
        }

        return found;
    }

    /// <summary>Adds what travels up; the signature is not of it.</summary>
    internal static void CopyUp(PassThroughExchange exchange, UpstreamRequest to)
    {
        var headers = exchange.Http.Request.Headers;
        var dialect = to.Call.Dialect;
        Add(OfAnyRequest);
        if (!exchange.ReadsAnswer) Add(OfConditions);
        Add(RequestHeaders.NamesOf(dialect));
        if (dialect == Dialect.GeminiContent) Add(Google);
        if (dialect == Dialect.BedrockConverse) Add(Bedrock);
        if (dialect == Dialect.AnthropicMessages && !headers.ContainsKey("anthropic-version")) to.AddHeader("anthropic-version", RequestHeaders.AnthropicVersion);
        to.AddHeader(CorrelationId, CorrelationOf(exchange));
        to.AddHeader(Hops, (HopsOf(exchange.Http.Request) + 1).ToString(CultureInfo.InvariantCulture));
        to.AddHeader("Accept-Encoding", "identity");
        to.AddHeader("User-Agent", RequestHeaders.UserAgent);

        void Add(string[] names)
        {
            foreach (var name in names)
            {
                if (headers.TryGetValue(name, out var value) && value.Count > 0) to.AddHeader(name, value.ToString());
            }
        }
    }

    /// <summary>How many gateways the call has come through before this one.</summary>
    internal static int HopsOf(HttpRequest request) =>
        request.Headers.TryGetValue(Hops, out var value) && int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var hops) ? Math.Min(hops, 1000) : 0;

    /// <summary>Sets what travels down: of rates and ids as everywhere, and of the content.</summary>
    internal static void CopyDown(UpstreamReply reply, IHeaderDictionary headers)
    {
        AnswerHeaders.CopyFrom(reply, headers);
        foreach (var header in reply.Headers)
        {
            if (Down.Contains(header.Key)) headers[header.Key] = header.Value.ToString();
            // An address of the provider's own is one that the caller's key does not open, and may hold a secret.
            if (header.Key.Equals("Location", StringComparison.OrdinalIgnoreCase) && IsRelative(header.Value.ToString())) headers.Location = header.Value.ToString();
        }

        foreach (var header in reply.ContentHeaders)
        {
            if (OfContentDown.Contains(header.Key)) headers[header.Key] = header.Value.ToString();
        }

        // What a caller has uploaded, or a provider makes up, is never a page of this gateway's origin: not even where it says that it is HTML.
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "sandbox";
    }

    /// <summary>Says who answered (contracts §4: also on every passed-on answer).</summary>
    internal static void SetAnswered(PassThroughExchange exchange)
    {
        var headers = exchange.Http.Response.Headers;
        headers["x-parley-attempts"] = exchange.IsSent ? "1" : "0";
        if (!exchange.IsSent) return;
        headers["x-parley-provider"] = exchange.Provider!.Name;
        headers["X-Served-By-Instance"] = "0";
    }

    /// <summary>The same on a failure.</summary>
    internal static void SetFailed(PassThroughExchange exchange)
    {
        SetAnswered(exchange);
        if (exchange.IsSent && exchange.Error is not null) exchange.Http.Response.Headers["X-Error-Backend-Instance"] = "0";
    }

    // The caller's own where it can travel in a header (contracts §4).
    private static string CorrelationOf(PassThroughExchange exchange) =>
        exchange.Http.Request.Headers[CorrelationId] is [{ Length: > 0 and <= LongestCorrelation } own] && !own.AsSpan().ContainsAnyExceptInRange(' ', '~') ? own : exchange.Identity.Text;

    private static bool IsRelative(string location) =>
        location.Length > 0 && !location.StartsWith("//", StringComparison.Ordinal) && !location.Contains('\\') && Uri.TryCreate(location, UriKind.Relative, out _);
}
