using System.Collections.Frozen;
using System.Runtime.CompilerServices;

namespace Parley.Gateway.Access;

/// <summary>
/// All keys at one moment, and which of them the last header strings held. Kestrel gives a connection's next request the same string for
/// the same <c>Authorization</c> bytes, so a string seen before needs no HMAC. Strings are told apart by being the same object: no secret
/// is ever compared. What is remembered goes with the table: a key that changed is in another one.
/// </summary>
internal sealed class KeyTable(FrozenDictionary<KeyDigest, IndexedKey> entries)
{
    internal static readonly KeyTable Empty = new(FrozenDictionary<KeyDigest, IndexedKey>.Empty);

    private const int Slots = 256;
    private readonly Seen?[] _seen = new Seen?[Slots];

    private sealed record Seen(string Header, IndexedKey Key);

    /// <summary>The key of a digest, expired and suspended ones too.</summary>
    internal bool TryFind(in KeyDigest digest, out IndexedKey? key) => entries.TryGetValue(digest, out key);

    /// <summary>The key that this very string held before; null when that is not known.</summary>
    internal IndexedKey? Recall(string header) =>
        _seen[SlotOf(header)] is { } seen && ReferenceEquals(seen.Header, header) ? seen.Key : null;

    /// <summary>Remembers which key a string holds, in place of another one.</summary>
    internal void Remember(string header, IndexedKey key) => _seen[SlotOf(header)] = new Seen(header, key);

    private static int SlotOf(string header) => RuntimeHelpers.GetHashCode(header) & (Slots - 1);
}
