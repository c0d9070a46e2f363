using System.Globalization;
using Parley.Gateway.Providers.Transport;

namespace Parley.Gateway.Resilience;

/// <summary>
/// How long until the limit that a 429 ran into is free again, by the headers that tell of every limit: OpenAI's <c>6m0s</c> and
/// <c>20ms</c>, Azure's seconds, Anthropic's RFC 3339 times. A limit with something left is not the one that refused the call.
/// </summary>
internal static class RateLimitReset
{
    /// <summary>The longest of those that are used up, since all have to be free; null when none says so.</summary>
    internal static TimeSpan? Read(UpstreamReply reply, TimeProvider time)
    {
        TimeSpan? longest = null;
        foreach (var names in RateLimitHeaders.All)
        {
            if (reply.Header(names.Reset) is not { } text || HasSomeLeft(reply.Header(names.Remaining))) continue;
            if (WaitText.ReadReset(text, time) is { } wait && !(wait < longest)) longest = wait;
        }

        return longest;
    }

    private static bool HasSomeLeft(string? remaining) =>
        long.TryParse(remaining, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var left) && left > 0;
}
