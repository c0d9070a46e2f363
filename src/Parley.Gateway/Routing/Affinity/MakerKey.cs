using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Parley.Dialects.Splicing;

namespace Parley.Gateway.Routing.Affinity;

/// <summary>
/// Under what a maker is remembered: 128 bits of SHA-256 over the caller's key id, the kind, and what was made. One caller can neither find
/// nor set what another one's id means, and neither memory nor database holds a response id or a word of sealed reasoning.
/// </summary>
internal static class MakerKey
{
    /// <param name="caller">The id of the caller's key.</param>
    /// <param name="kind">What was made.</param>
    /// <param name="content">The inside of its JSON string, as it stands. Clients escape what needs no escape (.NET a plus, PHP a slash), so escapes are resolved.</param>
    internal static UInt128 Of(string caller, MakerKind kind, ReadOnlySpan<byte> content)
    {
        if (!content.Contains((byte)'\\')) return OfText(caller, kind, content);
        var plain = ArrayPool<byte>.Shared.Rent(content.Length);
        try
        {
            return OfText(caller, kind, JsonText.TryUnescapeAscii(content, plain, out var length) ? plain.AsSpan(0, length) : content);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(plain);
        }
    }

    /// <summary>The same for a text whose escapes are resolved.</summary>
    internal static UInt128 OfText(string caller, MakerKind kind, ReadOnlySpan<byte> utf8)
    {
        // Digests of fixed length one behind the other: nothing of one part can pass for a piece of the next.
        Span<byte> parts = stackalloc byte[1 + (2 * SHA256.HashSizeInBytes)];
        parts[0] = (byte)kind;
        SHA256.HashData(MemoryMarshal.AsBytes(caller.AsSpan()), parts[1..]);
        SHA256.HashData(utf8, parts[(1 + SHA256.HashSizeInBytes)..]);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(parts, digest);
        return BinaryPrimitives.ReadUInt128BigEndian(digest);
    }

    internal static UInt128 OfText(string caller, MakerKind kind, string text)
    {
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        var rented = ArrayPool<byte>.Shared.Rent(most);
        try
        {
            return OfText(caller, kind, rented.AsSpan(0, Encoding.UTF8.GetBytes(text, rented)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
