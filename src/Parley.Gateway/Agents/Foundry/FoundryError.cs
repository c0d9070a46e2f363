using System.Globalization;
using Azure;
using Parley.Dialects.Json;
using Parley.Gateway.Exchange;
using Parley.Gateway.Resilience;

namespace Parley.Gateway.Agents.Foundry;

/// <summary>What a status of Foundry means, with its own words for it.</summary>
internal static class FoundryError
{
    private const int LongestReason = 1000;

    internal static GatewayError Of(string agent, Response response, ReadOnlyMemory<byte> body, TimeProvider time)
    {
        var error = JsonValue.TryParse(body, out var json) ? json.Member("error"u8) : default;
        var reason = AgentText.Of(error.Member("message"u8));
        var code = AgentText.Of(error.Member("code"u8));
        reason = reason.Length == 0 ? "it gives no reason" : reason.Length > LongestReason ? reason[..LongestReason] + "…" : reason;
        return response.Status switch
        {
            401 or 403 => new(GatewayErrorKind.UpstreamUnauthorized,
                $"Foundry refused the credential of the agent '{agent}' ({response.Status}: {reason}). The operator gives its identity the role Azure AI User on the project.")
            { UpstreamStatus = response.Status },
            404 => new(GatewayErrorKind.UpstreamFailed, $"Foundry does not know the agent '{agent}', or its project: {reason}") { Code = "agent_not_found" },
            408 or 504 => new(GatewayErrorKind.UpstreamTimeout, $"Foundry did not answer for the agent '{agent}' in time: {reason}"),
            429 => new(GatewayErrorKind.UpstreamRateLimited, $"Foundry's rate limit for the agent '{agent}' is reached: {reason}") { RetryAfter = Wait(response, time) },
            >= 500 => new(GatewayErrorKind.UpstreamFailed, $"Foundry failed for the agent '{agent}' ({response.Status}): {reason}") { RetryAfter = Wait(response, time), UpstreamStatus = response.Status },
            >= 400 => new(GatewayErrorKind.UpstreamRejected, $"Foundry refused the question to the agent '{agent}': {reason}") { Code = code.Length is > 0 and <= 100 ? code : null },
            _ => new(GatewayErrorKind.UpstreamFailed, $"Foundry answered for the agent '{agent}' with the status {response.Status}. The operator may have given another address as its projectEndpoint."),
        };
    }

    /// <summary>A call that broke: the exception's text stays in the log, it names hosts.</summary>
    internal static GatewayError Broken(string agent, bool hasAnswered) => hasAnswered
        ? new(GatewayErrorKind.StreamBroken, $"Foundry's answer for the agent '{agent}' broke off before its end. Try again.")
        : new(GatewayErrorKind.UpstreamFailed, $"Foundry could not be reached for the agent '{agent}'. Try again.") { Code = "upstream_unreachable", IsUnreachable = true };

    private static TimeSpan? Wait(Response response, TimeProvider time)
    {
        if (response.Headers.TryGetValue("retry-after-ms", out var ms) && double.TryParse(ms, NumberStyles.Float, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds is >= 0 and < 1e12)
            return TimeSpan.FromMilliseconds(milliseconds);
        if (!response.Headers.TryGetValue("Retry-After", out var text)) return null;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and < 1e9 ? TimeSpan.FromSeconds(seconds) : RetryAfter.Until(text, time);
    }
}
