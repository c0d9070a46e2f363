namespace Parley.Gateway.Routing;

/// <summary>A name with one star, which stands for any text that is not empty (<c>azure/*</c>, <c>gpt-*</c>, <c>*-mini</c>).</summary>
internal sealed class NamePattern
{
    private const char Star = '*';

    private readonly string _prefix;
    private readonly string _suffix;

    internal NamePattern(string text)
    {
        var star = text.IndexOf(Star, StringComparison.Ordinal);
        _prefix = text[..star];
        _suffix = text[(star + 1)..];
    }

    /// <summary>How much of a name it fixes: of several that match, the one that fixes the most counts.</summary>
    internal int Fixed => _prefix.Length + _suffix.Length;

    /// <summary>What the star stands for in this name; null when it does not match.</summary>
    internal string? Match(string name) =>
        name.Length > Fixed && name.StartsWith(_prefix, StringComparison.Ordinal) && name.EndsWith(_suffix, StringComparison.Ordinal)
            ? name[_prefix.Length..^_suffix.Length]
            : null;

    /// <summary>A target's name with what the star stood for.</summary>
    internal static string Fill(string text, string star) => text.Replace(Star.ToString(), star, StringComparison.Ordinal);
}
