using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Parley.Gateway.Providers.Transport;

namespace Parley.Gateway.Relay;

/// <summary>Which headers of a caller's request travel up (contracts §6): an allow-list. Keys, cookies and addresses never do.</summary>
internal static class RequestHeaders
{
    private const string UserAgent = "Parley/0.1";

    private static readonly string[] OpenAI =
    [
        "OpenAI-Organization", "OpenAI-Project", "OpenAI-Beta", "OpenAI-Safety-Identifier", "Idempotency-Key", "X-Client-Request-Id",
        "x-ms-client-request-id", "x-ms-spillover-deployment", "aoai-evals",
    ];

    internal static void Copy(HttpRequest from, UpstreamRequest to)
    {
        var headers = from.Headers;
        foreach (var name in OpenAI)
        {
            if (headers.TryGetValue(name, out var value) && value.Count > 0) to.AddHeader(name, value.ToString());
        }

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

        to.AddHeader("Accept-Encoding", "identity");
        to.AddHeader("User-Agent", UserAgent);
    }
}
