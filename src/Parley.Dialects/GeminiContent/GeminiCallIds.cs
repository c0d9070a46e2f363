using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Parley.Dialects.Json;

namespace Parley.Dialects.GeminiContent;

/// <summary>Ids for the calls of answers that have none, as Gemini's before 3: always the same for the same answer, and others for every other.</summary>
internal static class GeminiCallIds
{
    private const int HashLength = 16;

    /// <summary>The id of an answer: the provider's, or what <see cref="Mark"/> gave, and the call's place in it.</summary>
    internal static JsonString Make(ReadOnlySpan<byte> answer, int part) => new((byte[])[.. "call_"u8, .. answer, (byte)'_', .. Digits(part)]);

    /// <summary>What stands for the id of an answer that has none: <c>g</c> and a hash of its first response.</summary>
    internal static byte[] Mark(ReadOnlySpan<byte> first) =>
        [(byte)'g', .. Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(first)))[..HashLength]];

    /// <summary>True for an id that was made here, which Google's own dialect does not need back.</summary>
    internal static bool IsMade(JsonString id, JsonString responseId, int part)
    {
        if (!id.IsPresent) return false;
        if (!responseId.IsEmpty) return id.Span.SequenceEqual(Make(responseId.Span, part).Span);
        var span = id.Span;
        return span.StartsWith("call_g"u8) && span.Length > 7 + HashLength && span[6 + HashLength] == '_' && span[(7 + HashLength)..].SequenceEqual(Digits(part));
    }

    private static byte[] Digits(int part) => Encoding.ASCII.GetBytes(part.ToString(CultureInfo.InvariantCulture));
}
