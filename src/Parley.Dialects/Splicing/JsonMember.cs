using System.Text.Json;

namespace Parley.Dialects.Splicing;

/// <summary>Finds one member of a small object that is known to be valid JSON.</summary>
internal static class JsonMember
{
    /// <summary>The value's bytes; empty when the member is absent or <paramref name="json"/> is no object.</summary>
    internal static ReadOnlySpan<byte> Of(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name, out JsonTokenType kind)
    {
        kind = JsonTokenType.None;
        if (json.IsEmpty || json[0] is not ((byte)'{' or (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')) return default;
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isIt = JsonText.ContentEquals(reader.ValueSpan, name);
            reader.Read();
            kind = reader.TokenType;
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (isIt) return json[start..(int)reader.BytesConsumed];
        }

        kind = JsonTokenType.None;
        return default;
    }
}
