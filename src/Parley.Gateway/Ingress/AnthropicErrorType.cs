using Parley.Gateway.Exchange;

namespace Parley.Gateway.Ingress;

/// <summary>Anthropic's word for an error (https://docs.claude.com/en/api/errors).</summary>
internal static class AnthropicErrorType
{
    internal static string Of(GatewayError error) => error.Kind switch
    {
        // Its own timeout_error comes with 504; a timeout is one under every status.
        GatewayErrorKind.UpstreamTimeout or GatewayErrorKind.TotalTimeout => "timeout_error",
        GatewayErrorKind.Overloaded => "overloaded_error",
        _ => OfStatus(GatewayErrorTable.StatusOf(error)),
    };

    private static string OfStatus(int status) => status switch
    {
        401 => "authentication_error",
        402 => "billing_error",
        403 => "permission_error",
        404 => "not_found_error",
        413 => "request_too_large",
        429 => "rate_limit_error",
        529 => "overloaded_error",
        // "We may also use this error type for other 4XX status codes not listed."
        < 500 => "invalid_request_error",
        _ => "api_error",
    };
}
