using System.Collections.Concurrent;

namespace Parley.Gateway.Routing;

/// <summary>
/// The models of the catalogue whose names hold a star. What a name leads to is compiled when it is first asked for, and kept. Bounded:
/// callers choose the names, so past the bound it is compiled anew each time.
/// </summary>
internal sealed class NamePatterns
{
    private const int MostKept = 1000;

    private readonly Entry[] _entries;
    private readonly ConcurrentDictionary<string, CatalogModel> _kept = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, CatalogModel>.AlternateLookup<ReadOnlySpan<char>> _keptBySpan;

    /// <param name="entries">The patterns, each with what makes the model for a name out of what its star stands for.</param>
    internal NamePatterns(IEnumerable<Entry> entries)
    {
        // The longest fixed text first; of equal ones the one that was written first.
        _entries = [.. entries.OrderByDescending(static entry => entry.Pattern.Fixed)];
        _keptBySpan = _kept.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    internal sealed record Entry(NamePattern Pattern, Func<string, CatalogModel> Make);

    /// <summary>What a name leads to; null when no pattern matches.</summary>
    internal CatalogModel? Find(string name)
    {
        if (_entries.Length == 0) return null;
        if (_kept.TryGetValue(name, out var known)) return known;
        foreach (var entry in _entries)
        {
            if (entry.Pattern.Match(name) is not { } star) continue;
            var made = entry.Make(star);
            return _kept.Count < MostKept ? _kept.GetOrAdd(name, made) : made;
        }

        return null;
    }

    /// <summary>The string of a name that was asked for before.</summary>
    internal bool TryGetName(ReadOnlySpan<char> text, out string name)
    {
        if (_entries.Length > 0) return _keptBySpan.TryGetValue(text, out name!, out _);
        name = "";
        return false;
    }
}
