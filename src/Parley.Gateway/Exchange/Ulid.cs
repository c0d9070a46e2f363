using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Parley.Gateway.Exchange;

/// <summary>
/// A 128-bit identifier that sorts by time: 48 bits of Unix milliseconds, then 80 random bits; written as 26 characters of
/// Crockford's base 32. Names requests, attempts and keys, and makes writing a usage record twice harmless.
/// </summary>
public readonly record struct Ulid : IComparable<Ulid>
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int RandomBytes = 1024;

    [ThreadStatic]
    private static byte[]? _random;

    [ThreadStatic]
    private static int _used;

    private readonly UInt128 _value;

    private Ulid(UInt128 value) => _value = value;

    /// <summary>The moment it was made, to the millisecond.</summary>
    public DateTimeOffset Time => DateTimeOffset.FromUnixTimeMilliseconds((long)(_value >> 80));

    /// <summary>Makes a new identifier for the given moment.</summary>
    public static Ulid New(DateTimeOffset time)
    {
        var random = _random ??= new byte[RandomBytes];
        if (_used + 16 > RandomBytes || _used == 0)
        {
            // One call of the system's generator costs more than the rest of the request's bookkeeping.
            RandomNumberGenerator.Fill(random);
            _used = 0;
        }

        var bits = BinaryPrimitives.ReadUInt128BigEndian(random.AsSpan(_used)) & ((UInt128.One << 80) - 1);
        _used += 16;
        return new Ulid(((UInt128)(ulong)time.ToUnixTimeMilliseconds() << 80) | bits);
    }

    /// <summary>The smallest identifier of a moment: the lower bound of a range query by time.</summary>
    public static Ulid Floor(DateTimeOffset time) => new((UInt128)(ulong)Math.Max(0, time.ToUnixTimeMilliseconds()) << 80);

    /// <summary>Reads 16 big-endian bytes, the form in which it is stored.</summary>
    public static Ulid FromBytes(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt128BigEndian(bytes));

    /// <summary>Writes 16 big-endian bytes, which sort as the identifier does.</summary>
    public void WriteBytes(Span<byte> destination) => BinaryPrimitives.WriteUInt128BigEndian(destination, _value);

    /// <summary>Reads the 26-character form, ignoring case; false for anything else.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Ulid ulid)
    {
        ulid = default;
        if (text.Length != 26 || text[0] > '7') return false;
        UInt128 value = 0;
        foreach (var c in text)
        {
            var digit = Alphabet.IndexOf(char.ToUpperInvariant(c), StringComparison.Ordinal);
            if (digit < 0) return false;
            value = (value << 5) | (uint)digit;
        }

        ulid = new Ulid(value);
        return true;
    }

    /// <inheritdoc/>
    public int CompareTo(Ulid other) => _value.CompareTo(other._value);

    /// <summary>The 26-character form.</summary>
    public override string ToString() => string.Create(26, _value, static (span, value) =>
    {
        for (var i = 25; i >= 0; i--)
        {
            span[i] = Alphabet[(int)(uint)(value & 31)];
            value >>= 5;
        }
    });

    public static bool operator <(Ulid left, Ulid right) => left.CompareTo(right) < 0;

    public static bool operator >(Ulid left, Ulid right) => left.CompareTo(right) > 0;

    public static bool operator <=(Ulid left, Ulid right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Ulid left, Ulid right) => left.CompareTo(right) >= 0;
}
