using Parley.Gateway.Configuration;
using Parley.Gateway.Routing;

namespace Parley.Gateway.Resilience.Queueing;

/// <summary>Puts the limits of a configuration on the live targets and models.</summary>
internal static class ConcurrencyLimits
{
    /// <summary>Also takes away the limits of all that have none any more. A target that several models limit has the smallest limit.</summary>
    internal static void Apply(GatewaySnapshot snapshot, TargetStates targets, ModelStates models)
    {
        var ofModels = new Dictionary<ModelState, ConcurrencyConfig>();
        var ofTargets = new Dictionary<string, ConcurrencyConfig>(StringComparer.Ordinal);
        var ofPatterns = new List<(NamePattern Name, ConcurrencyConfig Limit)>();
        foreach (var model in snapshot.Config.Models)
        {
            if (model.Concurrency is { } ofModel) ofModels[models.Of(model.ModelId, isCatalogued: true)] = ofModel;
            foreach (var target in model.Targets)
            {
                if (target.Concurrency is not { } limit) continue;
                if (target.Model.Contains('*', StringComparison.Ordinal))
                {
                    ofPatterns.Add((new NamePattern($"{target.Provider}/{target.Model}"), limit));
                }
                else if (snapshot.Catalog.Providers.FirstOrDefault(provider => provider.Name == target.Provider) is { } provider)
                {
                    // By name, for a model whose own name holds a star has no targets before somebody asks for it.
                    var name = $"{provider.Name}/{provider.ResolveModel(target.Model)}";
                    if (!ofTargets.TryGetValue(name, out var other) || limit.Max < other.Max) ofTargets[name] = limit;
                }
            }
        }

        foreach (var state in targets.All) state.Limit(ofTargets.GetValueOrDefault(state.Name) ?? ofPatterns.Find(pattern => pattern.Name.Match(state.Name) is not null).Limit);
        foreach (var state in models.All) state.Limit(ofModels.GetValueOrDefault(state), targets.Time);
    }
}
