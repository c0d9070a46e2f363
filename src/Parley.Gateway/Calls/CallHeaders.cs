using Microsoft.AspNetCore.Http;

namespace Parley.Gateway.Calls;

/// <summary>What the pipeline said of an inner call, said to the caller too: who answered, after how many attempts, what was lost, how long to wait.</summary>
internal static class CallHeaders
{
    // Those of the body are the answer's own.
    private static readonly string[] OfTheBody = ["Content-Type", "Content-Length", "Cache-Control", "X-Accel-Buffering", "x-request-id"];

    internal static void CopyTo(IHeaderDictionary headers, HttpResponse response)
    {
        if (response.HasStarted || HeadersAreSettled.For(response.HttpContext)) return;
        foreach (var (name, value) in headers)
        {
            if (!OfTheBody.Contains(name, StringComparer.OrdinalIgnoreCase)) response.Headers[name] = value;
        }
    }
}
