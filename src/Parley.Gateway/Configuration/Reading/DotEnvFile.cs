namespace Parley.Gateway.Configuration.Reading;

/// <summary>
/// Reads a <c>.env</c> file: <c>KEY=VALUE</c> lines, <c>export </c> before them, comments, values in single quotes (as they are)
/// or double quotes (<c>\n \r \t \" \\ \$</c>). An unquoted value ends at <c> #</c>.
/// </summary>
internal static class DotEnvFile
{
    public static Dictionary<string, string> Parse(string text, string file, ConfigurationProblems problems)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var number = 0;
        foreach (var raw in text.EnumerateLines())
        {
            number++;
            var line = raw.Trim();
            if (line.IsEmpty || line[0] == '#')
                continue;
            if (line.StartsWith("export ", StringComparison.Ordinal))
                line = line[7..].TrimStart();
            var equals = line.IndexOf('=');
            if (equals <= 0 || !IsName(line[..equals].TrimEnd()))
            {
                problems.Error(file, "", number, 1, "not a KEY=VALUE line. Write NAME=value, or put # before a comment.");
                continue;
            }

            var name = line[..equals].TrimEnd().ToString();
            if (Value(line[(equals + 1)..].TrimStart()) is { } value)
                values[name] = value;
            else
                problems.Error(file, name, number, 1, "the quoted value is not closed on its line. Add the closing quote, with nothing but a comment after it.");
        }

        return values;
    }

    private static string? Value(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
            return "";
        if (text[0] == '\'')
        {
            var end = text[1..].IndexOf('\'');
            return end >= 0 && NothingAfter(text[(end + 2)..]) ? text.Slice(1, end).ToString() : null;
        }

        if (text[0] == '"')
            return DoubleQuoted(text[1..]);
        if (text[0] == '#')
            return "";
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] == '#' && char.IsWhiteSpace(text[i - 1]))
                return text[..i].TrimEnd().ToString();
        }

        return text.TrimEnd().ToString();
    }

    private static string? DoubleQuoted(ReadOnlySpan<char> text)
    {
        var result = new System.Text.StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '"')
                return NothingAfter(text[(i + 1)..]) ? result.ToString() : null;
            if (text[i] != '\\' || i + 1 == text.Length)
            {
                result.Append(text[i]);
                continue;
            }

            i++;
            _ = text[i] switch
            {
                'n' => result.Append('\n'),
                'r' => result.Append('\r'),
                't' => result.Append('\t'),
                '"' or '\\' or '$' => result.Append(text[i]),
                _ => result.Append('\\').Append(text[i]),
            };
        }

        return null;
    }

    private static bool NothingAfter(ReadOnlySpan<char> rest)
    {
        rest = rest.TrimStart();
        return rest.IsEmpty || rest[0] == '#';
    }

    private static bool IsName(ReadOnlySpan<char> name)
    {
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '.' or '-'))
                return false;
        }

        return !name.IsEmpty && !char.IsAsciiDigit(name[0]);
    }
}
