using Parley.Gateway.Exchange;
using Parley.Gateway.Providers.Transport;
using Parley.Gateway.Relay;

namespace Parley.Gateway.Resilience;

/// <summary>How an attempt ended.</summary>
/// <param name="Error">Null when the answer has been passed on (or the caller was told in mid-stream): nothing is left to do.</param>
/// <param name="Body">The provider's own error answer, passed on as it came when no further target is tried.</param>
internal readonly record struct AttemptOutcome(GatewayError? Error, ProviderErrorAnswer? Body = null)
{
    /// <summary>The provider's answer, whose rate limits and ids belong on ours even when its body does not; null when there was none.</summary>
    internal UpstreamReply? Reply { get; init; }

    /// <summary>The attempt that failed; null when none was made.</summary>
    internal Attempt? Attempt { get; init; }

    /// <summary>The answer was begun or finished; no other attempt is possible.</summary>
    internal static AttemptOutcome Answered => default;
}
