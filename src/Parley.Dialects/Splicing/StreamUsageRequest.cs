using System.Text.Json;

namespace Parley.Dialects.Splicing;

/// <summary>Whether a request asks for usage at the end of its stream (<c>stream_options: {"include_usage": true}</c>).</summary>
public static class StreamUsageRequest
{
    /// <summary>True when the client itself asked: only then may it be sent usage.</summary>
    public static bool WasAsked(ReadOnlySpan<byte> body, in RequestEnvelope envelope) =>
        envelope.Kind(EnvelopeProperty.StreamOptions) == JsonTokenType.StartObject
        && Find(envelope.Value(EnvelopeProperty.StreamOptions).Of(body), out _) == JsonTokenType.True;

    /// <summary>
    /// Finds <c>include_usage</c> in the object that <c>stream_options</c> is: its first token and where its value stands in
    /// <paramref name="options"/>; <see cref="JsonTokenType.None"/> when absent. Of several the last one counts, as it does for
    /// every provider's parser that does not refuse them.
    /// </summary>
    internal static JsonTokenType Find(ReadOnlySpan<byte> options, out ByteRange value)
    {
        value = default;
        var found = JsonTokenType.None;
        var reader = new Utf8JsonReader(options);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isIt = JsonText.ContentEquals(reader.ValueSpan, "include_usage"u8);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            var kind = reader.TokenType;
            reader.Skip();
            if (!isIt) continue;
            found = kind;
            value = new(start, (int)reader.BytesConsumed - start);
        }

        return found;
    }
}
