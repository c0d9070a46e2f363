using System.Buffers.Binary;

namespace Parley.Gateway.Routing;

/// <summary>
/// A hash that says the same for the same text in every process, on every machine and in every later version: FNV-1a over UTF-8, stirred so
/// that all 64 bits depend on every byte. Not for secrets.
/// </summary>
internal static class StableHash
{
    private const ulong Offset = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    // Odd, without a pattern: wyhash's own.
    private const ulong First = 0xA076_1D64_78BD_642F;
    private const ulong Second = 0xE703_7ED1_A0B4_28DB;

    /// <summary>The hash of a text; nothing is allocated.</summary>
    internal static ulong Of(ReadOnlySpan<char> text)
    {
        var hash = Offset;
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            var length = rune.EncodeToUtf8(utf8);
            foreach (var value in utf8[..length]) hash = (hash ^ value) * Prime;
        }

        return Stir(hash);
    }

    /// <summary>The same for a text that is UTF-8 already.</summary>
    internal static ulong Of(ReadOnlySpan<byte> utf8)
    {
        var hash = Offset;
        foreach (var value in utf8) hash = (hash ^ value) * Prime;
        return Stir(hash);
    }

    /// <summary>One hash of two.</summary>
    internal static ulong Of(ulong first, ulong second) => Stir(Stir(first) ^ second);

    /// <summary>
    /// The draw of one of several for a key, out of a hash of both (weighted rendezvous hashing: highest random weight; Schindelhauer and Schomaker
    /// 2005): <c>-ln(u) / weight</c>. The least draw has the key, and each has it as often as its weight says. The draws of the others do not change
    /// when one is added or its weight raised, so the only keys that move are those that move to it.
    /// </summary>
    internal static double Draw(ulong hash, int weight) =>
        // Never 0 and never 1, of which there is no logarithm to divide.
        -Math.Log(((hash >> 11) + 0.5) / (1UL << 53)) / weight;

    /// <summary>
    /// The hash of many bytes, sixteen a step: multiply and fold, as wyhash does. Another one than that of the same bytes by <see cref="Of(ReadOnlySpan{byte})"/>.
    /// No defence against collisions that somebody builds.
    /// </summary>
    internal static ulong OfMany(ReadOnlySpan<byte> bytes)
    {
        var length = (ulong)bytes.Length;
        var hash = First;
        for (; bytes.Length >= 16; bytes = bytes[16..])
            hash = Fold(BinaryPrimitives.ReadUInt64LittleEndian(bytes) ^ Second, BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]) ^ hash);
        Span<byte> rest = stackalloc byte[16];
        rest.Clear();
        bytes.CopyTo(rest);
        hash = Fold(BinaryPrimitives.ReadUInt64LittleEndian(rest) ^ Second, BinaryPrimitives.ReadUInt64LittleEndian(rest[8..]) ^ hash);
        return Of(hash, length);
    }

    private static ulong Fold(ulong a, ulong b)
    {
        var high = Math.BigMul(a, b, out var low);
        return high ^ low;
    }

    // The finalizer of SplitMix64 (Steele, Lea, Flood 2014, variant 13 of Stafford): FNV alone leaves the high bits of short texts alike.
    private static ulong Stir(ulong hash)
    {
        hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9;
        hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EB;
        return hash ^ (hash >> 31);
    }
}
