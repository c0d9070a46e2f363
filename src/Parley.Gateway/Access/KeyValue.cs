using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;

namespace Parley.Gateway.Access;

/// <summary>What a key may look like, and how a new one is made.</summary>
internal static class KeyValue
{
    /// <summary>The fewest characters of a key.</summary>
    public const int MinLength = 16;

    /// <summary>The most characters of a key.</summary>
    public const int MaxLength = 256;

    /// <summary>A new key: <c>pk-</c> and 256 random bits as 43 characters of base64url.</summary>
    public static string Generate()
    {
        Span<byte> random = stackalloc byte[32];
        RandomNumberGenerator.Fill(random);
        return "pk-" + Base64Url.EncodeToString(random);
    }

    /// <summary>What is wrong with a value that an operator brings, or null. The text never holds the value.</summary>
    public static string? Problem(string value)
    {
        if (value.Length is < MinLength or > MaxLength)
        {
            return string.Create(CultureInfo.InvariantCulture, $"a key is {MinLength} to {MaxLength} characters long; this one has {value.Length}");
        }

        if (value.AsSpan().ContainsAnyExceptInRange(' ', '~')) return "a key consists of printable ASCII characters";

        // A header's value arrives trimmed, so such a key could never be presented.
        return value[0] == ' ' || value[^1] == ' ' ? "a key does not begin or end with a space" : null;
    }

    /// <summary>The last four characters, which tell an operator's keys apart.</summary>
    public static string LastFour(string value) => value[^4..];
}
