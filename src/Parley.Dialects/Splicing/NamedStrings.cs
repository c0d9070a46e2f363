namespace Parley.Dialects.Splicing;

/// <summary>
/// Finds the string values of the members with one name, at whatever depth, by a vectorised search for the name: JSON text of megabytes is
/// not parsed for them. A text inside a string cannot be taken for a member, because its quotes are escaped.
/// </summary>
public static class NamedStrings
{
    /// <summary>Goes to the next value.</summary>
    /// <param name="json">JSON text, or a piece of it.</param>
    /// <param name="name">The member's name with its quotes.</param>
    /// <param name="at">
    /// Where to go on. After <see langword="false"/> it is where a name or value began that the text did not finish; the text's length when
    /// there is none, and nothing before it is needed again.
    /// </param>
    /// <param name="content">The inside of the string, escapes and all.</param>
    public static bool TryNext(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name, ref int at, out ReadOnlySpan<byte> content)
    {
        content = default;
        while (at < json.Length)
        {
            var found = json[at..].IndexOf(name);
            if (found < 0)
            {
                at = UnfinishedName(json, name, at);
                return false;
            }

            var start = at + found;
            var value = SkipSpace(json, start + name.Length);
            if (value < json.Length && json[value] != ':')
            {
                at = start + name.Length;
                continue;
            }

            value = SkipSpace(json, value + 1);
            if (value < json.Length && json[value] != '"')
            {
                at = value;
                continue;
            }

            var end = value < json.Length ? EndOf(json, value + 1) : -1;
            if (end < 0)
            {
                at = start;
                return false;
            }

            content = json[(value + 1)..end];
            at = end + 1;
            return true;
        }

        return false;
    }

    private static int UnfinishedName(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name, int at)
    {
        for (var from = Math.Max(at, json.Length - name.Length + 1); from < json.Length; from++)
        {
            if (name.StartsWith(json[from..])) return from;
        }

        return json.Length;
    }

    private static int SkipSpace(ReadOnlySpan<byte> json, int at)
    {
        while (at < json.Length && json[at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t') at++;
        return at;
    }

    private static int EndOf(ReadOnlySpan<byte> json, int at)
    {
        while (at < json.Length)
        {
            var found = json[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (found < 0) return -1;
            at += found;
            if (json[at] == '"') return at;
            at += 2;
        }

        return -1;
    }
}
