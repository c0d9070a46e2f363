using System.Collections.Concurrent;

namespace Parley.Gateway.Resilience;

/// <summary>The live states of the catalogue's models, by id.</summary>
internal sealed class ModelStates
{
    private readonly ConcurrentDictionary<string, ModelState> _states = new(StringComparer.Ordinal);

    // What is addressed through its provider has no entry in the catalogue, and callers choose such names.
    private readonly ModelState _others = new();

    /// <summary>The state of a catalogued model; one that is common to all others.</summary>
    internal ModelState Of(string id, bool isCatalogued) => isCatalogued ? _states.GetOrAdd(id, static name => new ModelState { Name = name }) : _others;

    /// <summary>Those of the catalogue.</summary>
    internal IEnumerable<ModelState> All => _states.Values;

    /// <summary>Forgets the models that are not in <paramref name="current"/>.</summary>
    internal void KeepOnly(IReadOnlySet<string> current)
    {
        foreach (var id in _states.Keys)
        {
            if (!current.Contains(id)) _states.TryRemove(id, out _);
        }
    }
}
