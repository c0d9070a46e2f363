using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Parley.Dialects.Json;

/// <summary>Escapes and unescapes the content of JSON strings, on UTF-8 bytes.</summary>
internal static class JsonEscapes
{
    private static readonly SearchValues<byte> MustEscape = SearchValues.Create([(byte)'"', (byte)'\\', .. Enumerable.Range(0, 32).Select(i => (byte)i)]);

    internal static bool IsNeeded(ReadOnlySpan<byte> utf8) => utf8.ContainsAny(MustEscape);

    /// <summary>
    /// How many characters of UTF-16 the content of a string is: what OpenAI's positions in a text are counted in here. A character that
    /// is cut between two pieces, as two escapes, counts one in each.
    /// </summary>
    internal static int CountUtf16(ReadOnlySpan<byte> content)
    {
        var count = 0;
        while (true)
        {
            var plain = content.IndexOf((byte)'\\');
            count += Encoding.UTF8.GetCharCount(plain < 0 ? content : content[..plain]);
            if (plain < 0 || plain + 1 >= content.Length) return count;
            count++;
            var used = plain + (content[plain + 1] == (byte)'u' ? 6 : 2);
            if (used >= content.Length) return count;
            content = content[used..];
        }
    }

    internal static void Escape(ReadOnlySpan<byte> utf8, IBufferWriter<byte> output)
    {
        while (true)
        {
            var plain = utf8.IndexOfAny(MustEscape);
            if (plain < 0)
            {
                output.Write(utf8);
                return;
            }

            output.Write(utf8[..plain]);
            WriteEscape(utf8[plain], output);
            utf8 = utf8[(plain + 1)..];
        }
    }

    /// <summary>Resolves the escapes. A lone surrogate becomes U+FFFD, since UTF-8 has no form for it.</summary>
    internal static byte[] Unescape(ReadOnlySpan<byte> content)
    {
        var result = new byte[content.Length];
        var written = 0;
        while (true)
        {
            var plain = content.IndexOf((byte)'\\');
            if (plain < 0)
            {
                content.CopyTo(result.AsSpan(written));
                return result.AsSpan(0, written + content.Length).ToArray();
            }

            content[..plain].CopyTo(result.AsSpan(written));
            written += plain;
            content = content[plain..];
            var used = ReadEscape(content, out var rune);
            written += rune.EncodeToUtf8(result.AsSpan(written));
            content = content[used..];
        }
    }

    private static int ReadEscape(ReadOnlySpan<byte> at, out Rune rune)
    {
        if (at[1] != 'u')
        {
            rune = new Rune((char)(at[1] switch { (byte)'b' => 8, (byte)'f' => 12, (byte)'n' => 10, (byte)'r' => 13, (byte)'t' => 9, var other => other }));
            return 2;
        }

        var first = Unit(at);
        if (Rune.TryCreate(first, out rune)) return 6;
        if (char.IsHighSurrogate(first) && at.Length >= 12 && at[6] == '\\' && at[7] == 'u' && Rune.TryCreate(first, Unit(at[6..]), out rune)) return 12;
        rune = Rune.ReplacementChar;
        return 6;
    }

    private static char Unit(ReadOnlySpan<byte> at) => Utf8Parser.TryParse(at.Slice(2, 4), out ushort value, out _, 'x') ? (char)value : '\uFFFD';

    private static void WriteEscape(byte value, IBufferWriter<byte> output)
    {
        ReadOnlySpan<byte> word = value switch
        {
            (byte)'"' => "\\\""u8,
            (byte)'\\' => "\\\\"u8,
            (byte)'\n' => "\\n"u8,
            (byte)'\r' => "\\r"u8,
            (byte)'\t' => "\\t"u8,
            _ => default,
        };
        if (!word.IsEmpty)
        {
            output.Write(word);
            return;
        }

        var span = output.GetSpan(6);
        "\\u00"u8.CopyTo(span);
        value.TryFormat(span[4..], out _, "x2", CultureInfo.InvariantCulture);
        output.Advance(6);
    }
}
