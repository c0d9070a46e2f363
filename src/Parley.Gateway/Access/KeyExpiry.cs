using System.Globalization;

namespace Parley.Gateway.Access;

/// <summary>The moment at which a key stops working, as people write it.</summary>
internal static class KeyExpiry
{
    /// <summary>For messages.</summary>
    public const string Format = "a date (2027-01-31, its first moment in UTC) or a time with its offset (2027-01-31T12:00:00Z)";

    private static readonly string[] Formats = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    /// <summary>Reads a date or a time; one without an offset is refused, because nobody could say which moment it is.</summary>
    public static bool TryParse(string text, out DateTimeOffset time)
    {
        const DateTimeStyles Styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return DateTimeOffset.TryParseExact(text, Formats, CultureInfo.InvariantCulture, Styles, out time)
            && (text.Length == 10 || text[^1] == 'Z' || text.LastIndexOfAny(['+', '-']) > 10);
    }
}
