using Parley.Gateway.Providers.Transport;

namespace Parley.Gateway.Resilience;

/// <summary>
/// How much of a target's rate limits is left, as the headers of its last answer say (<c>pick: most-capacity</c>). Two answers that come at the
/// same moment may mix: a share is an estimate.
/// </summary>
internal sealed class TargetCapacity(TimeProvider time)
{
    private readonly RateLimitShare[] _limits = new RateLimitShare[RateLimitHeaders.All.Length];

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
        for (var limit = 0; limit < _limits.Length; limit++) _limits[limit].Note(reply, RateLimitHeaders.All[limit], time);
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
