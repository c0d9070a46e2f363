using Parley.Gateway.Configuration;
using Parley.Gateway.Resilience;
using Parley.Gateway.Resilience.Breakers;
using Parley.Gateway.Routing;

namespace Parley.Gateway.Admin.Targets;

/// <summary>
/// Every target of the catalogue, called or not, and those that callers addressed themselves (<c>provider/x</c>) once they were called. The
/// latter are bounded by <see cref="ProviderTargets"/>.
/// </summary>
internal sealed class TargetDirectory(SnapshotHolder snapshots, TargetStates states, TimeProvider time)
{
    /// <summary>Sorted by id.</summary>
    internal IReadOnlyList<TargetEntry> List()
    {
        var entries = new SortedDictionary<string, TargetEntry>(StringComparer.Ordinal);
        var uses = CatalogTargets.Models(snapshots.Current.Catalog)
            .SelectMany(static model => model.Targets, static (model, target) => (Model: model.Id, Target: target, GoesByCapacity: model.Pool.Rule == PickRule.MostCapacity))
            .GroupBy(static use => use.Target.Name, StringComparer.Ordinal);
        foreach (var ofTarget in uses)
        {
            var target = ofTarget.First().Target;
            TargetUse[] used = [.. ofTarget.Select(static use => new TargetUse(use.Model, use.Target.Index, use.Target.Priority, use.Target.Weight))
                .OrderBy(static use => use.Model, StringComparer.Ordinal).ThenBy(static use => use.Index)];
            entries[target.Name] = new TargetEntry(target.Name, target.Provider.Name, target.UpstreamModel, target.State, used, target.Missing) { HasCapacity = ofTarget.Any(static use => use.GoesByCapacity) };
        }

        foreach (var state in states.All)
        {
            if (entries.ContainsKey(state.Name) || !IsKnown(state)) continue;
            var slash = state.Name.IndexOf('/', StringComparison.Ordinal);
            entries[state.Name] = new TargetEntry(state.Name, state.Name[..slash], state.Name[(slash + 1)..], state, [], null);
        }

        return [.. entries.Values];
    }

    /// <summary>One of them; otherwise the id that was probably meant, or null.</summary>
    internal (TargetEntry? Entry, string? Nearest) Find(string id)
    {
        var all = List();
        return all.FirstOrDefault(entry => entry.Id == id) is { } found ? (found, null) : (null, NearestName.Of(id, all.Select(static entry => entry.Id)));
    }

    // A name that was asked for and never called (an unknown one of a caller's) is none of the operator's business.
    private bool IsKnown(TargetState state) =>
        state.Counters.Requests > 0 || state.InFlight > 0 || TargetHealth.Of(state, time).State != BreakerState.Unknown;
}
