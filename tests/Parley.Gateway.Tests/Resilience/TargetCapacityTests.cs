using System.Globalization;
using System.Net;
using Parley.Gateway.Providers.Transport;
using Parley.Gateway.Resilience;
using Parley.Testing;

namespace Parley.Gateway.Tests.Resilience;

/// <summary>What is left of a target's rate limits, by the headers that providers really send.</summary>
public sealed class TargetCapacityTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void Nothing_IsKnown_IsFull() => Assert.Equal(1, new TargetCapacity(_time).ShareAt(_time.GetTimestamp()));

    [Theory]
    // OpenAI: durations; the smaller share counts.
    [InlineData(0.25, 360, "x-ratelimit-limit-requests: 5000", "x-ratelimit-remaining-requests: 4999", "x-ratelimit-reset-requests: 12ms", "x-ratelimit-limit-tokens: 160000", "x-ratelimit-remaining-tokens: 40000", "x-ratelimit-reset-tokens: 6m0s")]
    // Azure: seconds, and -1 for what is not known (openai-dotnet #838).
    [InlineData(0.5, 55, "x-ratelimit-limit-tokens: 1000", "x-ratelimit-remaining-tokens: 500", "x-ratelimit-reset-tokens: 55")]
    [InlineData(1, 0, "x-ratelimit-limit-tokens: -1", "x-ratelimit-remaining-tokens: -1", "x-ratelimit-reset-tokens: 0")]
    // Anthropic: times of day; input and output tokens by themselves.
    [InlineData(0.1, 30, "anthropic-ratelimit-requests-limit: 1000", "anthropic-ratelimit-requests-remaining: 999", "anthropic-ratelimit-requests-reset: 2026-01-01T00:00:01Z", "anthropic-ratelimit-input-tokens-limit: 80000", "anthropic-ratelimit-input-tokens-remaining: 80000", "anthropic-ratelimit-input-tokens-reset: 2026-01-01T00:00:30Z", "anthropic-ratelimit-output-tokens-limit: 16000", "anthropic-ratelimit-output-tokens-remaining: 1600", "anthropic-ratelimit-output-tokens-reset: 2026-01-01T00:00:30Z")]
    // Nothing is left; how long is not said.
    [InlineData(0, 60, "x-ratelimit-limit-requests: 10", "x-ratelimit-remaining-requests: 0")]
    [InlineData(0.5, 60, "x-ratelimit-limit-requests: 10", "x-ratelimit-remaining-requests: 5", "x-ratelimit-reset-requests: soon")]
    // A day at the longest.
    [InlineData(0.5, 86400, "x-ratelimit-limit-requests: 10", "x-ratelimit-remaining-requests: 5", "x-ratelimit-reset-requests: 900h")]
    [InlineData(1, 0, "x-ratelimit-remaining-requests: many")]
    // Answered by another deployment (azure.md §2.4), in both spellings.
    [InlineData(1, 0, "x-ms-spillover-from-deployment: ptu", "x-ratelimit-limit-requests: 10", "x-ratelimit-remaining-requests: 1")]
    [InlineData(1, 0, "x-ms-spillover-from-ptu: true", "x-ratelimit-limit-requests: 10", "x-ratelimit-remaining-requests: 1")]
    public void Headers_GiveAShareUntilTheReset(double share, int seconds, params string[] headers)
    {
        var capacity = new TargetCapacity(_time);
        Note(capacity, headers);
        Assert.Equal(share, capacity.ShareAt(_time.GetTimestamp()), 6);
        if (seconds == 0) return;
        _time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(share, capacity.ShareAt(_time.GetTimestamp()), 6);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, capacity.ShareAt(_time.GetTimestamp()));
    }

    [Fact]
    public void OnlyWhatRemains_IsMeasuredByTheMostThatWasTold()
    {
        var capacity = new TargetCapacity(_time);
        foreach (var (remaining, share) in new[] { (80, 1.0), (60, 0.75), (100, 1.0), (25, 0.25) })
        {
            Note(capacity, $"x-ratelimit-remaining-requests: {remaining.ToString(CultureInfo.InvariantCulture)}");
            Assert.Equal(share, capacity.ShareAt(_time.GetTimestamp()), 6);
        }
    }

    private static void Note(TargetCapacity capacity, params string[] headers)
    {
        using var response = new HttpResponseMessage(HttpStatusCode.OK);
        foreach (var header in headers)
        {
            var colon = header.IndexOf(':', StringComparison.Ordinal);
            response.Headers.TryAddWithoutValidation(header[..colon], header[(colon + 2)..]);
        }

        using var reply = new UpstreamReply(response);
        capacity.Note(reply);
    }
}
