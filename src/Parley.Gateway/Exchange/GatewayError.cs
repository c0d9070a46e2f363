namespace Parley.Gateway.Exchange;

/// <summary>One failure of an exchange, as a value. It is written to the caller in the caller's own dialect.</summary>
/// <param name="Kind">What went wrong; decides the default status, retry and breaker behaviour.</param>
/// <param name="Message">What the caller reads: what happened and what to do. Never holds a secret, a prompt or a host the caller did not name.</param>
public sealed record GatewayError(GatewayErrorKind Kind, string Message)
{
    /// <summary>The field of the request that is wrong (OpenAI's <c>param</c>), where one is.</summary>
    public string? Param { get; init; }

    /// <summary>A machine-readable code; without one the table of kinds gives it.</summary>
    public string? Code { get; init; }

    /// <summary>The HTTP status where it differs from the kind's own (a provider's status that is passed on).</summary>
    public int? Status { get; init; }

    /// <summary>What a provider's refusal was about, where that decides what is tried next.</summary>
    internal RefusalReason Refusal { get; init; }

    /// <summary>The provider's own status where <see cref="Status"/> does not pass it on (401 and 403, which say nothing of the caller's key; an agent's host); null elsewhere.</summary>
    internal int? UpstreamStatus { get; init; }

    /// <summary>True when no connection to the provider could be made.</summary>
    internal bool IsUnreachable { get; init; }

    /// <summary>True when the caller's own headers may have caused it: it says nothing of the target, nor of the operator's credential.</summary>
    internal bool IsCallersOwn { get; init; }

    /// <summary>Everything that is wrong, where there is more to say than the message (admin API).</summary>
    public IReadOnlyList<GatewayErrorDetail> Details { get; init; } = [];

    /// <summary>How long the caller should wait, where that is known.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
