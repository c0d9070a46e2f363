using System.Collections.Concurrent;
using Parley.Gateway.Configuration;

namespace Parley.Gateway.Resilience;

/// <summary>The live states of one provider's targets. Bounded: callers may address upstream models by names of their own.</summary>
internal sealed class ProviderTargets(string provider, BreakerConfig rule, int credentials, TimeProvider time)
{
    private const int MostTargets = 1000;

    private readonly ConcurrentDictionary<string, TargetState> _states = new(StringComparer.Ordinal);

    // Where nobody can tell one from another nothing can be kept out.
    private readonly TargetState _others = new($"{provider}/…", new BreakerConfig { Rule = BreakerRule.Off }, credentials, time);

    /// <summary>Every target that was looked up so far.</summary>
    internal IEnumerable<TargetState> All => _states.Values;

    /// <summary>The state of an upstream model, made when it is new.</summary>
    /// <param name="upstreamModel">The model or deployment as the provider knows it.</param>
    /// <param name="endpoint">Another endpoint of the provider; null for its own.</param>
    internal TargetState Of(string upstreamModel, Uri? endpoint = null)
    {
        var name = endpoint is null ? upstreamModel : $"{upstreamModel}@{endpoint.Host}";
        if (_states.TryGetValue(name, out var known)) return known;
        if (_states.Count >= MostTargets) return _others;
        return _states.GetOrAdd(name, static (key, targets) => targets.Create(key), this);
    }

    private TargetState Create(string name) => new($"{provider}/{name}", rule, credentials, time);
}
