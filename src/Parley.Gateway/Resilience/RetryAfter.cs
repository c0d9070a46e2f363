using System.Globalization;
using Parley.Gateway.Providers.Transport;

namespace Parley.Gateway.Resilience;

/// <summary>Reads how long a provider asks to wait: <c>retry-after-ms</c> (Azure), or <c>Retry-After</c> in seconds or as a date (RFC 9110 §10.2.3).</summary>
internal static class RetryAfter
{
    internal static TimeSpan? Read(UpstreamReply reply, TimeProvider time)
    {
        if (reply.Header("retry-after-ms") is { } ms && double.TryParse(ms, NumberStyles.Float, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds >= 0 && milliseconds < 1e12)
            return TimeSpan.FromMilliseconds(milliseconds);
        if (reply.Header("Retry-After") is not { } text) return null;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds >= 0 && seconds < 1e9)
            return TimeSpan.FromSeconds(seconds);
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)) return null;
        var wait = date - time.GetUtcNow();
        return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
    }
}
