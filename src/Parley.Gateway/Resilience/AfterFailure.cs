using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;

namespace Parley.Gateway.Resilience;

/// <summary>What may be tried after a failure of a kind, by the table of kinds and the model's own <c>retry</c> section.</summary>
internal static class AfterFailure
{
    /// <summary>True when another target may answer what this one did not.</summary>
    internal static bool HelpsAnotherTarget(GatewayError error, RetryConfig retry)
    {
        // The target had no room, or went out while the call waited for it, and did not hear of the call: another one may take it.
        if (error.Kind is GatewayErrorKind.RateLimited or GatewayErrorKind.CircuitOpen) return true;
        if (error.Kind != GatewayErrorKind.UpstreamRejected) return GatewayErrorTable.Of(error.Kind).IsRetryable;
        // A refusal is the caller's own everywhere (400, 413, 422, a filter), unless the operator says that this model's targets differ.
        if (error.Refusal == RefusalReason.ContentFilter) return retry.OnContentFilter;
        foreach (var range in retry.Statuses)
        {
            if (range.Contains(GatewayErrorTable.StatusOf(error))) return true;
        }

        return false;
    }

    /// <summary>True when another credential of the same target may help: against a refused, exhausted or resting one, not against a provider that is down.</summary>
    internal static bool HelpsAnotherCredential(GatewayError error) =>
        error is { Kind: GatewayErrorKind.UpstreamUnauthorized or GatewayErrorKind.UpstreamRateLimited or GatewayErrorKind.CircuitOpen, IsCallersOwn: false };

    /// <summary>True when the same call may succeed a moment later.</summary>
    internal static bool HelpsWaiting(GatewayErrorKind kind) =>
        kind is GatewayErrorKind.UpstreamFailed or GatewayErrorKind.UpstreamTimeout or GatewayErrorKind.StreamBroken or GatewayErrorKind.UpstreamRateLimited;
}
