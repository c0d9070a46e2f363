using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Parley.Dialects.Splicing;

/// <summary>JSON string literals, written into and read from bytes without a writer or a document.</summary>
public static class JsonText
{
    private const int LongestWord = 64;
    private static readonly string?[] Words = new string?[251];

    /// <summary>The most bytes that <see cref="Write"/> may need for a text of so many characters, quotes included.</summary>
    public static int MaxLength(int characters) => 2 + (6 * characters);

    /// <summary>
    /// Writes <paramref name="text"/> as a JSON string literal, quotes included, and says how many bytes that took.
    /// Throws <see cref="ArgumentException"/> when <paramref name="destination"/> is shorter than <see cref="MaxLength"/> asks.
    /// </summary>
    public static int Write(string text, Span<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (destination.Length < MaxLength(text.Length)) throw new ArgumentException("Too small for the literal.", nameof(destination));
        destination[0] = (byte)'"';
        var written = 1;
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            var plain = rest.IndexOfAny(NeedsEscape);
            if (plain < 0) plain = rest.Length;
            // A lone surrogate becomes U+FFFD, as everywhere in .NET.
            written += Encoding.UTF8.GetBytes(rest[..plain], destination[written..]);
            if (plain == rest.Length) break;
            written += Escape(rest[plain], destination[written..]);
            rest = rest[(plain + 1)..];
        }

        destination[written++] = (byte)'"';
        return written;
    }

    /// <summary>The text of a JSON string literal (quotes included); null when its escapes make no valid text (a lone surrogate).</summary>
    internal static string? Read(ReadOnlySpan<byte> literal)
    {
        var content = literal[1..^1];
        if (!content.Contains((byte)'\\')) return Encoding.UTF8.GetString(content);
        var reader = new Utf8JsonReader(literal);
        try
        {
            return reader.Read() ? reader.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null; // \ud800 without its other half: JSON by the grammar, text by no encoding
        }
    }

    /// <summary>
    /// The same for a word that comes again with every answer (a model, a finish reason): the string of the last time, where it is still
    /// known. A few hundred short ASCII texts are kept.
    /// </summary>
    internal static string? ReadWord(ReadOnlySpan<byte> literal)
    {
        var content = literal[1..^1];
        if (content.Length is 0 or > LongestWord) return Read(literal);
        var hash = (uint)content.Length;
        foreach (var value in content) hash = (hash * 31) + value;
        ref var slot = ref Words[hash % (uint)Words.Length];
        if (slot is { } known && Ascii.Equals(content, known) && !content.Contains((byte)'\\')) return known;
        var text = Read(literal);
        if (text is not null && Ascii.IsValid(text) && text.Length <= LongestWord) slot = text;
        return text;
    }

    /// <summary>True when a string's content (without its quotes, escapes and all) says exactly this text. Never throws.</summary>
    internal static bool ContentEquals(ReadOnlySpan<byte> content, ReadOnlySpan<byte> utf8)
    {
        // An escape takes at least two bytes for one and at most six: what is no longer than the text has none, and most names are told
        // apart by their length alone.
        if (content.Length <= utf8.Length) return content.SequenceEqual(utf8);
        if (content.Length > 6 * utf8.Length || !content.Contains((byte)'\\')) return false;
        Span<byte> plain = stackalloc byte[64];
        if (utf8.Length <= plain.Length && TryUnescapeAscii(content, plain, out var written)) return plain[..written].SequenceEqual(utf8);
        var literal = new byte[content.Length + 2];
        literal[0] = literal[^1] = (byte)'"';
        content.CopyTo(literal.AsSpan(1));
        return Read(literal) is { } text && Encoding.UTF8.GetBytes(text).AsSpan().SequenceEqual(utf8);
    }

    /// <summary>Resolves the escapes of a string's content as long as all of it is ASCII; false for anything else.</summary>
    public static bool TryUnescapeAscii(ReadOnlySpan<byte> content, Span<byte> destination, out int written)
    {
        written = 0;
        for (var i = 0; i < content.Length; i++)
        {
            int value = content[i];
            if (value == '\\')
            {
                if (++i == content.Length) return false;
                value = content[i] switch
                {
                    (byte)'b' => '\b',
                    (byte)'f' => '\f',
                    (byte)'n' => '\n',
                    (byte)'r' => '\r',
                    (byte)'t' => '\t',
                    (byte)'u' => Hex(content[(i + 1)..]),
                    var other => other,
                };
                if (content[i] == 'u') i += 4;
            }

            if (value is < 0 or > 127 || written == destination.Length) return false;
            destination[written++] = (byte)value;
        }

        return true;
    }

    private static readonly SearchValues<char> NeedsEscape = SearchValues.Create(
        "\"\\" + string.Concat(Enumerable.Range(0, 32).Select(c => (char)c)));

    private static int Hex(ReadOnlySpan<byte> digits) =>
        digits.Length >= 4 && Utf8Parser.TryParse(digits[..4], out ushort value, out var used, 'x') && used == 4 ? value : -1;

    private static int Escape(char c, Span<byte> destination)
    {
        destination[0] = (byte)'\\';
        if (c is '"' or '\\')
        {
            destination[1] = (byte)c;
            return 2;
        }

        destination[1] = (byte)'u';
        Utf8Formatter.TryFormat((ushort)c, destination[2..], out _, new StandardFormat('x', 4));
        return 6;
    }
}
