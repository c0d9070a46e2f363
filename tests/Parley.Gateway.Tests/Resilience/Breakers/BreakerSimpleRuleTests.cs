using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Resilience.Breakers;

namespace Parley.Gateway.Tests.Resilience.Breakers;

/// <summary>The rule of contracts §4: out for 30 s after 401, 429, 5xx, a timeout or a connection failure; 200 makes it healthy.</summary>
public sealed class BreakerSimpleRuleTests
{
    [Fact]
    public void New_IsUnknownAndMayBeTried()
    {
        var bench = new BreakerBench();
        Assert.Equal((BreakerState.Unknown, true, true, ""), (bench.State, bench.Breaker.IsAvailable(bench.Now), bench.TryEnter(), bench.Breaker.Reason));
    }

    [Theory]
    [InlineData(GatewayErrorKind.UpstreamUnauthorized, 401, "401")]
    [InlineData(GatewayErrorKind.UpstreamUnauthorized, 403, "403")]
    [InlineData(GatewayErrorKind.UpstreamUnauthorized, 0, "credential refused")]
    [InlineData(GatewayErrorKind.UpstreamRateLimited, 429, "429")]
    [InlineData(GatewayErrorKind.UpstreamFailed, 500, "500")]
    [InlineData(GatewayErrorKind.UpstreamFailed, 599, "599")]
    [InlineData(GatewayErrorKind.UpstreamTimeout, 408, "408")]
    [InlineData(GatewayErrorKind.UpstreamTimeout, 0, "timeout")]
    [InlineData(GatewayErrorKind.UpstreamTimeout, 200, "timeout")]
    [InlineData(GatewayErrorKind.UpstreamFailed, 0, "connection")]
    [InlineData(GatewayErrorKind.StreamBroken, 0, "broken answer")]
    [InlineData(GatewayErrorKind.StreamBroken, 200, "broken answer")]
    [InlineData(GatewayErrorKind.UpstreamFailed, 200, "failed answer")]
    [Trait("Contract", "4.breaker")]
    public void Failure_OpensForThirtySecondsAndThenMayBeTried(GatewayErrorKind kind, int status, string reason)
    {
        var bench = new BreakerBench();
        bench.Succeed();

        var change = bench.Fail(kind, status);

        Assert.Equal(new BreakerChange(BreakerState.Healthy, BreakerState.Open, reason, bench.Time.GetUtcNow() + TimeSpan.FromSeconds(30)), change);
        Assert.Equal((BreakerState.Open, false, reason), (bench.State, bench.TryEnter(), bench.Breaker.Reason));
        bench.Pass(29.9999999);
        Assert.Equal((BreakerState.Open, false), (bench.State, bench.Breaker.IsAvailable(bench.Now)));
        bench.Pass(0.0000001);
        Assert.Equal((BreakerState.Unknown, true), (bench.State, bench.Breaker.IsAvailable(bench.Now)));
    }

    // failures.md §2.17: a 24-hour Retry-After froze a target; none at all, and it was hammered.
    [Theory]
    [InlineData(null, 30)]
    [InlineData(0d, 1)]
    [InlineData(0.25, 1)]
    [InlineData(1d, 1)]
    [InlineData(7.5, 7.5)]
    [InlineData(299d, 299)]
    [InlineData(300d, 300)]
    [InlineData(86400d, 300)]
    [Trait("Contract", "4.breaker")]
    public void RetryAfter_IsTheOpenTimeBetweenASecondAndTheLimit(double? asked, double open)
    {
        var bench = new BreakerBench();
        bench.Fail(429, asked);
        Assert.Equal(TimeSpan.FromSeconds(open), bench.Wait);
        bench.Pass(open);
        Assert.Equal(BreakerState.Unknown, bench.State);
    }

    [Fact]
    public void RetryAfter_NotAccepted_IsTheConfiguredTime()
    {
        var bench = new BreakerBench(new BreakerConfig { AcceptRetryAfter = false, Open = TimeSpan.FromSeconds(12) });
        bench.Fail(429, 200);
        Assert.Equal(TimeSpan.FromSeconds(12), bench.Wait);
    }

    // failures.md §2.17: "second failure keeps the shorter deadline".
    [Theory]
    [InlineData(60, 10, 5, 50)]
    [InlineData(60, 10, 50, 50)]
    [InlineData(60, 10, 51, 51)]
    [InlineData(5, 1, 120, 120)]
    public void LaterWait_NeverShortensAnEarlierOne(double first, double pause, double second, double left)
    {
        var bench = new BreakerBench();
        Assert.NotNull(bench.Fail(429, first));
        bench.Pass(pause);
        Assert.Null(bench.Fail(429, second));
        Assert.Equal(TimeSpan.FromSeconds(left), bench.Wait);
    }

    [Fact]
    [Trait("Contract", "4.breaker")]
    public void Answer_AfterTheOpenTime_MakesItHealthy()
    {
        var bench = new BreakerBench();
        bench.Fail();
        bench.Pass(30);
        Assert.True(bench.TryEnter());
        Assert.Equal(new BreakerChange(BreakerState.HalfOpen, BreakerState.Healthy, "answered", null), bench.Succeed());
        Assert.Equal((BreakerState.Healthy, true), (bench.State, bench.TryEnter()));
        Assert.Null(bench.Succeed());
    }

    [Fact]
    public void Answer_OfACallFromBeforeTheFailure_SaysNothing()
    {
        var bench = new BreakerBench();
        var started = bench.Now;
        bench.Pass(1);
        bench.Fail();
        bench.Pass(1);
        Assert.Null(bench.Breaker.Succeed(bench.Now, started));
        Assert.Equal(TimeSpan.FromSeconds(29), bench.Wait);
        bench.Pass(29);
        Assert.Null(bench.Breaker.Succeed(bench.Now, started));
        Assert.Equal(BreakerState.Unknown, bench.State);
    }

    // Contracts §4: "when none is healthy all are tried", and "200 makes it healthy".
    [Fact]
    public void Answer_WhileOpenOfACallFromAfterTheFailure_MakesItHealthy()
    {
        var bench = new BreakerBench();
        bench.Fail(429, 120);
        bench.Pass(1);
        Assert.Equal(new BreakerChange(BreakerState.Open, BreakerState.Healthy, "answered", null), bench.Succeed());
        Assert.True(bench.Breaker.IsAvailable(bench.Now));
    }

    [Fact]
    public void Answer_OfAnActiveProbe_MendsOnlyAfterTheOpenTime()
    {
        var bench = new BreakerBench();
        bench.Fail(429, 60);
        bench.Pass(59);
        Assert.Null(bench.Breaker.Succeed(bench.Now));
        bench.Pass(1);
        Assert.Equal(BreakerState.Healthy, bench.Breaker.Succeed(bench.Now)!.To);
    }

    // failures.md §2.18: 25 consecutive 500s never opened it.
    [Fact]
    public void TwentyFiveServerErrors_OpenItAtTheFirst()
    {
        var bench = new BreakerBench();
        var changes = Enumerable.Range(0, 25).Select(_ => bench.Fail()).ToList();
        Assert.Equal(BreakerState.Open, changes[0]!.To);
        Assert.All(changes.Skip(1), Assert.Null);
        Assert.Equal((BreakerState.Open, TimeSpan.FromSeconds(30)), (bench.State, bench.Wait));
    }

    // failures.md §2.18, contracts §4: what the caller did never opens it, under any rule; what the target did always does.
    [Theory]
    [MemberData(nameof(Kinds))]
    [Trait("Contract", "4.breaker")]
    public void EveryKind_OpensOnlyWhereTheTargetIsAtFault(GatewayErrorKind kind, int status)
    {
        var isTargets = kind is GatewayErrorKind.UpstreamUnauthorized or GatewayErrorKind.UpstreamRateLimited or GatewayErrorKind.UpstreamFailed
            or GatewayErrorKind.UpstreamTimeout or GatewayErrorKind.StreamBroken;
        foreach (var rule in (BreakerConfig[])[new(), BreakerBench.Counted(count: 1), BreakerBench.Counted(percentage: 1) with { MinimumCalls = 1 }])
        {
            var bench = new BreakerBench(rule);
            Assert.Equal(isTargets, bench.Fail(kind, status) is not null);
            Assert.Equal(isTargets ? BreakerState.Open : BreakerState.Unknown, bench.State);
        }

        Assert.Null(new BreakerBench(new BreakerConfig { Rule = BreakerRule.Off }).Fail(kind, status));
    }

    public static TheoryData<GatewayErrorKind, int> Kinds()
    {
        var data = new TheoryData<GatewayErrorKind, int>();
        foreach (var kind in Enum.GetValues<GatewayErrorKind>())
        {
            data.Add(kind, kind switch
            {
                GatewayErrorKind.UpstreamRejected => 422,
                GatewayErrorKind.UpstreamUnauthorized => 401,
                GatewayErrorKind.UpstreamRateLimited => 429,
                GatewayErrorKind.UpstreamFailed => 500,
                _ => 0,
            });
        }

        return data;
    }

    [Fact]
    public void Trip_ByHand_HoldsUntilItsTimeOrAReset()
    {
        var bench = new BreakerBench();
        Assert.Equal("tripped by hand", bench.Breaker.Trip(bench.Now, TimeSpan.FromMinutes(10))!.Reason);
        bench.Pass(1);
        Assert.Null(bench.Succeed());
        Assert.Equal(TimeSpan.FromSeconds(599), bench.Wait);
        Assert.Equal(new BreakerChange(BreakerState.Open, BreakerState.Unknown, "reset by hand", null), bench.Breaker.Reset(bench.Now));
        Assert.Equal((BreakerState.Unknown, true), (bench.State, bench.TryEnter()));
        Assert.Null(bench.Breaker.Reset(bench.Now));

        bench.Breaker.Trip(bench.Now, null);
        Assert.Equal(TimeSpan.FromSeconds(30), bench.Wait);
        bench.Pass(30);
        Assert.Equal(BreakerState.Healthy, bench.Succeed()!.To);
    }
}
