using Parley.Gateway.Exchange;

namespace Parley.Gateway.Resilience.Breakers;

/// <summary>Why a call to a target failed, as its breaker judges it.</summary>
/// <param name="Kind">What went wrong.</param>
/// <param name="Status">The provider's status; zero when there was none.</param>
/// <param name="RetryAfter">How long the provider asked to wait; null when it did not.</param>
internal readonly record struct TargetFailure(GatewayErrorKind Kind, int Status, TimeSpan? RetryAfter)
{
    /// <summary>True for a probe that asked for the list of models: no model has failed.</summary>
    internal bool IsOfList { get; init; }

    /// <summary>In words for logs, headers and the admin API: <c>429</c>, <c>timeout</c>, <c>connection</c>.</summary>
    internal string Reason => IsOfList ? OfCall + OpeningReasons.OfList : OfCall;

    private string OfCall => Status >= 300 ? Status.ToString(System.Globalization.CultureInfo.InvariantCulture) : Kind switch
    {
        GatewayErrorKind.UpstreamTimeout => "timeout",
        GatewayErrorKind.UpstreamRateLimited => "rate limit",
        GatewayErrorKind.UpstreamUnauthorized => "credential refused",
        GatewayErrorKind.StreamBroken => "broken answer",
        _ => Status == 0 ? "connection" : "failed answer",
    };
}
