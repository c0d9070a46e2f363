using Parley.Gateway.Exchange;
using Parley.Gateway.Resilience;

namespace Parley.Gateway.Relay;

/// <summary>What an exception of the transport means. Its text never reaches a caller: it may name hosts and addresses.</summary>
internal static class UpstreamFault
{
    /// <summary>The error, or null for an exception that is not the transport's.</summary>
    internal static GatewayError? Describe(Exception exception, AttemptDeadline deadline)
    {
        if (exception is not (OperationCanceledException or HttpRequestException or IOException or InvalidDataException)) return null;
        if (deadline.IsAborted) return new GatewayError(GatewayErrorKind.ClientAborted, "The caller left.");
        return exception switch
        {
            OperationCanceledException => new GatewayError(GatewayErrorKind.UpstreamTimeout, "The provider did not answer in time. Try again."),
            HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError } =>
                new GatewayError(GatewayErrorKind.UpstreamFailed, "The provider could not be reached. Try again."),
            _ => new GatewayError(GatewayErrorKind.StreamBroken, "The provider's connection broke before the answer was complete. Try again."),
        };
    }
}
