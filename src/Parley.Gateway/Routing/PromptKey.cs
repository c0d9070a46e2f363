using System.Text.Json;
using Parley.Dialects;
using Parley.Dialects.Splicing;
using Parley.Gateway.Exchange;

namespace Parley.Gateway.Routing;

/// <summary>
/// What <c>pick: prompt-cache</c> goes by: a hash of <c>prompt_cache_key</c>, else of what requests have in common at their beginning
/// (tools and system text), else of the first thing that is said, which stays the same from turn to turn of one conversation.
/// </summary>
/// <remarks>
/// Of the bytes as they came, without an allocation: a provider's cache goes by the exact prefix too. The caller's key is not part of it: a
/// provider's cache belongs to the account, which all callers share, and the hash chooses a target but opens nothing.
/// </remarks>
internal static class PromptKey
{
    // A prefix that is the same up to here is the same for every provider's cache; a picture in the first message may be megabytes.
    private const int MostBytes = 64 * 1024;

    /// <summary>Never zero, but for operations that have no prompt.</summary>
    internal static ulong Of(GatewayExchange exchange) =>
        exchange.Surface is { Operation: Operation.Embeddings } or { Dialect: Dialect.Opaque } ? 0 : Of(exchange.Surface.Dialect, exchange.Body.Span, in exchange.Envelope);

    /// <summary>The same of a body and its scan.</summary>
    internal static ulong Of(Dialect dialect, ReadOnlySpan<byte> body, in RequestEnvelope envelope)
    {
        if (envelope.Kind(EnvelopeProperty.PromptCacheKey) == JsonTokenType.String && envelope.Value(EnvelopeProperty.PromptCacheKey) is { Length: > 2 } key)
            return NotZero(StableHash.OfMany(key.Of(body)));

        var (system, turns) = dialect switch
        {
            Dialect.OpenAIResponses => (EnvelopeProperty.Instructions, EnvelopeProperty.Input),
            Dialect.AnthropicMessages => (EnvelopeProperty.System, EnvelopeProperty.Messages),
            Dialect.GeminiContent when envelope.Has(EnvelopeProperty.SystemInstructionInSnakeCase) => (EnvelopeProperty.SystemInstructionInSnakeCase, EnvelopeProperty.Contents),
            Dialect.GeminiContent => (EnvelopeProperty.SystemInstruction, EnvelopeProperty.Contents),
            // Chat has its system text among the messages alone.
            _ => (EnvelopeProperty.Messages, EnvelopeProperty.Messages),
        };
        var hash = 0UL;
        var isFound = Add(ref hash, EnvelopeProperty.Tools, body, in envelope);
        if (system != turns) isFound |= Add(ref hash, system, body, in envelope);
        var beginning = BeginningOf(envelope.Value(turns).Of(body), out var isSystem);
        if (isSystem || !isFound) hash = StableHash.Of(hash, HashOf(beginning));
        return NotZero(hash);
    }

    private static bool Add(ref ulong hash, EnvelopeProperty property, ReadOnlySpan<byte> body, in RequestEnvelope envelope)
    {
        // `"tools": null` and `[]` say as little as nothing does.
        if (envelope.Kind(property) == JsonTokenType.Null || envelope.Value(property) is not { Length: > 2 } value) return false;
        hash = StableHash.Of(hash ^ (property == EnvelopeProperty.Tools ? 1UL : 2UL), HashOf(value.Of(body)));
        return true;
    }

    // The system and developer messages that a list of turns begins with; where there are none, the first turn.
    private static ReadOnlySpan<byte> BeginningOf(ReadOnlySpan<byte> turns, out bool isSystem)
    {
        isSystem = false;
        if (turns.IsEmpty || turns[0] != (byte)'[') return turns;
        var read = turns.Length > MostBytes ? turns[..MostBytes] : turns;
        var reader = new Utf8JsonReader(read, isFinalBlock: false, default);
        reader.Read();
        var (start, end) = (0, 0);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var at = (int)reader.TokenStartIndex;
            if (!IsSystem(ref reader)) return isSystem ? read[start..end] : read[at..EndOf(ref reader, read.Length)];
            if (!isSystem) start = at;
            isSystem = true;
            end = EndOf(ref reader, read.Length);
        }

        return read[start..end];
    }

    // Reads one message until it is known whose it is: a role spelled with escapes is only a key of its own.
    private static bool IsSystem(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject) return false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isRole = reader.ValueSpan.SequenceEqual("role"u8);
            if (!reader.Read()) return false;
            if (isRole) return reader.TokenType == JsonTokenType.String && (reader.ValueSpan.SequenceEqual("system"u8) || reader.ValueSpan.SequenceEqual("developer"u8));
            if (!reader.TrySkip()) return false;
        }

        return false;
    }

    // Reads the element that the reader is in to its end, or to the end of what is read at all.
    private static int EndOf(ref Utf8JsonReader reader, int length)
    {
        while (reader.CurrentDepth > 1)
        {
            if (!reader.Read()) return length;
        }

        return reader.TrySkip() ? (int)reader.BytesConsumed : length;
    }

    private static ulong HashOf(ReadOnlySpan<byte> value) => StableHash.OfMany(value.Length > MostBytes ? value[..MostBytes] : value);

    private static ulong NotZero(ulong hash) => hash == 0 ? 1 : hash;
}
