using Parley.Gateway.Exchange;
using Parley.Gateway.Resilience.Breakers;

namespace Parley.Gateway.Tests.Resilience.Breakers;

/// <summary>The rule of API Management's backends (wire/azure.md §1.6): a count or a share of failures in an interval, status ranges, a trip duration.</summary>
public sealed class BreakerCountedRuleTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(25)]
    public void Count_OpensAtExactlyThatMany(int count)
    {
        var bench = new BreakerBench(BreakerBench.Counted(count));
        for (var failures = 1; failures < count; failures++) Assert.Null(bench.Fail());
        Assert.Equal(BreakerState.Unknown, bench.State);
        Assert.Equal(BreakerState.Open, bench.Fail()!.To);
        Assert.Equal(TimeSpan.FromSeconds(30), bench.Wait);
    }

    [Fact]
    public void Count_AnswersBetween_DoNotTakeFailuresBack()
    {
        var bench = new BreakerBench(BreakerBench.Counted(3));
        for (var failures = 0; failures < 2; failures++)
        {
            Assert.Null(bench.Fail());
            bench.Succeed();
        }

        Assert.NotNull(bench.Fail());
    }

    [Fact]
    public void Interval_Rolls_FailuresOlderThanItAreNoLongerCounted()
    {
        var bench = new BreakerBench(BreakerBench.Counted(3));
        // 31 s apart the third comes 62 s after the first; 20 s after the last two, 51 s after it.
        foreach (var (pause, opens) in (ReadOnlySpan<(double, bool)>)[(31, false), (31, false), (31, false), (31, false), (20, true)])
        {
            bench.Pass(pause);
            Assert.Equal(opens, bench.Fail() is not null);
        }
    }

    [Theory]
    [InlineData(53.9, true)]
    [InlineData(60, false)]
    public void Interval_Edge_CountsTheLastNineTenthsAtLeastAndNothingOlder(double apart, bool opens)
    {
        var bench = new BreakerBench(BreakerBench.Counted(2));
        bench.Pass(60 - (bench.Now / (double)TimeSpan.TicksPerSecond % 60));
        bench.Fail();
        bench.Pass(apart);
        Assert.Equal(opens, bench.Fail() is not null);
    }

    [Theory]
    [InlineData(50, 10, 4, false)]
    [InlineData(50, 10, 5, true)]
    [InlineData(50, 9, 9, false)]
    [InlineData(100, 10, 9, false)]
    [InlineData(100, 10, 10, true)]
    [InlineData(1, 100, 1, true)]
    public void Percentage_OpensAtThatShareOnceThereWereEnoughCalls(int percentage, int calls, int failures, bool opens)
    {
        var bench = new BreakerBench(BreakerBench.Counted(percentage: percentage));
        for (var call = 0; call < calls - failures; call++) bench.Succeed();
        var changes = Enumerable.Range(0, failures).Select(_ => bench.Fail()).ToList();
        Assert.All(changes.SkipLast(1), Assert.Null);
        Assert.Equal(opens, changes[^1] is not null);
    }

    [Fact]
    public void Percentage_AnsweredProbes_DoNotHideThatCallsFail()
    {
        var bench = new BreakerBench(BreakerBench.Counted(percentage: 50) with { MinimumCalls = 4 });
        for (var probe = 0; probe < 20; probe++) bench.Breaker.Succeed(bench.Now);
        for (var failures = 1; failures < 4; failures++) Assert.Null(bench.Fail());
        Assert.Equal(BreakerState.Open, bench.Fail()!.To);
    }

    [Fact]
    public void Percentage_AnswersOlderThanTheInterval_DoNotHideAnOutage()
    {
        var bench = new BreakerBench(BreakerBench.Counted(percentage: 50) with { MinimumCalls = 2 });
        for (var call = 0; call < 1000; call++) bench.Succeed();
        Assert.Null(bench.Fail());
        bench.Pass(60);
        Assert.Null(bench.Fail());
        Assert.NotNull(bench.Fail());
    }

    [Theory]
    [InlineData(429, true)]
    [InlineData(500, true)]
    [InlineData(599, true)]
    [InlineData(401, true)]
    [InlineData(403, true)]
    [InlineData(408, true)]
    [InlineData(424, false)]
    public void Statuses_ByDefault_AreTheProvidersFaults(int status, bool counts) =>
        Assert.Equal(counts, new BreakerBench(BreakerBench.Counted(1)).Fail(status) is not null);

    [Theory]
    [InlineData(502, false)]
    [InlineData(503, true)]
    [InlineData(504, true)]
    [InlineData(505, false)]
    [InlineData(429, true)]
    [InlineData(500, false)]
    public void Statuses_Written_CountOnlyThose(int status, bool counts)
    {
        var bench = new BreakerBench(BreakerBench.Counted(1) with { Statuses = [new(429, 429), new(503, 504)] });
        Assert.Equal(counts, bench.Fail(status) is not null);
    }

    [Theory]
    [InlineData(GatewayErrorKind.UpstreamTimeout, 0, false, true)]
    [InlineData(GatewayErrorKind.UpstreamTimeout, 200, false, true)]
    [InlineData(GatewayErrorKind.UpstreamFailed, 0, true, false)]
    [InlineData(GatewayErrorKind.StreamBroken, 200, true, false)]
    [InlineData(GatewayErrorKind.UpstreamTimeout, 408, false, false)]
    public void TimeoutsAndConnections_AreCountedApart(GatewayErrorKind kind, int status, bool isConnection, bool isTimeout)
    {
        foreach (var (timeouts, connections) in (ReadOnlySpan<(bool, bool)>)[(true, false), (false, true), (false, false)])
        {
            var bench = new BreakerBench(BreakerBench.Counted(1) with { CountsTimeouts = timeouts, CountsConnections = connections });
            var isStatus = !isConnection && !isTimeout;
            Assert.Equal(isStatus || (isTimeout && timeouts) || (isConnection && connections), bench.Fail(kind, status) is not null);
        }
    }

    [Theory]
    [InlineData(true, 90)]
    [InlineData(false, 45)]
    public void RetryAfter_OfTheFailureThatTrips_IsTheTripDurationWhereAccepted(bool accepts, double open)
    {
        var bench = new BreakerBench(BreakerBench.Counted(2) with { Open = TimeSpan.FromSeconds(45), AcceptRetryAfter = accepts });
        Assert.Null(bench.Fail(429, 200));
        Assert.NotNull(bench.Fail(429, 90));
        Assert.Equal(TimeSpan.FromSeconds(open), bench.Wait);
    }

    [Fact]
    public void Open_LateFailures_OnlyLengthenIt()
    {
        var bench = new BreakerBench(BreakerBench.Counted(1));
        bench.Fail(503, 60);
        bench.Pass(10);
        Assert.Null(bench.Fail(503, 20));
        Assert.Equal(TimeSpan.FromSeconds(50), bench.Wait);
        Assert.Null(bench.Fail(503, 70));
        Assert.Equal(TimeSpan.FromSeconds(70), bench.Wait);
    }

    [Fact]
    public void HalfOpen_OneFailure_OpensAgainWhateverTheCount()
    {
        var bench = new BreakerBench(BreakerBench.Counted(5));
        for (var failures = 0; failures < 5; failures++) bench.Fail();
        bench.Pass(30);
        Assert.True(bench.TryEnter());
        Assert.Equal((BreakerState.HalfOpen, BreakerState.Open), bench.Fail() is { } change ? (change.From, change.To) : default);
        Assert.Equal(TimeSpan.FromSeconds(30), bench.Wait);
    }

    [Fact]
    public void Recovered_CountsAnew()
    {
        var bench = new BreakerBench(BreakerBench.Counted(5));
        for (var failures = 0; failures < 5; failures++) bench.Fail();
        bench.Pass(30);
        Assert.True(bench.TryEnter());
        bench.Succeed();
        for (var failures = 0; failures < 4; failures++) Assert.Null(bench.Fail());
        Assert.NotNull(bench.Fail());
    }

    [Fact]
    public void Reset_ForgetsTheCounts()
    {
        var bench = new BreakerBench(BreakerBench.Counted(2));
        bench.Fail();
        bench.Breaker.Reset(bench.Now);
        Assert.Null(bench.Fail());
    }
}
