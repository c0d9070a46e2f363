using System.Text;

namespace Parley.Gateway.Ledger;

/// <summary>Gives the same string for the same bytes while a journal is read back: names repeat in nearly every record.</summary>
internal sealed class PooledStrings
{
    private const int Capacity = 1024;
    private readonly Dictionary<string, string> _known = new(StringComparer.Ordinal);

    /// <summary>The text of the bytes.</summary>
    public string Get(ReadOnlySpan<byte> utf8)
    {
        Span<char> chars = stackalloc char[128];
        if (utf8.Length > chars.Length) return Encoding.UTF8.GetString(utf8);
        var text = chars[..Encoding.UTF8.GetChars(utf8, chars)];
        var lookup = _known.GetAlternateLookup<ReadOnlySpan<char>>();
        if (lookup.TryGetValue(text, out var known)) return known;
        if (_known.Count == Capacity) _known.Clear();
        lookup[text] = known = text.ToString();
        return known;
    }
}
