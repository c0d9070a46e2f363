using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Providers;
using Parley.Gateway.Providers.Transport;
using Parley.Gateway.Resilience;
using Parley.Gateway.Resilience.Breakers;
using Parley.Gateway.Routing;
using Parley.Gateway.Routing.Picking;

namespace Parley.Gateway.Tests.Routing;

/// <summary>Priorities in order, shares inside a priority, everything as a fallback, the sick ones last.</summary>
public sealed class TargetPoolTests
{
    private readonly TargetStates _states = new(TimeProvider.System);

    [Fact]
    public void Weighted_EveryPointOfTheRange_GivesTheSharesAndPrioritiesInOrder()
    {
        var next = 0;
        var pool = Pool(() => next++ % 400 / 400.0, Target("a", 1, 3), Target("b", 1, 1), Target("c", 2, 100), Target("d", 2, 1));
        var first = new Dictionary<string, int>();
        for (var i = 0; i < 400; i++)
        {
            next = i;
            var ordered = Order(pool);
            first[ordered[0]] = first.GetValueOrDefault(ordered[0]) + 1;
            Assert.Equal(["a", "b"], ordered[..2].Order(StringComparer.Ordinal));
            Assert.Equal(["c", "d"], ordered[2..].Order(StringComparer.Ordinal));
        }

        Assert.Equal((300, 100), (first["a"], first["b"]));
    }

    [Fact]
    public void LowerPriority_OneOfTheHigherIsWell_IsNotChosen()
    {
        var pool = Pool(() => 0, Target("a", 1, 1), Target("b", 1, 1), Target("c", 2, 1));
        Break(pool, 0);
        Assert.Equal("b", Order(pool)[0]);
        Break(pool, 1);
        Assert.Equal("c", Order(pool)[0]);
        Break(pool, 2);
        Assert.Equal(3, Order(pool).Count);
    }

    [Fact]
    public void CountedRule_AllAreOut_NoneIsChosen()
    {
        var pool = Pool(() => 0, Target("a", 1, 1, new BreakerConfig { Rule = BreakerRule.Counted, Count = 1 }));
        Break(pool, 0);
        Assert.Equal(-1, pool.Choose(pool.All, -1, new PickContext(TimeProvider.System.GetTimestamp(), 0)));
    }

    [Fact]
    public void Preferred_WhileItIsWell_ComesFirstWhateverItsPriority()
    {
        var pool = Pool(() => 0, Target("a", 1, 1), Target("b", 2, 1));
        Assert.Equal(1, pool.Choose(pool.All, 1, new PickContext(TimeProvider.System.GetTimestamp(), 0)));
        Break(pool, 1);
        Assert.Equal(0, pool.Choose(pool.All, 1, new PickContext(TimeProvider.System.GetTimestamp(), 0)));
    }

    private static void Break(TargetPool pool, int member) =>
        pool.Members[member].State.Breakers[0].Fail(TimeProvider.System.GetTimestamp(), new TargetFailure(GatewayErrorKind.UpstreamFailed, 500, null));

    private static List<string> Order(TargetPool pool)
    {
        var left = pool.All;
        var ordered = new List<string>();
        while (left != 0)
        {
            var chosen = pool.Choose(left, -1, new PickContext(TimeProvider.System.GetTimestamp(), 0));
            left &= ~(1UL << chosen);
            ordered.Add(pool.Members[chosen].UpstreamModel);
        }

        return ordered;
    }

    private static TargetPool Pool(Func<double> random, params RouteTarget[] members) => new(members, PickRule.Weighted, new TargetPickers(random).Of(PickRule.Weighted));

    private RouteTarget Target(string model, int priority, int weight, BreakerConfig? breaker = null)
    {
        var config = new ProviderConfig { Name = "p", Type = ProviderType.OpenAICompatible, TypeName = "openai-compatible", Breaker = breaker ?? new BreakerConfig() };
        return new RouteTarget(new MissingProvider(config, new UpstreamTransports(null).For(config)) { Targets = _states.For(config) }, model) { Priority = priority, Weight = weight };
    }
}
