namespace Parley.Gateway.Resilience;

/// <summary>The names of the headers that tell of one rate limit.</summary>
/// <param name="Remaining">What is left.</param>
/// <param name="Limit">Of how much.</param>
/// <param name="Reset">When it is whole again.</param>
internal sealed record RateLimitHeaders(string Remaining, string Limit, string Reset)
{
    /// <summary>Every limit that is told: OpenAI's and Azure's two, and those of all who speak like them; Anthropic's four.</summary>
    internal static readonly RateLimitHeaders[] All =
    [
        OfOpenAI("requests"),
        OfOpenAI("tokens"),
        OfAnthropic("requests"),
        OfAnthropic("tokens"),
        OfAnthropic("input-tokens"),
        OfAnthropic("output-tokens"),
    ];

    private static RateLimitHeaders OfOpenAI(string what) => new($"x-ratelimit-remaining-{what}", $"x-ratelimit-limit-{what}", $"x-ratelimit-reset-{what}");

    private static RateLimitHeaders OfAnthropic(string what) =>
        new($"anthropic-ratelimit-{what}-remaining", $"anthropic-ratelimit-{what}-limit", $"anthropic-ratelimit-{what}-reset");
}
