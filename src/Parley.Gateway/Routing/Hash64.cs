using System.Buffers.Binary;

namespace Parley.Gateway.Routing;

/// <summary>
/// A quick hash that spreads keys over targets (multiply and fold, sixteen bytes a step, as wyhash does). It is the same in every process,
/// so that all replicas send a prompt to the same target. No defence against collisions that somebody builds: they only share a target.
/// </summary>
internal static class Hash64
{
    // Odd, without a pattern: wyhash's own.
    private const ulong First = 0xA076_1D64_78BD_642F;
    private const ulong Second = 0xE703_7ED1_A0B4_28DB;

    internal static ulong Of(ReadOnlySpan<byte> bytes)
    {
        var length = (ulong)bytes.Length;
        var hash = First;
        for (; bytes.Length >= 16; bytes = bytes[16..])
            hash = Fold(BinaryPrimitives.ReadUInt64LittleEndian(bytes) ^ Second, BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]) ^ hash);
        Span<byte> rest = stackalloc byte[16];
        rest.Clear();
        bytes.CopyTo(rest);
        hash = Fold(BinaryPrimitives.ReadUInt64LittleEndian(rest) ^ Second, BinaryPrimitives.ReadUInt64LittleEndian(rest[8..]) ^ hash);
        return Combine(hash, length);
    }

    /// <summary>Of two hashes, in this order.</summary>
    internal static ulong Combine(ulong first, ulong second) => Fold(first ^ Second, second ^ First);

    private static ulong Fold(ulong a, ulong b)
    {
        var high = Math.BigMul(a, b, out var low);
        return high ^ low;
    }
}
