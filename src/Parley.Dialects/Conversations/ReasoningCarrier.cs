using System.Text;
using Parley.Dialects.Json;

namespace Parley.Dialects.Conversations;

/// <summary>
/// Carries a family's signature through a dialect that has one field for its own (Anthropic's <c>signature</c> and <c>data</c>,
/// Responses' <c>encrypted_content</c>): the value is marked with its origin, <c>parley1:gemini:s:CALL:VALUE</c>, so that on the
/// way back it is played to that family alone. A value without the mark is the field's own vendor's.
/// </summary>
public static class ReasoningCarrier
{
    private static ReadOnlySpan<byte> Mark => "parley1:"u8;

    /// <summary>Packs what <paramref name="part"/> carries into one value; none when it carries nothing.</summary>
    public static JsonString Pack(ReasoningPart part)
    {
        var isRedacted = part.Redacted.IsPresent;
        var value = isRedacted ? part.Redacted : part.Signature;
        if (value.IsEmpty) return default;
        return Pack(part.Origin, isRedacted, part.CallId.IsPresent ? part.CallId : part.Id, value);
    }

    /// <summary>Packs a value; one that another gateway has packed already stays as it is. <paramref name="reference"/> is the call or item that it belongs to; colons in it do not survive and are escaped.</summary>
    public static JsonString Pack(ReasoningOrigin origin, bool isRedacted, JsonString reference, JsonString value)
    {
        if (IsPacked(value)) return value;
        var header = $"parley1:{Name(origin)}:{(isRedacted ? 'r' : 's')}:{Uri.EscapeDataString(reference.ToText())}:";
        return new JsonString((byte[])[.. Encoding.ASCII.GetBytes(header), .. value.Span]);
    }

    /// <summary>True when the value has our mark.</summary>
    public static bool IsPacked(JsonString value) => IsPacked(value.Span);

    /// <summary>The same for the bytes of a value.</summary>
    public static bool IsPacked(ReadOnlySpan<byte> value) => value.StartsWith(Mark);

    /// <summary>
    /// Takes a value apart into <paramref name="part"/>: origin, signature or redacted data, and the reference (a call's id for
    /// Gemini, the item's id for OpenAI). False, and nothing changed, when the mark is missing or the rest is not ours.
    /// </summary>
    public static bool TryUnpack(JsonString value, ReasoningPart part)
    {
        ArgumentNullException.ThrowIfNull(part);
        var rest = value.Raw;
        if (!IsPacked(value)) return false;
        rest = rest[Mark.Length..];
        if (!Next(ref rest, out var name) || !Next(ref rest, out var kind) || !Next(ref rest, out var reference)) return false;
        if (OriginOf(name.Span) is not { } origin || kind.Length != 1) return false;
        part.Origin = origin;
        if (kind.Span[0] == 'r') part.Redacted = new JsonString(rest);
        else part.Signature = new JsonString(rest);
        if (reference.IsEmpty) return true;
        var text = JsonString.From(Uri.UnescapeDataString(Encoding.UTF8.GetString(reference.Span)));
        if (origin == ReasoningOrigin.OpenAI) part.Id = text;
        else part.CallId = text;
        return true;
    }

    private static string Name(ReasoningOrigin origin) => origin switch
    {
        ReasoningOrigin.Anthropic => "anthropic",
        ReasoningOrigin.OpenAI => "openai",
        ReasoningOrigin.Gemini => "gemini",
        ReasoningOrigin.Bedrock => "bedrock",
        _ => "none",
    };

    private static ReasoningOrigin? OriginOf(ReadOnlySpan<byte> name) => name switch
    {
        _ when name.SequenceEqual("anthropic"u8) => ReasoningOrigin.Anthropic,
        _ when name.SequenceEqual("openai"u8) => ReasoningOrigin.OpenAI,
        _ when name.SequenceEqual("gemini"u8) => ReasoningOrigin.Gemini,
        _ when name.SequenceEqual("bedrock"u8) => ReasoningOrigin.Bedrock,
        _ when name.SequenceEqual("none"u8) => ReasoningOrigin.None,
        _ => null,
    };

    private static bool Next(ref ReadOnlyMemory<byte> rest, out ReadOnlyMemory<byte> token)
    {
        var colon = rest.Span.IndexOf((byte)':');
        token = colon < 0 ? default : rest[..colon];
        if (colon < 0) return false;
        rest = rest[(colon + 1)..];
        return true;
    }
}
