using Parley.Gateway.Exchange;
using Parley.Gateway.Resilience;

namespace Parley.Gateway.Relay;

/// <summary>What an exception of the transport means. Its text never reaches a caller: it may name hosts and addresses.</summary>
internal static class UpstreamFault
{
    /// <summary>The whole request's time is over, wherever it was just then.</summary>
    internal static readonly GatewayError TotalTimeout = new(
        GatewayErrorKind.TotalTimeout, "The request took longer than the operator allows for this model. Ask for less, or ask the operator to raise \"timeouts.totalSeconds\".");

    private static readonly GatewayError[] Timeouts =
    [
        Late("upstream_connect_timeout", "No connection to the provider could be made in time. Try again."),
        Late("upstream_timeout", "The provider did not begin to answer in time. Try again."),
        Late("upstream_first_token_timeout", "The provider did not send the first token in time. Try again."),
        Late("upstream_idle_timeout", "The provider fell silent in the middle of its answer. Try again."),
        TotalTimeout,
    ];

    /// <summary>The error, or null for an exception that is not the transport's. A limit that has run out explains whatever broke because of it.</summary>
    internal static GatewayError? Describe(Exception exception, AttemptDeadline deadline)
    {
        if (exception is not (OperationCanceledException or HttpRequestException or IOException or InvalidDataException)) return null;
        if (deadline.IsAborted) return new GatewayError(GatewayErrorKind.ClientAborted, "The caller left.");
        if (deadline.Token.IsCancellationRequested) return Timeouts[(int)deadline.Step];
        return exception switch
        {
            // The transport's own limit is the one on connecting; all others are the deadline's.
            OperationCanceledException => Timeouts[(int)AttemptStep.Connect],
            HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError } =>
                new GatewayError(GatewayErrorKind.UpstreamFailed, "The provider could not be reached. Try again.") { IsUnreachable = true },
            _ => new GatewayError(GatewayErrorKind.StreamBroken, "The provider's connection broke before the answer was complete. Try again."),
        };
    }

    private static GatewayError Late(string code, string message) => new(GatewayErrorKind.UpstreamTimeout, message) { Code = code };
}
