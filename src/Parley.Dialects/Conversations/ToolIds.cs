using System.Security.Cryptography;
using Parley.Dialects.Json;

namespace Parley.Dialects.Conversations;

/// <summary>
/// Call ids that a vendor would reject, spelled so that it takes them: the same id always gives the same one, so that call and
/// result still pair. Anthropic and Bedrock take <c>[a-zA-Z0-9_-]</c>, Bedrock at most 64 of them; OpenAI at most 64 (Responses) characters.
/// </summary>
public static class ToolIds
{
    private const int Longest = 64;
    private static ReadOnlySpan<byte> Mark => "enc_"u8;

    /// <summary>The id itself when every vendor takes it, else its bytes in hexadecimal behind a mark, else (too long) a hash of it.</summary>
    public static JsonString Safe(JsonString id)
    {
        if (IsSafe(id.Span)) return id;
        var utf8 = id.ToUtf8().Span;
        var text = Mark.Length + (2 * utf8.Length) <= Longest
            ? "enc_" + Convert.ToHexStringLower(utf8)
            : "hash_" + Convert.ToHexStringLower(SHA256.HashData(utf8))[..48];
        return JsonString.From(text);
    }

    private static bool IsSafe(ReadOnlySpan<byte> id)
    {
        if (id.IsEmpty || id.Length > Longest) return false;
        foreach (var value in id)
        {
            if (!char.IsAsciiLetterOrDigit((char)value) && value is not ((byte)'_' or (byte)'-')) return false;
        }

        return true;
    }
}
