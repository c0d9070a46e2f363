using Parley.Gateway.Exchange;

namespace Parley.Gateway.Wrapper;

/// <summary>
/// The statuses of <c>/completion</c>, <c>/chat</c> and <c>/bing-grounding</c> (contracts §4): a provider's 401 and 429 stay, its 5xx and failed
/// connections are 503, all else that it does is 500. What Parley itself refuses keeps its own status.
/// </summary>
internal static class WrapperErrors
{
    internal static GatewayError Of(GatewayError error) => error with { Status = StatusOf(error) };

    private static int StatusOf(GatewayError error) => error.Kind switch
    {
        GatewayErrorKind.UpstreamUnauthorized => error.UpstreamStatus == 403 ? 500 : 401,
        GatewayErrorKind.UpstreamRateLimited => 429,
        GatewayErrorKind.UpstreamFailed => error.IsUnreachable || (error.UpstreamStatus ?? error.Status) >= 500 ? 503 : 500,
        GatewayErrorKind.UpstreamTimeout or GatewayErrorKind.TotalTimeout or GatewayErrorKind.StreamBroken => 503,
        // The default model is the operator's choice: that it is unknown, or unfit, is no fault of the caller.
        GatewayErrorKind.UpstreamRejected or GatewayErrorKind.UnsupportedTranslation or GatewayErrorKind.NotFound => 500,
        GatewayErrorKind.BadRequest => 422,
        _ => GatewayErrorTable.StatusOf(error),
    };
}
