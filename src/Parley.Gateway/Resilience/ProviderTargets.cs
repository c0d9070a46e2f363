using System.Collections.Concurrent;
using Parley.Gateway.Configuration;

namespace Parley.Gateway.Resilience;

/// <summary>
/// The live states of one provider's targets. Those of the catalogue are all kept; of those that callers address by names of their own, only as
/// many as a bound allows, and only once they were called.
/// </summary>
internal sealed class ProviderTargets(string provider, BreakerConfig rule, int credentials, TimeProvider time)
{
    /// <summary>Names of callers' own that are kept apart.</summary>
    internal const int MostAddressed = 1000;

    private readonly ConcurrentDictionary<string, TargetState> _catalogued = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, TargetState> _addressed = new(StringComparer.Ordinal);

    // Where nobody can tell one from another nothing can be kept out.
    private readonly TargetState _others = new($"{provider}/…", new BreakerConfig { Rule = BreakerRule.Off }, credentials, time);

    /// <summary>Every target of the catalogue, and those that were called.</summary>
    internal IEnumerable<TargetState> All => _catalogued.Values.Concat(_addressed.Values);

    /// <summary>The state of an upstream model that a request names. A new one is kept from its first call on: asking alone fills nothing.</summary>
    /// <param name="upstreamModel">The model or deployment as the provider knows it.</param>
    /// <param name="endpoint">Another endpoint of the provider; null for its own.</param>
    internal TargetState Of(string upstreamModel, Uri? endpoint = null)
    {
        var name = endpoint is null ? upstreamModel : $"{upstreamModel}@{endpoint.Host}";
        if (_catalogued.TryGetValue(name, out var known) || _addressed.TryGetValue(name, out known)) return known;
        return _addressed.Count < MostAddressed ? new TargetState($"{provider}/{name}", rule, credentials, time) { Called = state => Keep(name, state) } : _others;
    }

    /// <summary>The state of an upstream model that the configuration names, made when it is new.</summary>
    internal TargetState OfCatalogue(string upstreamModel)
    {
        if (_catalogued.TryGetValue(upstreamModel, out var known)) return known;
        // What callers have found out about it holds on.
        var state = _catalogued.GetOrAdd(upstreamModel, name => _addressed.TryGetValue(name, out var addressed) ? addressed : new TargetState($"{provider}/{name}", rule, credentials, time));
        _addressed.TryRemove(upstreamModel, out _);
        return state;
    }

    /// <summary>Forgets what has left the catalogue.</summary>
    /// <returns>What was forgotten.</returns>
    internal IEnumerable<TargetState> KeepOnly(IReadOnlySet<TargetState> catalogue)
    {
        foreach (var (name, state) in _catalogued)
        {
            if (!catalogue.Contains(state) && _catalogued.TryRemove(name, out _)) yield return state;
        }
    }

    private void Keep(string name, TargetState state)
    {
        if (_addressed.Count < MostAddressed && !_catalogued.ContainsKey(name)) _addressed.TryAdd(name, state);
    }
}
