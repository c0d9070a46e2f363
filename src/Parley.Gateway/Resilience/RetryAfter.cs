using System.Globalization;
using Parley.Gateway.Exchange;
using Parley.Gateway.Providers.Transport;
using Parley.Gateway.Relay;

namespace Parley.Gateway.Resilience;

/// <summary>
/// Reads how long a provider asks to wait. The first source that speaks is believed, in the order of how exactly it is about this call:
/// <code>
/// 1. retry-after-ms, Retry-After                 what the vendors' own SDKs obey
/// 2. google.rpc.RetryInfo, the error's sentence  where there is no header (Gemini never has one)
/// 3. x-ratelimit-reset-*, anthropic-ratelimit-*-reset, on a 429 only
/// </code>
/// Not the largest of them: a reset tells when a bucket is full again, minutes after a call would be let through, and a target that is
/// ready must not stay out for it. What is said twice (a later failure) is the breaker's to compare.
/// </summary>
internal static class RetryAfter
{
    /// <summary><c>retry-after-ms</c> (Azure), or <c>Retry-After</c> in seconds or as a date (RFC 9110 §10.2.3).</summary>
    internal static TimeSpan? Read(UpstreamReply reply, TimeProvider time)
    {
        if (reply.Header("retry-after-ms") is { } ms && double.TryParse(ms, NumberStyles.Float, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds >= 0 && milliseconds < 1e12)
            return TimeSpan.FromMilliseconds(milliseconds);
        if (reply.Header("Retry-After") is not { } text) return null;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds >= 0 && seconds < 1e9)
            return TimeSpan.FromSeconds(seconds);
        return Until(text, time);
    }

    /// <summary>The error with what the rest of the answer says, when its headers did not say it.</summary>
    /// <param name="error">The error, with the wait of its headers.</param>
    /// <param name="reply">The answer.</param>
    /// <param name="answer">Its body; null when it could not be read.</param>
    /// <param name="time">What dates are compared with.</param>
    internal static GatewayError Complete(GatewayError error, UpstreamReply reply, ProviderErrorAnswer? answer, TimeProvider time)
    {
        if (error.RetryAfter is not null || error.Kind is not (GatewayErrorKind.UpstreamRateLimited or GatewayErrorKind.UpstreamFailed)) return error;
        var wait = answer is null ? null : WaitInBody.Read(answer.Body.Span);
        if (error.Kind == GatewayErrorKind.UpstreamRateLimited) wait ??= RateLimitReset.Read(reply, time);
        return wait is null ? error : error with { RetryAfter = wait };
    }

    /// <summary>How long until a date; zero when it is over, null when it is none.</summary>
    internal static TimeSpan? Until(string text, TimeProvider time)
    {
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)) return null;
        var wait = date - time.GetUtcNow();
        return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
    }
}
