using System.Net;
using System.Text;
using Parley.Gateway.Providers.Transport;
using Parley.Gateway.Relay;
using Parley.Gateway.Resilience;
using Parley.Testing;

namespace Parley.Gateway.Tests.Resilience;

/// <summary>How long a provider asks to wait, in every way in which they say it (failures.md §2.17).</summary>
public sealed class RetryAfterTests
{
    private const string Gemini = """
        {
          "error": {
            "code": 429,
            "message": "You exceeded your current quota, please check your plan and billing details. For more information on this error, head to: https://ai.google.dev/gemini-api/docs/rate-limits.\n* Quota exceeded for metric: generativelanguage.googleapis.com/generate_content_free_tier_requests, limit: 10\nPlease retry in 55.9s.",
            "status": "RESOURCE_EXHAUSTED",
            "details": [
              { "@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [ { "quotaMetric": "generativelanguage.googleapis.com/generate_content_free_tier_requests", "quotaId": "GenerateRequestsPerMinutePerProjectPerModel-FreeTier", "quotaValue": "10" } ] },
              { "@type": "type.googleapis.com/google.rpc.Help", "links": [ { "description": "Learn more about Gemini API quotas", "url": "https://ai.google.dev/gemini-api/docs/rate-limits" } ] },
              { "@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "34.07s" }
            ]
          }
        }
        """;

    private readonly ManualTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData("retry-after: 17", 17d)]
    [InlineData("retry-after: 0.5", 0.5)]
    [InlineData("retry-after: 86400", 86400d)]
    [InlineData("retry-after: Sun, 01 Mar 2026 12:00:42 GMT", 42d)]
    [InlineData("retry-after: Sun, 01 Mar 2026 11:59:00 GMT", 0d)]
    [InlineData("retry-after-ms: 2500", 2.5)]
    [InlineData("retry-after-ms: 2500; retry-after: 3", 2.5)]
    [InlineData("retry-after-ms: soon; retry-after: 3", 3d)]
    [InlineData("retry-after: -5", null)]
    [InlineData("retry-after: NaN", null)]
    [InlineData("retry-after: soon", null)]
    [InlineData("", null)]
    public void Header_SecondsDateOrMilliseconds_IsRead(string headers, double? seconds) => AssertWait(seconds, 429, headers, null);

    [Theory]
    // OpenAI: "The time until the rate limit resets to its initial state" (guides/rate-limits), in Go's durations.
    [InlineData("x-ratelimit-remaining-requests: 0; x-ratelimit-reset-requests: 1s; x-ratelimit-remaining-tokens: 149984; x-ratelimit-reset-tokens: 6m0s", 1d)]
    [InlineData("x-ratelimit-remaining-requests: 59; x-ratelimit-reset-requests: 1s; x-ratelimit-remaining-tokens: 0; x-ratelimit-reset-tokens: 6m0s", 360d)]
    [InlineData("x-ratelimit-remaining-requests: 0; x-ratelimit-reset-requests: 20ms; x-ratelimit-remaining-tokens: 0; x-ratelimit-reset-tokens: 8.64s", 8.64)]
    [InlineData("x-ratelimit-remaining-requests: 12; x-ratelimit-reset-requests: 1s; x-ratelimit-remaining-tokens: 3; x-ratelimit-reset-tokens: 6m0s", null)]
    [InlineData("x-ratelimit-reset-requests: 1h2m3.5s", 3723.5)]
    // Azure: whole seconds.
    [InlineData("x-ratelimit-remaining-requests: 0; x-ratelimit-reset-requests: 10", 10d)]
    [InlineData("x-ratelimit-reset-requests: 10; x-ratelimit-reset-tokens: 59", 59d)]
    // Anthropic: "The time when the … rate limit will be fully replenished, provided in RFC 3339 format."
    [InlineData("anthropic-ratelimit-input-tokens-remaining: 0; anthropic-ratelimit-input-tokens-reset: 2026-03-01T12:00:33Z; anthropic-ratelimit-output-tokens-remaining: 8000; anthropic-ratelimit-output-tokens-reset: 2026-03-01T12:05:00Z", 33d)]
    [InlineData("anthropic-ratelimit-requests-remaining: 0; anthropic-ratelimit-requests-reset: 2026-03-01T11:59:59Z", 0d)]
    // What is said of this call comes before what is said of a bucket.
    [InlineData("retry-after: 2; x-ratelimit-remaining-tokens: 0; x-ratelimit-reset-tokens: 6m0s", 2d)]
    [InlineData("x-ratelimit-remaining-requests: 0; x-ratelimit-reset-requests: tomorrow", null)]
    public void Resets_OfWhatIsUsedUp_CountOnARateLimit(string headers, double? seconds) => AssertWait(seconds, 429, headers, null);

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(400)]
    public void Resets_OnOtherStatuses_SayNothing(int status) =>
        AssertWait(null, status, "x-ratelimit-remaining-requests: 0; x-ratelimit-reset-requests: 10", null);

    [Theory]
    [InlineData(Gemini, 34.07)]
    [InlineData("""{"error":{"code":503,"status":"UNAVAILABLE","message":"The model is overloaded.","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"3s"}]}}""", 3d)]
    // Azure OpenAI, recorded by its users (openai-node #1108, TinyLLM #17, pollinations #6260).
    [InlineData("""{"error":{"code":"429","message":"Requests to the ChatCompletions_Create Operation under Azure OpenAI API version 2024-02-15-preview have exceeded token rate limit of your current OpenAI S0 pricing tier. Please retry after 33 seconds. Please go here: https://aka.ms/oai/quotaincrease if you would like to further increase the default rate limit."}}""", 33d)]
    [InlineData("""{"error":{"code":"429","message":"… Please retry after 86400 seconds. Please contact Azure support service …"}}""", 86400d)]
    [InlineData("""{"error":{"code":"429","message":"Please retry after 1 second."}}""", 1d)]
    [InlineData("""{"statusCode":429,"message":"Rate limit is exceeded. Try again in 17 seconds."}""", 17d)]
    // OpenAI.
    [InlineData("""{"error":{"message":"Rate limit reached for gpt-4o in organization org-x on tokens per min (TPM): Limit 30000, Used 29000, Requested 1500. Please try again in 1.2s. Visit https://platform.openai.com/account/rate-limits to learn more.","type":"tokens","param":null,"code":"rate_limit_exceeded"}}""", 1.2)]
    [InlineData("""{"error":{"message":"… on requests per day (RPD): Limit 200, Used 200, Requested 1. Please try again in 7m12s.","type":"requests","param":null,"code":"rate_limit_exceeded"}}""", 432d)]
    [InlineData("""{"error":{"message":"Please try again in 20ms.","code":"rate_limit_exceeded"}}""", 0.02)]
    [InlineData("""{"error":{"message":"Please try again in 2 minutes."}}""", 120d)]
    // Vertex tells nothing of a wait, nor do Anthropic and Bedrock in their bodies.
    [InlineData("""{"error":{"code":429,"message":"Resource exhausted. Please try again later. Please refer to https://cloud.google.com/vertex-ai/generative-ai/docs/error-code-429 for more details.","status":"RESOURCE_EXHAUSTED"}}""", null)]
    [InlineData("""{"message":"Too many requests, please wait before trying again."}""", null)]
    [InlineData("""{"type":"error","error":{"type":"rate_limit_error","message":"This request would exceed your organization's rate limit of 50,000 input tokens per minute."}}""", null)]
    [InlineData("""{"error":{"message":"Please try again in 5 attempts."}}""", null)]
    [InlineData("""{"error":{"message":7,"retryDelay":[]}}""", null)]
    [InlineData("""{"error":{"message":"Please retry after 4 seconds.","details":[""", 4d)]
    public void Body_RetryInfoOrSentence_IsRead(string body, double? seconds) => AssertWait(seconds, 429, "", body);

    [Fact]
    public void Body_SaysOtherwiseThanTheHeader_HeaderIsBelieved() => AssertWait(2, 429, "retry-after: 2", Gemini);

    [Fact]
    public void Body_SaysItAndAResetToo_BodyIsBelieved() => AssertWait(34.07, 429, "x-ratelimit-remaining-requests: 0; x-ratelimit-reset-requests: 6m0s", Gemini);

    [Fact]
    public void Body_OfARefusal_SaysNothing() => AssertWait(null, 400, "", """{"error":{"message":"Please retry after 33 seconds."}}""");

    [Fact]
    public void Body_OfAServerError_IsRead() => AssertWait(20, 503, "", """{"error":{"message":"The system is currently experiencing high demand. Please retry after 20 seconds."}}""");

    private void AssertWait(double? seconds, int status, string headers, string? body)
    {
        using var message = new HttpResponseMessage((HttpStatusCode)status);
        foreach (var header in headers.Split("; ", StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = header.IndexOf(": ", StringComparison.Ordinal);
            message.Headers.TryAddWithoutValidation(header[..colon], header[(colon + 2)..]);
        }

        using var reply = new UpstreamReply(message);
        var answer = body is null ? null : new ProviderErrorAnswer(status, Encoding.UTF8.GetBytes(body));
        var error = RetryAfter.Complete(ProviderStatus.Read(reply, _time)!, reply, answer, _time);
        Assert.Equal(seconds, error.RetryAfter?.TotalSeconds);
    }
}
