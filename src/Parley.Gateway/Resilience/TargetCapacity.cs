using Parley.Gateway.Providers.Transport;

namespace Parley.Gateway.Resilience;

/// <summary>
/// How much of a target's rate limits is left, as the headers of its last answer say (<c>pick: most-capacity</c>). Two answers that come at the
/// same moment may mix: a share is an estimate.
/// </summary>
internal sealed class TargetCapacity(TimeProvider time)
{
    // OpenAI and Azure know the first two; Anthropic all of them, its input and output tokens each with a limit of its own.
    private static readonly (RateLimitHeaders OpenAI, RateLimitHeaders Anthropic)[] Known =
    [
        (RateLimitHeaders.OfOpenAI("requests"), RateLimitHeaders.OfAnthropic("requests")),
        (RateLimitHeaders.OfOpenAI("tokens"), RateLimitHeaders.OfAnthropic("tokens")),
        (RateLimitHeaders.OfOpenAI("input-tokens"), RateLimitHeaders.OfAnthropic("input-tokens")),
        (RateLimitHeaders.OfOpenAI("output-tokens"), RateLimitHeaders.OfAnthropic("output-tokens")),
    ];

    private readonly RateLimitShare[] _limits = new RateLimitShare[Known.Length];

    /// <summary>The share that is left, 0 to 1: the smallest of all limits; 1 while nothing is known.</summary>
    internal double ShareAt(long now)
    {
        var share = 1.0;
        foreach (ref var limit in _limits.AsSpan())
        {
            var left = limit.At(now);
            if (left < share) share = left;
        }

        return share;
    }

    /// <summary>True once an answer has told one of them.</summary>
    internal bool IsKnown
    {
        get
        {
            foreach (ref var limit in _limits.AsSpan())
            {
                if (limit.IsKnown) return true;
            }

            return false;
        }
    }

    /// <summary>Reads the headers of an answer, if it has any.</summary>
    internal void Note(UpstreamReply reply)
    {
        if (IsSpilled(reply)) return;
        for (var kind = 0; kind < Known.Length; kind++)
        {
            _limits[kind].Note(reply, Known[kind].OpenAI, time);
            _limits[kind].Note(reply, Known[kind].Anthropic, time);
        }
    }

    // The limits in it are those of the deployment that answered in place of this one. The older spelling ends with that one's name.
    private static bool IsSpilled(UpstreamReply reply)
    {
        foreach (var header in reply.Headers)
        {
            if (header.Key.StartsWith("x-ms-spillover-from-", StringComparison.OrdinalIgnoreCase)) return true;
        }

        return false;
    }
}
