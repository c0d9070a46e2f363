using System.Text.Json;

namespace Parley.Dialects.Splicing;

/// <summary>Numbers and the three literals, checked where they stand.</summary>
internal static class JsonScalar
{
    /// <summary>
    /// The length of the number or literal at the start of <paramref name="text"/>, zero when there is none. What follows must be
    /// the end, white space or punctuation: <c>truex</c> and <c>1x</c> are none.
    /// </summary>
    internal static int Read(ReadOnlySpan<byte> text, out JsonTokenType kind)
    {
        kind = JsonTokenType.None;
        var length = 0;
        switch (text[0])
        {
            case (byte)'t':
                kind = JsonTokenType.True;
                length = text.StartsWith("true"u8) ? 4 : 0;
                break;
            case (byte)'f':
                kind = JsonTokenType.False;
                length = text.StartsWith("false"u8) ? 5 : 0;
                break;
            case (byte)'n':
                kind = JsonTokenType.Null;
                length = text.StartsWith("null"u8) ? 4 : 0;
                break;
            case (byte)'-' or (>= (byte)'0' and <= (byte)'9'):
                kind = JsonTokenType.Number;
                length = Number(text);
                break;
        }

        return length == 0 || length == text.Length || Ends(text[length]) ? length : 0;
    }

    // RFC 8259: [ minus ] int [ frac ] [ exp ], no leading zeros.
    private static int Number(ReadOnlySpan<byte> text)
    {
        var i = text[0] == '-' ? 1 : 0;
        var digits = Digits(text[i..]);
        if (digits == 0 || (digits > 1 && text[i] == '0')) return 0;
        i += digits;
        if (i < text.Length && text[i] == '.')
        {
            digits = Digits(text[++i..]);
            if (digits == 0) return 0;
            i += digits;
        }

        if (i < text.Length && text[i] is (byte)'e' or (byte)'E')
        {
            i++;
            if (i < text.Length && text[i] is (byte)'+' or (byte)'-') i++;
            digits = Digits(text[i..]);
            if (digits == 0) return 0;
            i += digits;
        }

        return i;
    }

    private static int Digits(ReadOnlySpan<byte> text)
    {
        var i = 0;
        while (i < text.Length && text[i] is >= (byte)'0' and <= (byte)'9') i++;
        return i;
    }

    private static bool Ends(byte next) =>
        next is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t' or (byte)',' or (byte)'}' or (byte)']';
}
