using System.Collections.Concurrent;

namespace Parley.Gateway.Routing;

/// <summary>
/// What was used last, in two generations: what is used moves into the younger one, and when that is full the older one is forgotten. Keeps at
/// least the <c>most / 2</c> that were used last and never more than <c>most</c>; reading takes no lock.
/// </summary>
internal sealed class RecentlyUsed<TKey, TValue>(int most)
    where TKey : notnull
{
    private readonly Lock _lock = new();
    private volatile Generation _young = new();
    private volatile Generation _old = new();

    private sealed class Generation
    {
        internal readonly ConcurrentDictionary<TKey, TValue> Entries = new();

        // The dictionary's own count takes all of its locks.
        internal int Count;
    }

    /// <summary>How many are kept.</summary>
    internal int Count => _young.Entries.Count + _old.Entries.Count;

    internal bool TryFind(TKey key, out TValue value)
    {
        if (_young.Entries.TryGetValue(key, out value!)) return true;
        if (!_old.Entries.TryGetValue(key, out value!)) return false;
        Add(key, value);
        return true;
    }

    /// <summary>The kept key that is equal to one of another type, as a string is to its characters.</summary>
    internal bool TryFindKey<TOther>(TOther other, out TKey key)
        where TOther : notnull, allows ref struct
    {
        if (_young.Entries.GetAlternateLookup<TOther>().TryGetValue(other, out key!, out _)) return true;
        if (!_old.Entries.GetAlternateLookup<TOther>().TryGetValue(other, out key!, out var value)) return false;
        Add(key, value);
        return true;
    }

    internal void Add(TKey key, TValue value)
    {
        var young = _young;
        if (!young.Entries.TryAdd(key, value))
        {
            young.Entries[key] = value;
            return;
        }

        if (Interlocked.Increment(ref young.Count) < most / 2) return;
        lock (_lock)
        {
            if (!ReferenceEquals(young, _young)) return;
            _old = young;
            _young = new Generation();
        }
    }
}
