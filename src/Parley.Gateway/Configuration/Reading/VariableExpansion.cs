using System.Text;

namespace Parley.Gateway.Configuration.Reading;

/// <summary>Puts the values of variables in place of <c>${NAME}</c>; <c>$${</c> stands for a literal <c>${</c>. Values are not expanded again.</summary>
internal static class VariableExpansion
{
    /// <summary>Expands <paramref name="text"/>. <paramref name="used"/> gets every name, <paramref name="missing"/> those without a value.</summary>
    /// <returns>The text, or null when a <c>${</c> is not closed or holds no name.</returns>
    public static string? Expand(string text, IReadOnlyDictionary<string, string> variables, List<string> used, List<string> missing)
    {
        if (!text.Contains("${", StringComparison.Ordinal))
            return text;
        var result = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (At(text, i, "$${"))
            {
                result.Append("${");
                i += 2;
            }
            else if (At(text, i, "${"))
            {
                var end = text.IndexOf('}', i);
                if (end < 0 || !IsName(text.AsSpan(i + 2, end - i - 2)))
                    return null;
                var name = text.Substring(i + 2, end - i - 2);
                used.Add(name);
                // An empty variable is one that was forgotten: compose files hand on unset ones as empty.
                if (variables.TryGetValue(name, out var value) && value.Length > 0)
                    result.Append(value);
                else
                    missing.Add(name);
                i = end;
            }
            else
            {
                result.Append(text[i]);
            }
        }

        return result.ToString();
    }

    /// <summary>True when <see cref="Expand"/> would put a variable in, or complain of a <c>${</c> that is none.</summary>
    public static bool IsAsked(string text)
    {
        for (var i = text.IndexOf("${", StringComparison.Ordinal); i >= 0; i = text.IndexOf("${", i + 2, StringComparison.Ordinal))
        {
            if (i == 0 || text[i - 1] != '$')
                return true;
        }

        return false;
    }

    private static bool At(string text, int index, string what) => string.CompareOrdinal(text, index, what, 0, what.Length) == 0;

    private static bool IsName(ReadOnlySpan<char> name)
    {
        if (name.IsEmpty || char.IsAsciiDigit(name[0]))
            return false;
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '_')
                return false;
        }

        return true;
    }
}
