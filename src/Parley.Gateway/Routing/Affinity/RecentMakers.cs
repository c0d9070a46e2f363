using System.Collections.Concurrent;

namespace Parley.Gateway.Routing.Affinity;

/// <summary>
/// The makers that were used last, in two generations: what is used moves into the younger one, and when that is full the older one is
/// forgotten. Keeps at least the <c>most / 2</c> that were used last and never more than <c>most</c>; reading takes no lock.
/// </summary>
internal sealed class RecentMakers(int most)
{
    private readonly Lock _lock = new();
    private volatile Generation _young = new();
    private volatile Generation _old = new();

    private sealed class Generation
    {
        internal readonly ConcurrentDictionary<UInt128, Maker> Makers = new();

        // The dictionary's own count takes all of its locks.
        internal int Count;
    }

    /// <summary>How many are kept.</summary>
    internal int Count => _young.Makers.Count + _old.Makers.Count;

    internal bool TryFind(UInt128 key, out Maker maker)
    {
        if (_young.Makers.TryGetValue(key, out maker)) return true;
        if (!_old.Makers.TryGetValue(key, out maker)) return false;
        Add(key, maker);
        return true;
    }

    internal void Add(UInt128 key, Maker maker)
    {
        var young = _young;
        if (!young.Makers.TryAdd(key, maker))
        {
            young.Makers[key] = maker;
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
