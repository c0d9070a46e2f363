using Parley.Dialects.Conversations;
using Parley.Gateway.Exchange;

namespace Parley.Gateway.Resilience.Probing;

/// <summary>What a probe has found.</summary>
/// <param name="Error">What went wrong; null when the provider answered.</param>
/// <param name="Status">The provider's status; zero when there was none.</param>
internal sealed record ProbeResult(GatewayError? Error, int Status)
{
    /// <summary>Tokens that the probe has used; none for a list of models.</summary>
    internal TokenUsage Usage { get; init; }

    /// <summary>True when they are our estimate.</summary>
    internal bool IsEstimated { get; init; }

    /// <summary>The model that answered, as the provider names it.</summary>
    internal string? Model { get; init; }

    /// <summary>The provider's own request id.</summary>
    internal string? UpstreamRequestId { get; init; }

    /// <summary>The transport's words for a failure, for the log.</summary>
    internal string? Detail { get; init; }

    /// <summary>True when the provider is there: it answered, be it with a refusal of this very request.</summary>
    internal bool IsAnswered => Error is null or { Kind: GatewayErrorKind.UpstreamRejected };

    /// <summary>True for an answer that says nothing about the model: the probe itself was refused.</summary>
    internal bool IsRefused => Error is { Kind: GatewayErrorKind.UpstreamRejected };
}
