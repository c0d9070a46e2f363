using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Parley.Gateway.Ingress;

namespace Parley.Gateway.Users;

/// <summary>What may be a user's name, and how a path tells it.</summary>
internal static class UserName
{
    public const int MostBytes = 1024;

    internal const string PathPrefix = "/api/users/";

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>What is wrong with a name; null when nothing is.</summary>
    public static string? Problem(string name)
    {
        if (name.Length == 0) return "username must not be empty.";
        // No HTTP server takes %00 in a path, so such a user could be made and never changed.
        if (name.Contains('\0', StringComparison.Ordinal)) return "username must not hold the character U+0000.";
        try
        {
            return Strict.GetByteCount(name) <= MostBytes ? null : $"username must have at most {MostBytes} bytes in UTF-8.";
        }
        catch (EncoderFallbackException)
        {
            return "username must be Unicode text; it holds half of a surrogate pair.";
        }
    }

    /// <summary>
    /// The name that the path ends with, as it was sent: Kestrel's own path has lost a trailing slash, <c>.</c> and <c>..</c>, and no longer tells
    /// <c>%252F</c> from <c>%2F</c>. Null when its bytes are no UTF-8.
    /// </summary>
    public static string? Read(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        return TryFind(target, out var encoded) ? Decode(encoded) : PathName.Read(context, "username");
    }

    /// <summary>The part of a request's target behind <c>/api/users/</c>, still encoded; false when the target is written in another way.</summary>
    internal static bool TryFind(string target, out ReadOnlySpan<char> encoded)
    {
        encoded = target;
        var query = encoded.IndexOf('?');
        if (query >= 0) encoded = encoded[..query];
        if (!encoded.StartsWith(PathPrefix, StringComparison.OrdinalIgnoreCase)) return false;
        encoded = encoded[PathPrefix.Length..];
        return true;
    }

    /// <summary>Resolves percent escapes; a percent sign that begins none stands for itself. Null when the bytes are no UTF-8.</summary>
    internal static string? Decode(ReadOnlySpan<char> encoded)
    {
        // Kestrel takes ASCII targets only, so a character is a byte; another server's are encoded here.
        var bytes = Encoding.UTF8.GetBytes(encoded.ToString());
        var length = 0;
        for (var at = 0; at < bytes.Length; at++)
        {
            if (bytes[at] == '%' && at + 2 < bytes.Length && char.IsAsciiHexDigit((char)bytes[at + 1]) && char.IsAsciiHexDigit((char)bytes[at + 2]))
            {
                bytes[length++] = Convert.FromHexString([(char)bytes[at + 1], (char)bytes[at + 2]])[0];
                at += 2;
                continue;
            }

            bytes[length++] = bytes[at];
        }

        try
        {
            return Strict.GetString(bytes, 0, length);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
