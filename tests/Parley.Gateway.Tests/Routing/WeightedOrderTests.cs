using Parley.Gateway.Configuration;
using Parley.Gateway.Providers;
using Parley.Gateway.Providers.Transport;
using Parley.Gateway.Routing;

namespace Parley.Gateway.Tests.Routing;

/// <summary>Priorities in order, shares inside a priority, everything as a fallback.</summary>
public sealed class WeightedOrderTests
{
    [Fact]
    public void Shares_FollowTheWeights_AndPrioritiesStayInOrder()
    {
        var targets = new[] { Target("a", 1, 3), Target("b", 1, 1), Target("c", 2, 100), Target("d", 2, 0) };
        // Every point of the range once, so that the shares are exact.
        var next = 0;
        var order = new WeightedOrder(() => next++ % 400 / 400.0);
        var first = new Dictionary<string, int>();
        for (var i = 0; i < 400; i++)
        {
            next = i;
            var ordered = order.Of(targets).Select(target => target.UpstreamModel).ToList();
            first[ordered[0]] = first.GetValueOrDefault(ordered[0]) + 1;
            Assert.Equal(["a", "b"], ordered[..2].Order(StringComparer.Ordinal));
            Assert.Equal(["c", "d"], ordered[2..]);
        }

        Assert.Equal((300, 100), (first["a"], first["b"]));
    }

    private static RouteTarget Target(string model, int priority, int weight)
    {
        var config = new ProviderConfig { Name = "p", Type = ProviderType.OpenAICompatible, TypeName = "openai-compatible" };
        return new RouteTarget(new MissingProvider(config, new UpstreamTransports(null).For(config)), model) { Priority = priority, Weight = weight };
    }
}
