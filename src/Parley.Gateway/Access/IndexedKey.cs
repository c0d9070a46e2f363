using System.Collections.Frozen;

namespace Parley.Gateway.Access;

/// <summary>A key as authentication needs it: the caller it gives, made once, and what may stand against it.</summary>
internal sealed class IndexedKey(KeyRecord key)
{
    private readonly long _expiresAtTicks = key.ExpiresAt?.UtcTicks ?? long.MaxValue;
    private readonly bool _isSuspended = key.IsSuspended;

    /// <summary>Who presents it.</summary>
    public Caller Caller { get; } = new(key.Id, key.Name, key.Role, Set(key.Models), Set(key.Providers), key.Priority, Set(key.Tools));

    /// <summary>Whether it may be used now. A suspended key stays so when it also expires.</summary>
    public KeyRefusal RefusalAt(DateTimeOffset now) =>
        _isSuspended ? KeyRefusal.Suspended : now.UtcTicks >= _expiresAtTicks ? KeyRefusal.Expired : KeyRefusal.None;

    private static FrozenSet<string>? Set(IReadOnlyList<string>? names) => names?.ToFrozenSet(StringComparer.Ordinal);
}
