using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;

namespace Parley.Gateway.Wrapper;

/// <summary>What a failed call means for <c>/health</c>: the rows of contracts §4.</summary>
internal static class HealthErrors
{
    internal static HealthAnswer Of(GatewayError error, ParleyConfig config)
    {
        var (status, word, message) = RowOf(error);
        return new HealthAnswer(status) { Error = word, Message = message, Details = SecretMask.Of(error.Message, config), RetryAfter = error.RetryAfter };
    }

    private static (int Status, string Error, string Message) RowOf(GatewayError error) => error.Kind switch
    {
        GatewayErrorKind.UpstreamUnauthorized when error.UpstreamStatus != 403 => (401, "authentication_error", "The provider does not accept Parley's credential."),
        GatewayErrorKind.UpstreamUnauthorized => (403, "api_error", "The provider refused the call."),
        GatewayErrorKind.UpstreamRateLimited or GatewayErrorKind.RateLimited => (429, "rate_limit_exceeded", "The rate limit of the model is reached."),
        GatewayErrorKind.UpstreamTimeout or GatewayErrorKind.TotalTimeout or GatewayErrorKind.StreamBroken => Unconnected,
        GatewayErrorKind.UpstreamFailed when error.IsUnreachable => Unconnected,
        GatewayErrorKind.UpstreamFailed when error.Status >= 500 => Unavailable,
        // A name that leads nowhere is no model.
        GatewayErrorKind.NotFound or GatewayErrorKind.NoRoute or GatewayErrorKind.CircuitOpen or GatewayErrorKind.Overloaded => Unavailable,
        GatewayErrorKind.UpstreamRejected or GatewayErrorKind.UpstreamFailed when error.Status is { } status and >= 400 => (status, "api_error", "The provider refused the call."),
        _ => (500, "internal_error", "The model cannot be called."),
    };

    private static readonly (int, string, string) Unavailable = (503, "service_unavailable", "The model is not available.");
    private static readonly (int, string, string) Unconnected = (503, "connection_error", "The provider could not be reached.");
}
