using Parley.Gateway.Exchange;
using Parley.Gateway.Resilience.Queueing;

namespace Parley.Gateway.SimpleApi;

/// <summary>
/// The statuses of the simple REST API (contracts §1): what the request itself is to blame for is 400, also when the provider said so; all that fails at a
/// provider or in the configuration is 500; 503 when no target is left.
/// </summary>
internal static class SimpleErrors
{
    internal static GatewayError Of(GatewayError error) => error.Kind switch
    {
        // A variable that is not set: nothing that waiting mends. The sentence ends with it, as contracts §1 has it.
        GatewayErrorKind.NoRoute => error with { Status = 500, Message = error.Message.TrimEnd('.'), RetryAfter = null },
        GatewayErrorKind.UpstreamRejected => error with { Status = OfRejected(error) },
        // Every 429 says how long to wait, also where the provider did not: a second, the least that Retry-After can say.
        GatewayErrorKind.UpstreamRateLimited => error with { Status = 429, RetryAfter = error.RetryAfter ?? TimeSpan.FromSeconds(1) },
        GatewayErrorKind.UpstreamUnauthorized or GatewayErrorKind.UpstreamFailed or GatewayErrorKind.UpstreamTimeout
            or GatewayErrorKind.TotalTimeout or GatewayErrorKind.StreamBroken => error with { Status = 500 },
        // The model runs as many calls as its operator allows: no target of it is left.
        GatewayErrorKind.RateLimited when error.Code == RequestQueue.Code => error with { Status = 503 },
        _ => error,
    };

    private static int OfRejected(GatewayError error) => error switch
    {
        // Some filters say 403 to a prompt.
        { Refusal: RefusalReason.ContentFilter or RefusalReason.ContextLength } or { Status: null or 400 or 422 } => 400,
        { Status: 413 } => 413,
        // A deployment that is not there (404) was named by the operator, not by the caller.
        _ => 500,
    };
}
