namespace Parley.Gateway.Exchange;

/// <summary>Everything that can go wrong with an exchange, as a closed set: stage and culprit, never a free text.</summary>
public enum GatewayErrorKind
{
    /// <summary>The caller's request is malformed; the message names the field.</summary>
    BadRequest,

    /// <summary>No key, or none that is ours and valid.</summary>
    Unauthenticated,

    /// <summary>The key is ours, but may not do this.</summary>
    Forbidden,

    /// <summary>No such path, model, deployment or object.</summary>
    NotFound,

    /// <summary>The path exists, the method does not.</summary>
    MethodNotAllowed,

    /// <summary>The body is larger than <c>limits.bodyBytes</c>.</summary>
    BodyTooLarge,

    /// <summary>The body is not JSON by its content type.</summary>
    UnsupportedMediaType,

    /// <summary>A quota of the caller is used up.</summary>
    QuotaExhausted,

    /// <summary>A rate of the caller is exceeded.</summary>
    RateLimited,

    /// <summary>The gateway itself has no room (buffered bodies, ledger away): try again later.</summary>
    Overloaded,

    /// <summary>The model is known, but no target of it can be called.</summary>
    NoRoute,

    /// <summary>Every target's breaker is open.</summary>
    CircuitOpen,

    /// <summary>The provider refused the request as the caller's fault (4xx): passed on as it came.</summary>
    UpstreamRejected,

    /// <summary>The provider refused our credential (401/403).</summary>
    UpstreamUnauthorized,

    /// <summary>The provider's rate limit (429).</summary>
    UpstreamRateLimited,

    /// <summary>The provider failed (5xx) or could not be reached.</summary>
    UpstreamFailed,

    /// <summary>The provider did not answer in time.</summary>
    UpstreamTimeout,

    /// <summary>The provider's answer ended or broke before its end.</summary>
    StreamBroken,

    /// <summary>The caller left.</summary>
    ClientAborted,

    /// <summary>The request cannot be expressed in any dialect of the target.</summary>
    UnsupportedTranslation,

    /// <summary>A defect of the gateway.</summary>
    Internal,

    /// <summary>The operator's limit on the whole request ran out: nobody's fault, and no other target has more time.</summary>
    TotalTimeout,
}
