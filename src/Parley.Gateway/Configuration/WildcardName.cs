namespace Parley.Gateway.Configuration;

/// <summary>Names of models with one <c>*</c>, which stands for at least one character: <c>azure/*</c>, <c>gpt-*</c>.</summary>
internal static class WildcardName
{
    /// <summary>True for a name with a <c>*</c>.</summary>
    public static bool Is(string name) => name.Contains('*', StringComparison.Ordinal);

    /// <summary>True when <paramref name="name"/> is one that <paramref name="pattern"/> stands for.</summary>
    public static bool Matches(string pattern, string name)
    {
        var star = pattern.IndexOf('*', StringComparison.Ordinal);
        return star >= 0 && name.Length >= pattern.Length
            && name.AsSpan().StartsWith(pattern.AsSpan(0, star), StringComparison.Ordinal)
            && name.AsSpan().EndsWith(pattern.AsSpan(star + 1), StringComparison.Ordinal);
    }
}
