using Parley.Gateway.Configuration;
using Parley.Gateway.Routing;

namespace Parley.Gateway.Resilience.Queueing;

/// <summary>Puts the limits of a configuration on the live targets and models.</summary>
internal static class ConcurrencyLimits
{
    /// <summary>Also takes away the limits of all that have none any more. A target that several models limit has the smallest limit.</summary>
    internal static void Apply(ModelCatalog catalog, TargetStates targets, ModelStates models)
    {
        var limits = new Dictionary<TargetState, ConcurrencyConfig>();
        var ofModels = new Dictionary<ModelState, ConcurrencyConfig>();
        foreach (var model in catalog.Names.Values)
        {
            if (model.Config?.Concurrency is { } ofModel) ofModels[model.State] = ofModel;
            foreach (var target in model.Targets)
            {
                if (model.Config?.Targets.ElementAtOrDefault(target.Index)?.Concurrency is not { } limit) continue;
                if (!limits.TryGetValue(target.State, out var other) || limit.Max < other.Max) limits[target.State] = limit;
            }
        }

        foreach (var target in targets.All) target.Limit(limits.GetValueOrDefault(target));
        foreach (var model in models.All) model.Limit(ofModels.GetValueOrDefault(model), targets.Time);
    }
}
