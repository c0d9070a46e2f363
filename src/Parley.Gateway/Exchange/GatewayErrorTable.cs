namespace Parley.Gateway.Exchange;

/// <summary>The one table of error kinds: status, wire type and code, and whether another target may help.</summary>
internal static class GatewayErrorTable
{
    /// <summary>What a kind means on the wire and for the attempt loop.</summary>
    /// <param name="Status">The HTTP status, where the error itself carries none.</param>
    /// <param name="Type">OpenAI's <c>error.type</c>.</param>
    /// <param name="Code">OpenAI's <c>error.code</c>, where the error itself carries none.</param>
    /// <param name="IsRetryable">True when the next target may answer what this one did not.</param>
    /// <param name="CountsAgainstTarget">True when the failure is the target's fault, never the caller's.</param>
    internal readonly record struct Row(int Status, string Type, string? Code, bool IsRetryable = false, bool CountsAgainstTarget = false);

    internal static Row Of(GatewayErrorKind kind) => kind switch
    {
        GatewayErrorKind.BadRequest => new(400, "invalid_request_error", null),
        GatewayErrorKind.Unauthenticated => new(401, "invalid_request_error", "invalid_api_key"),
        GatewayErrorKind.Forbidden => new(403, "permission_error", "permission_denied"),
        GatewayErrorKind.NotFound => new(404, "invalid_request_error", "not_found"),
        GatewayErrorKind.MethodNotAllowed => new(405, "invalid_request_error", "method_not_allowed"),
        GatewayErrorKind.BodyTooLarge => new(413, "invalid_request_error", "request_too_large"),
        GatewayErrorKind.UnsupportedMediaType => new(415, "invalid_request_error", "unsupported_media_type"),
        GatewayErrorKind.QuotaExhausted => new(403, "insufficient_quota", "insufficient_quota"),
        GatewayErrorKind.RateLimited => new(429, "rate_limit_error", "rate_limit_exceeded"),
        GatewayErrorKind.Overloaded => new(503, "server_error", "overloaded"),
        GatewayErrorKind.NoRoute => new(503, "server_error", "no_target"),
        GatewayErrorKind.CircuitOpen => new(503, "server_error", "no_target"),
        GatewayErrorKind.UpstreamRejected => new(400, "invalid_request_error", null),
        GatewayErrorKind.UpstreamUnauthorized => new(502, "server_error", "upstream_authentication", IsRetryable: true, CountsAgainstTarget: true),
        GatewayErrorKind.UpstreamRateLimited => new(429, "rate_limit_error", "rate_limit_exceeded", IsRetryable: true, CountsAgainstTarget: true),
        GatewayErrorKind.UpstreamFailed => new(502, "server_error", "upstream_failed", IsRetryable: true, CountsAgainstTarget: true),
        GatewayErrorKind.UpstreamTimeout => new(504, "server_error", "upstream_timeout", IsRetryable: true, CountsAgainstTarget: true),
        // Whose call was running then is chance, so it says nothing of that target.
        GatewayErrorKind.TotalTimeout => new(504, "server_error", "total_timeout"),
        // The attempt loop sees it only while nothing has been sent; afterwards the relay itself tells the caller.
        GatewayErrorKind.StreamBroken => new(502, "server_error", "stream_broken", IsRetryable: true, CountsAgainstTarget: true),
        // nginx's status for a caller that left; nobody reads it but the ledger and the metrics.
        GatewayErrorKind.ClientAborted => new(499, "invalid_request_error", "client_closed_request"),
        // Another target may take the request as it is, or in another dialect.
        GatewayErrorKind.UnsupportedTranslation => new(400, "invalid_request_error", "unsupported_translation", IsRetryable: true),
        _ => new(500, "server_error", "internal_error"),
    };

    internal static int StatusOf(GatewayError error) => error.Status ?? Of(error.Kind).Status;

    internal static string? CodeOf(GatewayError error) => error.Code ?? Of(error.Kind).Code;
}
