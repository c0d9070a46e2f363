using Parley.Dialects.Json;

namespace Parley.Dialects.GeminiContent;

/// <summary>Google's JSON is that of protocol buffers: every member may be spelled <c>inlineData</c> or <c>inline_data</c>.</summary>
internal static class GeminiName
{
    /// <summary>True when the name is <paramref name="camel"/> in either spelling.</summary>
    internal static bool Is(JsonString name, ReadOnlySpan<byte> camel)
    {
        var span = name.Span;
        if (span.SequenceEqual(camel)) return true;
        if (span.Contains((byte)'\\')) span = name.ToUtf8().Span;
        else if (!span.Contains((byte)'_')) return false;
        var at = 0;
        foreach (var letter in camel)
        {
            var expected = letter;
            if (char.IsAsciiLetterUpper((char)letter) && at < span.Length && span[at] == '_')
            {
                at++;
                expected = (byte)(letter | 0x20);
            }

            if (at >= span.Length || span[at++] != expected) return false;
        }

        return at == span.Length;
    }

    /// <summary>The member of this name in either spelling; none when it is missing or <c>null</c>, which means the same here.</summary>
    internal static JsonValue Member(JsonValue value, ReadOnlySpan<byte> camel)
    {
        foreach (var member in value.Members)
        {
            if (Is(member.Name, camel)) return member.Value.HasValue ? member.Value : default;
        }

        return default;
    }
}
