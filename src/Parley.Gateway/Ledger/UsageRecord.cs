using Parley.Dialects;
using Parley.Dialects.Conversations;
using Parley.Gateway.Exchange;

namespace Parley.Gateway.Ledger;

/// <summary>What one attempt (one call to one target) was, and what it used. Holds no prompt, no answer and no key.</summary>
public sealed record UsageRecord
{
    /// <summary>The request that the attempt belongs to (<c>x-request-id</c>). Together with <see cref="Attempt"/> it is the record's identity.</summary>
    public required Ulid RequestId { get; init; }

    /// <summary>Zero for the first attempt of a request.</summary>
    public required int Attempt { get; init; }

    /// <summary>True for the attempt whose outcome the caller saw: a request is counted by it, once.</summary>
    public required bool IsFinal { get; init; }

    /// <summary>When the attempt was sent.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The key's identifier.</summary>
    public required string KeyId { get; init; }

    /// <summary>The key's name at that time.</summary>
    public required string KeyName { get; init; }

    /// <summary>The model as the caller named it.</summary>
    public required string ModelAsked { get; init; }

    /// <summary>The model that the provider says has answered, where it says so.</summary>
    public string? ModelAnswered { get; init; }

    /// <summary>The configured provider's name.</summary>
    public required string Provider { get; init; }

    /// <summary>The target: <c>provider/upstream-model</c>.</summary>
    public required string Target { get; init; }

    /// <summary>The dialect that the caller spoke.</summary>
    public required Dialect SurfaceDialect { get; init; }

    /// <summary>The dialect that the provider was spoken to in; the same as the caller's on a splice.</summary>
    public required Dialect ProviderDialect { get; init; }

    /// <summary>True when the caller asked for a stream.</summary>
    public required bool IsStream { get; init; }

    /// <summary>The provider's HTTP status; zero when there was none (no connection, timeout, abort before headers).</summary>
    public required int UpstreamStatus { get; init; }

    /// <summary>The HTTP status that the caller was given; for a non-final attempt the one it would have been given.</summary>
    public required int Status { get; init; }

    /// <summary>What went wrong; null when nothing did.</summary>
    public GatewayErrorKind? Error { get; init; }

    /// <summary>Tokens in disjoint buckets; all zero when the provider reported none.</summary>
    public TokenUsage Usage { get; init; }

    /// <summary>From sending the attempt to its end, in milliseconds.</summary>
    public required double Milliseconds { get; init; }

    /// <summary>From sending the attempt to the first content of the answer, in milliseconds; null when there was none.</summary>
    public double? FirstTokenMilliseconds { get; init; }

    /// <summary>The provider's finish reason in its own word (<c>stop</c>, <c>length</c>, <c>tool_calls</c>, <c>completed</c>, …).</summary>
    public string? FinishReason { get; init; }

    /// <summary>The provider's own request id.</summary>
    public string? UpstreamRequestId { get; init; }

    /// <summary>True when the answer ended before its end.</summary>
    public bool IsTruncated { get; init; }

    /// <summary>True when the caller left before the end.</summary>
    public bool IsAborted { get; init; }

    /// <summary>True when another deployment answered than the target's, because that one was full (Azure's spillover).</summary>
    public bool IsSpilled { get; init; }

    /// <summary>True when <see cref="Usage"/> is our estimate, not the provider's figure.</summary>
    public bool IsEstimated { get; init; }
}
