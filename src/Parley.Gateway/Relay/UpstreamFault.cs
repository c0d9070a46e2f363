using Parley.Gateway.Exchange;
using Parley.Gateway.Resilience;

namespace Parley.Gateway.Relay;

/// <summary>What an exception of the transport means. Its text never reaches a caller: it may name hosts and addresses.</summary>
internal static class UpstreamFault
{
    /// <summary>The error, or null for an exception that is not the transport's.</summary>
    internal static GatewayError? Describe(Exception exception, AttemptDeadline deadline) => exception switch
    {
        _ when deadline.IsAborted && exception is OperationCanceledException or IOException or HttpRequestException && deadline.IsAborted =>
            new GatewayError(GatewayErrorKind.ClientAborted, "The caller left."),
        OperationCanceledException => new GatewayError(GatewayErrorKind.UpstreamTimeout, "The provider did not answer in time. Try again."),
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError } =>
            new GatewayError(GatewayErrorKind.UpstreamFailed, "The provider could not be reached. Try again."),
        HttpRequestException or IOException or InvalidDataException =>
            new GatewayError(GatewayErrorKind.StreamBroken, "The provider's connection broke before the answer was complete. Try again."),
        _ => null,
    };
}
