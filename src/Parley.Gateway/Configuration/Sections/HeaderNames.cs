namespace Parley.Gateway.Configuration.Sections;

/// <summary>Names of headers and cookies.</summary>
internal static class HeaderNames
{
    public const int MaxLength = 100;

    /// <summary>A token of RFC 9110 §5.6.2, which RFC 6265 §4.1.1 asks of a cookie's name too.</summary>
    public static bool IsToken(string name) =>
        name.Length is > 0 and <= MaxLength && name.All(static c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c));
}
