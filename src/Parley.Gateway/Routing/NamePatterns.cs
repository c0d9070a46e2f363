using Parley.Gateway.Access;

namespace Parley.Gateway.Routing;

/// <summary>
/// The models of the catalogue whose names hold a star. What a name leads to is compiled when somebody who may use it first asks for it, and
/// kept while it is asked for. Bounded: callers choose the names.
/// </summary>
internal sealed class NamePatterns
{
    private const int MostKept = 2000;

    private readonly Entry[] _entries;
    private readonly RecentlyUsed<string, CatalogModel> _kept = new(MostKept);

    /// <param name="entries">The patterns, each with what makes the model for a name.</param>
    internal NamePatterns(IEnumerable<Entry> entries)
    {
        // The longest fixed text first; of equal ones the one that was written first.
        _entries = [.. entries.OrderByDescending(static entry => entry.Pattern.Fixed)];
    }

    /// <param name="Pattern">The name with a star.</param>
    /// <param name="Make">Makes the model out of what the star stands for.</param>
    /// <param name="IsGranted">True when a key may use a name that it matches.</param>
    internal sealed record Entry(NamePattern Pattern, Func<string, CatalogModel> Make, Func<Caller, string, bool> IsGranted);

    /// <summary>How many names are kept.</summary>
    internal int Count => _kept.Count;

    /// <summary>What a name leads to; null when no pattern matches, or the key may not use what does.</summary>
    /// <param name="name">What was asked for.</param>
    /// <param name="caller">Whose grants are asked for; null for the operator's own names.</param>
    /// <param name="isRefused">True when a pattern matches that the key may not use.</param>
    internal CatalogModel? Find(string name, Caller? caller, out bool isRefused)
    {
        isRefused = false;
        if (_entries.Length == 0) return null;
        if (_kept.TryFind(name, out var known))
        {
            isRefused = caller is not null && !known.IsGrantedTo(caller, name);
            return isRefused ? null : known;
        }

        foreach (var entry in _entries)
        {
            if (entry.Pattern.Match(name) is not { } star) continue;
            isRefused = caller is not null && !entry.IsGranted(caller, name);
            if (isRefused) return null;
            var made = entry.Make(star);
            _kept.Add(name, made);
            return made;
        }

        return null;
    }

    /// <summary>The string of a name that was asked for before.</summary>
    internal bool TryGetName(ReadOnlySpan<char> text, out string name)
    {
        if (_entries.Length > 0) return _kept.TryFindKey(text, out name);
        name = "";
        return false;
    }
}
