using Parley.Gateway.Configuration;
using Parley.Gateway.Providers;
using Parley.Gateway.Providers.Transport;
using Parley.Gateway.Resilience;
using Parley.Gateway.Routing;
using Parley.Gateway.Routing.Picking;

namespace Parley.Gateway.Tests.Routing.Affinity;

/// <summary>Models whose targets nobody calls, for what is decided before a call.</summary>
internal static class AffinityModels
{
    /// <summary>A model with a cookie, and so many targets <c>p0/m0</c>, <c>p1/m1</c>, … in one priority; the states of all of them.</summary>
    internal static (CatalogModel Model, TargetStates States) Of(int targets, TimeProvider? time = null, int keys = 1, BreakerConfig? breaker = null, params int[] weights)
    {
        var states = new TargetStates(time ?? TimeProvider.System);
        var members = Enumerable.Range(0, targets).Select(index => Target(states, index, keys, breaker, index < weights.Length ? weights[index] : 1)).ToList();
        var config = new ModelConfig
        {
            ModelId = "gpt",
            Targets = [.. Enumerable.Range(0, targets).Select(index => new TargetConfig($"p{index}", $"m{index}"))],
            Affinity = new AffinityConfig(),
            Origin = "test",
        };
        var pool = new TargetPool(members, PickRule.Weighted, new TargetPickers(static () => 0).Of(PickRule.Weighted));
        return (new CatalogModel("gpt", config, pool) { State = new ModelState() }, states);
    }

    private static RouteTarget Target(TargetStates states, int index, int keys, BreakerConfig? breaker, int weight)
    {
        var config = new ProviderConfig
        {
            Name = $"p{index}",
            Type = ProviderType.OpenAICompatible,
            TypeName = "openai-compatible",
            ApiKeys = [.. Enumerable.Range(0, keys).Select(static key => new Secret($"sk-{key}"))],
            Breaker = breaker ?? new BreakerConfig(),
        };
        var provider = new MissingProvider(config, new UpstreamTransports(null).For(config)) { Targets = states.For(config) };
        return new RouteTarget(provider, $"m{index}") { Index = index, Weight = weight };
    }
}
