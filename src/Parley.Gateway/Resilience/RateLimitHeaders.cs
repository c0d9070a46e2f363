namespace Parley.Gateway.Resilience;

/// <summary>The names of the headers that tell of one rate limit.</summary>
/// <param name="Remaining">What is left.</param>
/// <param name="Limit">Of how much.</param>
/// <param name="Reset">When it is whole again.</param>
internal sealed record RateLimitHeaders(string Remaining, string Limit, string Reset)
{
    /// <summary>OpenAI's and Azure's, and of all who speak like them.</summary>
    internal static RateLimitHeaders OfOpenAI(string what) => new($"x-ratelimit-remaining-{what}", $"x-ratelimit-limit-{what}", $"x-ratelimit-reset-{what}");

    internal static RateLimitHeaders OfAnthropic(string what) =>
        new($"anthropic-ratelimit-{what}-remaining", $"anthropic-ratelimit-{what}-limit", $"anthropic-ratelimit-{what}-reset");
}
