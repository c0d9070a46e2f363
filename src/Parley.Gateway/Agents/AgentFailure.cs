using Parley.Gateway.Exchange;

namespace Parley.Gateway.Agents;

/// <summary>What a run's own failure means: the provider has answered, and its answer is that there is none.</summary>
internal static class AgentFailure
{
    private const int LongestReason = 1000;

    /// <summary>A run that failed, with the provider's code and words for it.</summary>
    internal static GatewayError Of(string agent, string code, string message)
    {
        var reason = message.Length > 0 ? Short(message) : code.Length > 0 ? Short(code) : "the provider gives no reason";
        return new GatewayError(KindOf(code), $"The agent '{agent}' failed: {reason}") { Code = code.Length is > 0 and <= 100 ? code : "agent_failed" };
    }

    /// <summary>A run that ended without an answer: <c>expired</c>, <c>cancelled</c>, <c>incomplete</c>, …</summary>
    /// <param name="agent">Its name.</param>
    /// <param name="status">The provider's word.</param>
    /// <param name="reason">More of it; empty when there is none.</param>
    internal static GatewayError Ended(string agent, string status, string reason) =>
        new(GatewayErrorKind.UpstreamFailed, $"The agent '{agent}' ended without an answer: its run is {Short(status)}{(reason.Length > 0 ? $" ({Short(reason)})" : "")}.")
        {
            Code = "agent_" + (status.Length is > 0 and <= 50 ? status : "ended"),
        };

    /// <summary>A run that waits for somebody to run a function or to approve a call: nobody can, since a question is answered at once.</summary>
    internal static GatewayError NeedsAction(string agent, string action) =>
        new(GatewayErrorKind.UpstreamFailed, $"The agent '{agent}' waits for {Short(action)}, which Parley cannot give. Ask the operator to remove that tool from the agent.")
        {
            Code = "agent_requires_action",
        };

    /// <summary>An answer that broke off.</summary>
    internal static GatewayError Broken(string agent) => new(GatewayErrorKind.StreamBroken, $"The answer of the agent '{agent}' broke off before its end. Try again.");

    internal static GatewayError Unreadable(string agent) =>
        new(GatewayErrorKind.UpstreamFailed, $"The agent '{agent}' was answered with something that is no JSON of its API. The operator may have given another address as its endpoint.");

    internal static GatewayError TooLong(string agent, int bytes) => new(GatewayErrorKind.UpstreamFailed, $"The answer of the agent '{agent}' is longer than {bytes >> 20} MiB.");

    internal static GatewayError Late(string agent, TimeSpan limit) =>
        new(GatewayErrorKind.UpstreamTimeout, $"The agent '{agent}' did not answer within {limit.TotalSeconds:0.##} seconds. Ask for less, or ask the operator to raise its timeoutSeconds.") { Code = "agent_timeout" };

    private static GatewayErrorKind KindOf(string code) => code switch
    {
        "rate_limit_exceeded" or "too_many_requests" or "429" => GatewayErrorKind.UpstreamRateLimited,
        "invalid_prompt" or "content_filter" => GatewayErrorKind.UpstreamRejected,
        _ => GatewayErrorKind.UpstreamFailed,
    };

    private static string Short(string text) => text.Length > LongestReason ? text[..LongestReason] + "…" : text;
}
