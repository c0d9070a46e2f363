using Parley.Gateway.Configuration;
using Parley.Gateway.Resilience;
using Parley.Gateway.Tests.Resilience.Breakers;

namespace Parley.Gateway.Tests.Resilience;

/// <summary>What keeps repeated calls from doubling an outage: at most a tenth more calls, and waits that spread.</summary>
public sealed class RetryBudgetTests
{
    private const int Start = 3;

    [Theory]
    [InlineData(0, 3)]
    [InlineData(9, 3)]
    [InlineData(10, 4)]
    [InlineData(1000, 103)]
    public void Requests_AllFail_ATenthIsRepeatedBesidesTheStart(int requests, int repetitions)
    {
        var budget = new RetryBudget();
        var spent = requests == 0 ? Spend(budget) : Enumerable.Range(0, requests).Sum(_ =>
        {
            budget.Earn();
            return Spend(budget);
        });
        Assert.Equal(repetitions, spent);
    }

    [Fact]
    public void QuietTime_SavesTenAtMost()
    {
        var budget = new RetryBudget();
        for (var request = 0; request < 100_000; request++) budget.Earn();
        Assert.Equal(10, Spend(budget));
    }

    [Fact]
    public void ManyThreads_NeverMoreThanATenth()
    {
        var budget = new RetryBudget();
        var spent = 0;
        Threads.Run(64, _ =>
        {
            for (var request = 0; request < 500; request++)
            {
                budget.Earn();
                if (budget.TrySpend()) Interlocked.Increment(ref spent);
            }
        });
        Assert.InRange(spent, 1, (64 * 500 / 10) + Start);
    }

    [Theory]
    [InlineData(1, 0, 100)]
    [InlineData(1, 0.999999, 200)]
    [InlineData(2, 0, 200)]
    [InlineData(3, 0.5, 600)]
    [InlineData(5, 0, 1000)]
    [InlineData(60, 0, 1000)]
    public void Backoff_Doubles_UpToTheBoundWithHalfOfItLeftToChance(int repetition, double random, double milliseconds)
    {
        var retry = new RetryConfig { Backoff = TimeSpan.FromMilliseconds(200), MostBackoff = TimeSpan.FromSeconds(2) };
        Assert.Equal(milliseconds, new Backoff(() => random).Of(retry, repetition, null).TotalMilliseconds, 3);
    }

    [Fact]
    public void Backoff_ProviderAsksForLonger_IsWaited()
    {
        var backoff = new Backoff(() => 0.5);
        Assert.Equal(TimeSpan.FromSeconds(9), backoff.Of(new RetryConfig(), 1, TimeSpan.FromSeconds(9)));
        Assert.True(backoff.Of(new RetryConfig(), 1, TimeSpan.Zero) > TimeSpan.FromMilliseconds(100));
    }

    private static int Spend(RetryBudget budget)
    {
        var spent = 0;
        while (budget.TrySpend()) spent++;
        return spent;
    }
}
