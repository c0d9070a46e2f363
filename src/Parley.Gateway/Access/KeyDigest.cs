using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Parley.Gateway.Access;

/// <summary>The HMAC-SHA-256 of a key, as a value that a dictionary can hold without a reference. Compared in constant time.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct KeyDigest : IEquatable<KeyDigest>
{
    /// <summary>Its size in bytes.</summary>
    public const int Size = 32;

    private readonly ulong _first;
    private readonly ulong _second;
    private readonly ulong _third;
    private readonly ulong _fourth;

    /// <summary>Reads exactly <see cref="Size"/> bytes.</summary>
    public static KeyDigest FromBytes(ReadOnlySpan<byte> bytes) => MemoryMarshal.Read<KeyDigest>(bytes[..Size]);

    /// <summary>The bytes as they are stored.</summary>
    public byte[] ToArray() => MemoryMarshal.AsBytes(new ReadOnlySpan<KeyDigest>(in this)).ToArray();

    /// <inheritdoc/>
    public bool Equals(KeyDigest other) => CryptographicOperations.FixedTimeEquals(
        MemoryMarshal.AsBytes(new ReadOnlySpan<KeyDigest>(in this)),
        MemoryMarshal.AsBytes(new ReadOnlySpan<KeyDigest>(in other)));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is KeyDigest other && Equals(other);

    /// <summary>A part of the digest: whoever presents keys cannot aim at a bucket without knowing the pepper.</summary>
    public override int GetHashCode() => (int)_first;

    /// <inheritdoc/>
    public override string ToString() => "***";
}
