using System.Globalization;

namespace Parley.Gateway.Configuration.Sections;

/// <summary>Names of headers and cookies.</summary>
internal static class HeaderNames
{
    private const int MaxLength = 100;

    // The headers that a caller's key is taken from (contracts §7).
    private static readonly HashSet<string> KeyHeaders = new(StringComparer.OrdinalIgnoreCase)
    {
        "Authorization", "api-key", "x-api-key", "x-goog-api-key", "Ocp-Apim-Subscription-Key", "x-functions-key",
    };

    /// <summary>A token of RFC 9110 §5.6.2, which RFC 6265 §4.1.1 asks of a cookie's name too.</summary>
    public static bool IsToken(string name) =>
        name.Length is > 0 and <= MaxLength && name.All(static c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c));

    /// <summary>What is wrong with a name, or null; <paramref name="shown"/> is how it is quoted.</summary>
    public static string? Problem(string name, string shown) => IsToken(name)
        ? null
        : string.Create(CultureInfo.InvariantCulture, $"\"{shown}\" is not a name of a cookie or header. Use at most {MaxLength} letters, digits, - _ and .");

    /// <summary>True when the header holds a caller's key.</summary>
    public static bool CarriesKey(string header) => KeyHeaders.Contains(header);
}
