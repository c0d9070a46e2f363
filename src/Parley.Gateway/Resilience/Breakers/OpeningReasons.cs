using System.Globalization;

namespace Parley.Gateway.Resilience.Breakers;

/// <summary>What the words of a change mean: as a class for metrics, and as advice for whoever reads the log at night.</summary>
internal static class OpeningReasons
{
    /// <summary>The reason of a trip through the admin API; what the operator wrote follows it.</summary>
    internal const string ByHand = "tripped by hand";

    /// <summary>Follows the reason of what a probe of the list of models found.</summary>
    internal const string OfList = " (list of models)";

    /// <summary>True when an answer with the list of models shows that it is over: what concerned the way to the provider, or the list itself.</summary>
    internal static bool IsMendedByList(string reason) =>
        Of(reason) is var why && (why is OpeningReason.Credential or OpeningReason.Timeout or OpeningReason.Connection
            || (why != OpeningReason.ByHand && reason.EndsWith(OfList, StringComparison.Ordinal)));

    /// <summary>The class of a <see cref="BreakerChange.Reason"/>.</summary>
    internal static OpeningReason Of(string reason) => reason switch
    {
        "credential refused" => OpeningReason.Credential,
        "rate limit" => OpeningReason.RateLimit,
        "timeout" => OpeningReason.Timeout,
        "connection" => OpeningReason.Connection,
        "broken answer" or "failed answer" => OpeningReason.Answer,
        _ when reason.StartsWith(ByHand, StringComparison.Ordinal) => OpeningReason.ByHand,
        _ when reason.EndsWith(OfList, StringComparison.Ordinal) => Of(reason[..^OfList.Length]),
        _ when int.TryParse(reason, NumberStyles.None, CultureInfo.InvariantCulture, out var status) => OfStatus(status),
        _ => OpeningReason.Other,
    };

    /// <summary>The class as a metric's label.</summary>
    internal static string Label(OpeningReason reason) => reason switch
    {
        OpeningReason.Credential => "credential",
        OpeningReason.RateLimit => "rate_limit",
        OpeningReason.ServerError => "server_error",
        OpeningReason.Timeout => "timeout",
        OpeningReason.Connection => "connection",
        OpeningReason.Answer => "answer",
        OpeningReason.ByHand => "by_hand",
        _ => "other",
    };

    /// <summary>What to look at first.</summary>
    internal static string Advice(string reason) => Of(reason) switch
    {
        OpeningReason.Credential => "the provider refuses the credential: look at its key, its rights or the identity",
        OpeningReason.RateLimit => "the provider's limit is reached: more quota, another key or another target helps",
        OpeningReason.ServerError => "the provider itself fails: see its status page",
        OpeningReason.Timeout => "no answer came in time: is the provider slow, or a limit under \"timeouts\" too short?",
        OpeningReason.Connection => "it cannot be reached: look at its address, name, TLS and the network between",
        OpeningReason.Answer => "its answers break off, or are none: look at its base URL and at proxies between",
        OpeningReason.ByHand => "POST …/reset brings it back before that",
        _ => "GET /admin/targets tells more",
    };

    private static OpeningReason OfStatus(int status) => status switch
    {
        401 or 403 => OpeningReason.Credential,
        429 => OpeningReason.RateLimit,
        408 => OpeningReason.Timeout,
        >= 500 and < 600 => OpeningReason.ServerError,
        _ => OpeningReason.Other,
    };
}
