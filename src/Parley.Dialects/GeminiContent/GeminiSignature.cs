using System.Buffers.Text;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.GeminiContent;

/// <summary>
/// <c>thoughtSignature</c> is bytes, so base64: Google's own travel as they are, those of other families as base64 of what
/// <see cref="ReasoningCarrier"/> packs.
/// </summary>
internal static class GeminiSignature
{
    /// <summary>Google's documented value for a call whose signature is lost (https://ai.google.dev/gemini-api/docs/thought-signatures).</summary>
    internal static ReadOnlySpan<byte> Skip => "skip_thought_signature_validator"u8;

    // base64 of the first six bytes of the carrier's mark, "parley": what a foreign signature begins with.
    private static ReadOnlySpan<byte> ForeignMark => "cGFybGV5"u8;

    /// <summary>Puts a signature into the part: Google's own as it is, a packed one taken apart.</summary>
    internal static void Read(JsonString signature, ReasoningPart part)
    {
        if (signature.StartsWith(ForeignMark) && TryDecode(signature, out var packed) && ReasoningCarrier.TryUnpack(packed, part)) return;
        part.Origin = ReasoningOrigin.Gemini;
        part.Signature = signature;
    }

    /// <summary>The value of <c>thoughtSignature</c> for a signature of whatever origin; none for none.</summary>
    internal static JsonString Pack(ReasoningOrigin origin, bool isRedacted, JsonString reference, JsonString value)
    {
        if (value.IsEmpty) return default;
        if (origin == ReasoningOrigin.Gemini && !isRedacted) return value;
        var packed = ReasoningCarrier.Pack(origin, isRedacted, reference, value).ToUtf8().Span;
        var base64 = new byte[Base64.GetMaxEncodedToUtf8Length(packed.Length)];
        Base64.EncodeToUtf8(packed, base64, out _, out var written);
        return new JsonString(base64.AsMemory(0, written));
    }

    private static bool TryDecode(JsonString signature, out JsonString packed)
    {
        var text = signature.ToUtf8().Span;
        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        var isValid = Base64.DecodeFromUtf8(text, bytes, out _, out var written) == System.Buffers.OperationStatus.Done;
        packed = isValid ? JsonString.Escape(bytes.AsSpan(0, written)) : default;
        return isValid;
    }
}
