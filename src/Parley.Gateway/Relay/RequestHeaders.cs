using System.Diagnostics;
using Parley.Dialects;
using Parley.Gateway.Exchange;
using Parley.Gateway.Providers.Transport;
using Parley.Gateway.Routing;

namespace Parley.Gateway.Relay;

/// <summary>Which headers of a caller's request travel up (contracts §6): an allow-list. Keys, cookies and addresses never do.</summary>
internal static class RequestHeaders
{
    private const int LongestCorrelation = 256;
    internal const string UserAgent = "Parley/0.1";

    /// <summary>
    /// For callers who sent none: translations may hold sampling settings, which the newer 2026-10-21 refuses (platform.claude.com, "Versions").
    /// </summary>
    internal const string AnthropicVersion = "2023-06-01";

    private static readonly string[] OpenAI =
    [
        "OpenAI-Organization", "OpenAI-Project", "OpenAI-Beta", "OpenAI-Safety-Identifier", "Idempotency-Key", "X-Client-Request-Id",
        "x-ms-client-request-id", "x-ms-spillover-deployment", "aoai-evals",
    ];

    private static readonly string[] Anthropic = ["anthropic-version", "anthropic-beta", "Idempotency-Key"];

    private static readonly string[] None = [];

    /// <summary>The headers of a call that has no caller (a probe).</summary>
    internal static void AddOwn(UpstreamRequest to)
    {
        if (to.Call.Dialect == Dialect.AnthropicMessages) to.AddHeader("anthropic-version", AnthropicVersion);
        to.AddHeader("Accept-Encoding", "identity");
        to.AddHeader("User-Agent", UserAgent);
    }

    internal static void Copy(GatewayExchange exchange, RouteTarget target, UpstreamRequest to)
    {
        var headers = exchange.Http.Request.Headers;
        var hasVersion = false;
        foreach (var name in NamesOf(to.Call.Dialect))
        {
            if (!headers.TryGetValue(name, out var value) || value.Count == 0) continue;
            to.AddHeader(name, value.ToString());
            hasVersion |= ReferenceEquals(name, Anthropic[0]);
        }

        if (to.Call.Dialect == Dialect.AnthropicMessages && !hasVersion) to.AddHeader("anthropic-version", AnthropicVersion);

        // A trace goes on from our own span when there is one, else from the caller's.
        if (Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } id } activity)
        {
            to.AddHeader("traceparent", id);
            if (!string.IsNullOrEmpty(activity.TraceStateString)) to.AddHeader("tracestate", activity.TraceStateString);
        }
        else if (headers.TraceParent.Count == 1)
        {
            to.AddHeader("traceparent", headers.TraceParent.ToString());
            if (headers.TraceState.Count > 0) to.AddHeader("tracestate", headers.TraceState.ToString());
        }

        to.AddHeader("X-APIM-Correlation-Id", CorrelationOf(exchange));
        // Says something only where there is more than one (contracts §4), and a fifth header doubles what HttpClient keeps them in.
        if (exchange.Plan is { Pool.Members.Count: > 1 }) to.AddHeader("X-Backend-Instance", ExchangeHeaders.Number(target.Index));
        to.AddHeader("Accept-Encoding", "identity");
        to.AddHeader("User-Agent", UserAgent);
    }

    // The caller's own where it can travel in a header (contracts §4), else the request's id. Not the answer's copy of it: another attempt may
    // be writing the answer's headers now.
    private static string CorrelationOf(GatewayExchange exchange)
    {
        var own = exchange.Http.Request.Headers["X-APIM-Correlation-Id"];
        if (own is [{ Length: > 0 and <= LongestCorrelation } text] && !text.AsSpan().ContainsAnyExceptInRange(' ', '~')) return text;
        return exchange.RequestIdText;
    }

    // By the dialect upstream: what one vendor understands is noise, or a leak, to another.
    internal static string[] NamesOf(Dialect dialect) => dialect switch
    {
        // What is passed on unread is OpenAI's as well.
        Dialect.OpenAIChat or Dialect.OpenAIResponses or Dialect.OpenAIEmbeddings or Dialect.Opaque => OpenAI,
        Dialect.AnthropicMessages => Anthropic,
        _ => None,
    };
}
