using System.Globalization;
using System.Text;
using Parley.Dialects.Json;

namespace Parley.Gateway.Agents;

/// <summary>Reads a JSON string as text that keeps half a character: streams cut text anywhere, also between the two escapes of one character.</summary>
internal static class AgentText
{
    /// <summary>The text; empty for what is no string.</summary>
    internal static string Of(JsonValue value) => value.IsString ? Of(value.AsString().Span) : "";

    private static string Of(ReadOnlySpan<byte> escaped)
    {
        var escape = escaped.IndexOf((byte)'\\');
        if (escape < 0) return Encoding.UTF8.GetString(escaped);
        var text = new StringBuilder(escaped.Length);
        while (escape >= 0)
        {
            text.Append(Encoding.UTF8.GetString(escaped[..escape]));
            var isCode = escaped[escape + 1] == (byte)'u';
            text.Append(isCode ? (char)ushort.Parse(escaped.Slice(escape + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) : Plain(escaped[escape + 1]));
            escaped = escaped[(escape + (isCode ? 6 : 2))..];
            escape = escaped.IndexOf((byte)'\\');
        }

        return text.Append(Encoding.UTF8.GetString(escaped)).ToString();
    }

    private static char Plain(byte letter) => letter switch
    {
        (byte)'b' => '\b',
        (byte)'f' => '\f',
        (byte)'n' => '\n',
        (byte)'r' => '\r',
        (byte)'t' => '\t',
        _ => (char)letter,
    };
}
