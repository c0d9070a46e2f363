namespace Parley.Gateway.Resilience.Breakers;

/// <summary>Why a target left its pool, as a closed set: the label of its metric.</summary>
internal enum OpeningReason
{
    /// <summary>The provider refused the credential (401, 403).</summary>
    Credential,

    /// <summary>The provider's limit was reached (429).</summary>
    RateLimit,

    /// <summary>The provider failed (5xx).</summary>
    ServerError,

    /// <summary>No answer in time.</summary>
    Timeout,

    /// <summary>No connection.</summary>
    Connection,

    /// <summary>The answer broke, or was none.</summary>
    Answer,

    /// <summary>Somebody took it out through the admin API.</summary>
    ByHand,

    /// <summary>Anything else.</summary>
    Other,
}
