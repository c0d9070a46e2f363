using System.Buffers;
using System.Text;

namespace Parley.Dialects.Forms;

/// <summary>The header lines in front of one part, as far as they say which field it is.</summary>
internal ref struct FormPartHead
{
    private const int LongestHead = 8 * 1024;

    // RFC 9110 §5.6.2
    private static readonly SearchValues<byte> TokenBytes = SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>The field's name, as it stands.</summary>
    internal ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>True for a field whose value is its bytes: no file, and no transfer encoding that some server would undo.</summary>
    internal bool IsPlain { get; private set; }

    /// <summary>How many bytes it has, the empty line included.</summary>
    internal int Length { get; private set; }

    /// <summary>False when it is no head of a form's part.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> bytes, out FormPartHead head)
    {
        head = new FormPartHead { IsPlain = true };
        var end = bytes[..Math.Min(bytes.Length, LongestHead)].IndexOf("\r\n\r\n"u8);
        if (end <= 0) return false;
        head.Length = end + 4;
        var lines = bytes[..end];
        var hasDisposition = false;
        while (!lines.IsEmpty)
        {
            var stop = lines.IndexOf("\r\n"u8);
            var line = stop < 0 ? lines : lines[..stop];
            lines = stop < 0 ? default : lines[(stop + 2)..];
            if (!TryReadLine(line, ref head, ref hasDisposition)) return false;
        }

        return hasDisposition && !head.Name.IsEmpty;
    }

    private static bool TryReadLine(ReadOnlySpan<byte> line, ref FormPartHead head, ref bool hasDisposition)
    {
        // A folded line begins with white space, and has no name then.
        var colon = line.IndexOf((byte)':');
        if (colon <= 0 || line[..colon].ContainsAnyExcept(TokenBytes) || line.ContainsAnyInRange((byte)0, (byte)8) || line.ContainsAnyInRange((byte)10, (byte)31)) return false;
        var value = line[(colon + 1)..].Trim(" \t"u8);
        if (Ascii.EqualsIgnoreCase(line[..colon], "Content-Transfer-Encoding"u8))
        {
            head.IsPlain &= Ascii.EqualsIgnoreCase(value, "7bit"u8) || Ascii.EqualsIgnoreCase(value, "8bit"u8) || Ascii.EqualsIgnoreCase(value, "binary"u8);
            return true;
        }

        if (!Ascii.EqualsIgnoreCase(line[..colon], "Content-Disposition"u8)) return true;
        if (hasDisposition) return false;
        hasDisposition = true;
        return TryReadDisposition(value, ref head);
    }

    // form-data; name="model"; filename="a.wav"
    private static bool TryReadDisposition(ReadOnlySpan<byte> value, ref FormPartHead head)
    {
        if (!Ascii.EqualsIgnoreCase(TakeToken(ref value), "form-data"u8)) return false;
        while (true)
        {
            value = value.TrimStart(" \t"u8);
            if (value.IsEmpty) return true;
            if (value[0] != ';') return false;
            value = value[1..].TrimStart(" \t"u8);
            // Some clients end the line with a semicolon.
            if (value.IsEmpty) return true;
            var parameter = TakeToken(ref value);
            if (parameter.IsEmpty || value.IsEmpty || value[0] != '=') return false;
            value = value[1..];
            if (!TryTakeValue(ref value, out var text)) return false;
            if (BeginsWith(parameter, "name"u8))
            {
                // `name*` would be read by some in place of `name`; an escape in it is undone by some and not by others.
                if (parameter.Length != 4 || !head.Name.IsEmpty || text.IsEmpty || text.Contains((byte)'\\')) return false;
                head.Name = text;
            }

            head.IsPlain &= !BeginsWith(parameter, "filename"u8);
        }
    }

    private static bool BeginsWith(ReadOnlySpan<byte> parameter, ReadOnlySpan<byte> name) =>
        parameter.Length >= name.Length && Ascii.EqualsIgnoreCase(parameter[..name.Length], name);

    private static ReadOnlySpan<byte> TakeToken(scoped ref ReadOnlySpan<byte> value)
    {
        var length = value.IndexOfAnyExcept(TokenBytes);
        var token = length < 0 ? value : value[..length];
        value = value[token.Length..];
        return token;
    }

    private static bool TryTakeValue(scoped ref ReadOnlySpan<byte> value, out ReadOnlySpan<byte> text)
    {
        if (value.IsEmpty || value[0] != '"')
        {
            text = TakeToken(ref value);
            return !text.IsEmpty;
        }

        for (var at = 1; at < value.Length; at++)
        {
            if (value[at] == '\\') at++;
            else if (value[at] == '"')
            {
                text = value[1..at];
                value = value[(at + 1)..];
                return true;
            }
        }

        text = default;
        return false;
    }
}
