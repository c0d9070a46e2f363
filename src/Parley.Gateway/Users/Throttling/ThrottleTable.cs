namespace Parley.Gateway.Users.Throttling;

/// <summary>
/// So many failures per key at once, and then one each time a share of the period has passed: a rolling limit that needs one number per key, the
/// moment from which the key is as good as new. What was begun together may fail together, past the limit: then the key waits so much longer, and
/// the average holds. Bounded: what has no place, because more keys than that have failed of late, shares one place of the same limit, so that a
/// flood of names neither grows the table nor pushes out what it knows.
/// </summary>
/// <param name="failures">Failures of a key in one period.</param>
/// <param name="period">The period.</param>
/// <param name="capacity">Keys that have a place of their own.</param>
/// <param name="time">The clock.</param>
internal sealed class ThrottleTable(int failures, TimeSpan period, int capacity, TimeProvider time)
{
    // A digest that no key has, as far as anyone can tell.
    private static readonly UInt128 Crowd = UInt128.MaxValue;

    private readonly Lock _lock = new();
    private readonly Dictionary<UInt128, long> _freeAt = [];
    private readonly long _origin = time.GetTimestamp();
    private readonly long _share = period.Ticks / failures;
    private long _sweptAt = long.MinValue;

    /// <summary>Keys that are known now, the shared place among them.</summary>
    public int Keys
    {
        get
        {
            lock (_lock) return _freeAt.Count;
        }
    }

    /// <summary>True when one more failure is within the limit.</summary>
    /// <param name="key">Who tries.</param>
    /// <param name="wait">When it is not: how long until it is.</param>
    public bool MayTry(UInt128 key, out TimeSpan wait)
    {
        var now = Now();
        lock (_lock)
        {
            wait = TimeSpan.FromTicks(Math.Max(0, Later_NeedsLock(PlaceOf_NeedsLock(key, now), now) - now - period.Ticks));
            return wait == TimeSpan.Zero;
        }
    }

    /// <summary>Counts a failure, also one past the limit.</summary>
    public void Count(UInt128 key)
    {
        var now = Now();
        lock (_lock)
        {
            var place = PlaceOf_NeedsLock(key, now);
            _freeAt[place] = Later_NeedsLock(place, now);
        }
    }

    private long Now() => time.GetElapsedTime(_origin).Ticks;

    private UInt128 PlaceOf_NeedsLock(UInt128 key, long now) => _freeAt.ContainsKey(key) || HasRoom_NeedsLock(now) ? key : Crowd;

    // When the place is as good as new after one more failure.
    private long Later_NeedsLock(UInt128 place, long now) => Math.Max(now, _freeAt.GetValueOrDefault(place)) + _share;

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
