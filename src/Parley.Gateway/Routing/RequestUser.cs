using System.Text.Json;
using Parley.Dialects.Splicing;
using Parley.Gateway.Exchange;

namespace Parley.Gateway.Routing;

/// <summary>Whom a request says it is made for: OpenAI's <c>user</c>, its newer <c>safety_identifier</c>, Anthropic's <c>metadata.user_id</c>.</summary>
internal static class RequestUser
{
    /// <summary>A hash of it; null when the request names nobody.</summary>
    internal static ulong? Hash(GatewayExchange exchange)
    {
        var body = exchange.Body.Span;
        ref var envelope = ref exchange.Envelope;
        return Hash(in envelope, EnvelopeProperty.User, body)
            ?? Hash(in envelope, EnvelopeProperty.SafetyIdentifier, body)
            ?? HashOfMetadata(in envelope, body);
    }

    private static ulong? Hash(in RequestEnvelope envelope, EnvelopeProperty property, ReadOnlySpan<byte> body)
    {
        if (envelope.TryGetUnescaped(property, body, out var utf8)) return utf8.IsEmpty ? null : StableHash.Of(utf8);
        return envelope.ReadString(property, body) is { Length: > 0 } text ? StableHash.Of(text) : null;
    }

    private static ulong? HashOfMetadata(in RequestEnvelope envelope, ReadOnlySpan<byte> body)
    {
        if (envelope.Kind(EnvelopeProperty.Metadata) != JsonTokenType.StartObject) return null;
        var reader = new Utf8JsonReader(envelope.Value(EnvelopeProperty.Metadata).Of(body));
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isIt = reader.ValueTextEquals("user_id"u8);
            reader.Read();
            if (isIt && reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length > 0) return Hash(ref reader);
            reader.Skip();
        }

        return null;
    }

    private static ulong? Hash(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped) return StableHash.Of(reader.ValueSpan);
        try
        {
            return StableHash.Of(reader.GetString());
        }
        catch (InvalidOperationException)
        {
            return null; // half of a surrogate pair: no text
        }
    }
}
