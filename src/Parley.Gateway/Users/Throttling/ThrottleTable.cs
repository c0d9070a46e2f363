namespace Parley.Gateway.Users.Throttling;

/// <summary>
/// So many tries per key at once, and then one each time a share of the period has passed: a rolling limit that needs one number per key, the
/// moment from which the key is as good as new. Bounded: what has no place, because more keys than that were tried of late, shares one place of
/// the same limit, so that a flood of names neither grows the table nor pushes out what it knows.
/// </summary>
/// <param name="tries">Tries of a key in one period.</param>
/// <param name="period">The period.</param>
/// <param name="capacity">Keys that have a place of their own.</param>
/// <param name="time">The clock.</param>
internal sealed class ThrottleTable(int tries, TimeSpan period, int capacity, TimeProvider time)
{
    // A digest that no key has, as far as anyone can tell.
    private static readonly UInt128 Crowd = UInt128.MaxValue;

    private readonly Lock _lock = new();
    private readonly Dictionary<UInt128, long> _freeAt = [];
    private readonly long _origin = time.GetTimestamp();
    private readonly long _share = period.Ticks / tries;
    private long _sweptAt = long.MinValue;

    /// <summary>Keys that are known now, the shared place among them.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _freeAt.Count;
        }
    }

    /// <summary>Takes one try.</summary>
    /// <param name="key">Who tries.</param>
    /// <param name="place">Where it was counted, for <see cref="GiveBack"/>.</param>
    /// <param name="wait">When it is refused: how long until the next try.</param>
    public bool TryTake(UInt128 key, out UInt128 place, out TimeSpan wait)
    {
        var now = time.GetElapsedTime(_origin).Ticks;
        lock (_lock)
        {
            place = _freeAt.ContainsKey(key) || HasRoom_NeedsLock(now) ? key : Crowd;
            var free = Math.Max(now, _freeAt.GetValueOrDefault(place)) + _share;
            wait = TimeSpan.FromTicks(Math.Max(0, free - now - period.Ticks));
            if (wait > TimeSpan.Zero) return false;
            _freeAt[place] = free;
            return true;
        }
    }

    /// <summary>Gives a try back that turned out to be none.</summary>
    public void GiveBack(UInt128 place)
    {
        lock (_lock)
        {
            if (_freeAt.TryGetValue(place, out var free)) _freeAt[place] = free - _share;
        }
    }

    private bool HasRoom_NeedsLock(long now)
    {
        // The shared place is beyond the capacity.
        if (_freeAt.Count < capacity) return true;
        // At most once per share: a flood must not make every try look through the whole table.
        if (_sweptAt != long.MinValue && now - _sweptAt < _share) return false;
        _sweptAt = now;
        foreach (var (key, free) in _freeAt)
        {
            if (free <= now) _freeAt.Remove(key);
        }

        return _freeAt.Count < capacity;
    }
}
