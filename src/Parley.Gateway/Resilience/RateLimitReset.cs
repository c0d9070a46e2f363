using System.Globalization;
using Parley.Gateway.Providers.Transport;

namespace Parley.Gateway.Resilience;

/// <summary>
/// How long until the limit that a 429 ran into is free again, by the headers that tell of every limit: OpenAI's <c>6m0s</c> and
/// <c>20ms</c>, Azure's seconds, Anthropic's RFC 3339 times. A limit with something left is not the one that refused the call.
/// </summary>
internal static class RateLimitReset
{
    private static readonly (string Remaining, string Reset)[] Limits =
    [
        ("x-ratelimit-remaining-requests", "x-ratelimit-reset-requests"),
        ("x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens"),
        ("anthropic-ratelimit-requests-remaining", "anthropic-ratelimit-requests-reset"),
        ("anthropic-ratelimit-tokens-remaining", "anthropic-ratelimit-tokens-reset"),
        ("anthropic-ratelimit-input-tokens-remaining", "anthropic-ratelimit-input-tokens-reset"),
        ("anthropic-ratelimit-output-tokens-remaining", "anthropic-ratelimit-output-tokens-reset"),
    ];

    /// <summary>The longest of those that are used up, since all have to be free; null when none says so.</summary>
    internal static TimeSpan? Read(UpstreamReply reply, TimeProvider time)
    {
        TimeSpan? longest = null;
        foreach (var (remaining, reset) in Limits)
        {
            if (reply.Header(reset) is not { } text || HasSomeLeft(reply.Header(remaining))) continue;
            if ((WaitText.Read(text) ?? RetryAfter.Until(text, time)) is { } wait && !(wait < longest)) longest = wait;
        }

        return longest;
    }

    private static bool HasSomeLeft(string? remaining) =>
        long.TryParse(remaining, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var left) && left > 0;
}
