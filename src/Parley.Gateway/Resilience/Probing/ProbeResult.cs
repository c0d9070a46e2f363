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

    /// <summary>What it says of the targets that it is told to.</summary>
    /// <param name="isCall">
    /// False for a list of models, whose own troubles are none of the models': a restricted key may not read it (403), a compatible server has none
    /// (404, 501, a page of HTML), and it has a rate limit of its own.
    /// </param>
    internal ProbeVerdict Judge(bool isCall) => Error switch
    {
        null => ProbeVerdict.Answered,
        { Kind: GatewayErrorKind.UpstreamRejected } => ProbeVerdict.SaysNothing,
        _ when isCall => ProbeVerdict.Failed,
        { Kind: GatewayErrorKind.UpstreamTimeout } => Status == 408 ? ProbeVerdict.SaysNothing : ProbeVerdict.Failed,
        // Status 0 of a refused credential: there was no token to ask with.
        { Kind: GatewayErrorKind.UpstreamUnauthorized } => Status is 0 or 401 ? ProbeVerdict.Failed : ProbeVerdict.SaysNothing,
        _ => Status is 0 or 500 or 502 or 503 or 504 ? ProbeVerdict.Failed : ProbeVerdict.SaysNothing,
    };
}
