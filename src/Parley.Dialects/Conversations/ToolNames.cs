using System.Security.Cryptography;
using Parley.Dialects.Json;

namespace Parley.Dialects.Conversations;

/// <summary>
/// Names of tools that every provider takes: <c>[a-zA-Z0-9_-]</c>, at most 64 of them, the first a letter or <c>_</c>. That is OpenAI's
/// and Bedrock's rule and Google's for the first one; Anthropic takes 128, Google dots as well. The same name always gives the same
/// one, so that calls, results and choices still fit together, and <see cref="CallerReplySink"/> can give the caller his own back.
/// </summary>
public static class ToolNames
{
    private const int Longest = 64;

    /// <summary>The name itself when it is taken everywhere, else one like it with a hash of the whole behind it.</summary>
    public static JsonString Valid(JsonString name)
    {
        if (IsValid(name.Span)) return name;
        var utf8 = name.ToUtf8().Span;
        var text = new System.Text.StringBuilder(Longest);
        if (utf8.IsEmpty || !IsFirst(utf8[0])) text.Append('_');
        foreach (var value in utf8)
        {
            if (text.Length == Longest - 9) break;
            text.Append(IsAllowed(value) ? (char)value : '_');
        }

        return JsonString.From(text.Append('_').Append(Convert.ToHexStringLower(SHA256.HashData(utf8))[..8]).ToString());
    }

    private static bool IsValid(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty || name.Length > Longest || !IsFirst(name[0])) return false;
        foreach (var value in name)
        {
            if (!IsAllowed(value)) return false;
        }

        return true;
    }

    private static bool IsFirst(byte value) => char.IsAsciiLetter((char)value) || value == (byte)'_';

    private static bool IsAllowed(byte value) => char.IsAsciiLetterOrDigit((char)value) || value is (byte)'_' or (byte)'-';
}
