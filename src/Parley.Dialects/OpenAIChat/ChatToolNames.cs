using System.Security.Cryptography;
using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIChat;

/// <summary>
/// Names and ids that OpenAI takes. A tool's name has <c>[a-zA-Z0-9_-]</c>, at most 64 of them; a call's id at most 40 characters.
/// The same name always gives the same one, so that calls, results and choices still fit together.
/// </summary>
public static class ChatToolNames
{
    private const int LongestName = 64;
    private const int LongestId = 40;

    /// <summary>The name itself when OpenAI takes it, else one like it with a hash of the whole behind it.</summary>
    public static JsonString Valid(JsonString name)
    {
        if (IsValid(name.Span)) return name;
        var utf8 = name.ToUtf8().Span;
        var text = new System.Text.StringBuilder(LongestName);
        foreach (var value in utf8)
        {
            if (text.Length == LongestName - 9) break;
            text.Append(IsAllowed(value) ? (char)value : '_');
        }

        return JsonString.From(text.Append('_').Append(Hash(utf8)[..8]).ToString());
    }

    internal static JsonString ValidId(JsonString id) =>
        id.Raw.Length is > 0 and <= LongestId ? id : JsonString.From("call_" + Hash(id.ToUtf8().Span)[..32]);

    private static string Hash(ReadOnlySpan<byte> utf8) => Convert.ToHexStringLower(SHA256.HashData(utf8));

    private static bool IsValid(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty || name.Length > LongestName) return false;
        foreach (var value in name)
        {
            if (!IsAllowed(value)) return false;
        }

        return true;
    }

    private static bool IsAllowed(byte value) => char.IsAsciiLetterOrDigit((char)value) || value is (byte)'_' or (byte)'-';
}
