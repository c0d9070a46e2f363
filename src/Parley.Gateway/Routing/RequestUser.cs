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
            ?? Hash(envelope.ReadMember(EnvelopeProperty.Metadata, body, "user_id"u8));
    }

    private static ulong? Hash(in RequestEnvelope envelope, EnvelopeProperty property, ReadOnlySpan<byte> body)
    {
        if (envelope.TryGetUnescaped(property, body, out var utf8)) return utf8.IsEmpty ? null : StableHash.Of(utf8);
        return Hash(envelope.ReadString(property, body));
    }

    private static ulong? Hash(string? text) => text is { Length: > 0 } ? StableHash.Of(text) : null;
}
