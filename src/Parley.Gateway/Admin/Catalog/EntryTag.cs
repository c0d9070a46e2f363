using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Primitives;
using Parley.Gateway.Configuration;
using Parley.Gateway.Configuration.Entries;

namespace Parley.Gateway.Admin.Catalog;

/// <summary>
/// Entity tags (RFC 9110 §8.8.3). They are made of what is shown and of revisions, never of secrets: a tag that came from a secret
/// would let its reader try guesses.
/// </summary>
internal static class EntryTag
{
    public static string Of(CatalogEntry entry) =>
        entry.Stored is { } stored ? $"\"{stored.Revision}\"" : Hash(writer => EntryAnswer.Write(writer, entry), "");

    /// <summary>The tag of <c>GET /admin/config</c>.</summary>
    public static string Of(ConfigurationResult current) =>
        Hash(writer => ConfigAnswer.Write(writer, current), string.Join(' ', current.Stored.Select(static entry => entry.Revision)));

    /// <summary>True when <c>If-Match</c> is absent, or names <paramref name="tag"/>; <c>*</c> names whatever there is. Null for what is not there.</summary>
    public static bool Matches(StringValues ifMatch, string? tag)
    {
        if (StringValues.IsNullOrEmpty(ifMatch)) return true;
        return tag is not null && ifMatch.ToString().Split(',').Select(static part => part.Trim()).Any(part => part == "*" || part == tag);
    }

    private static string Hash(Action<Utf8JsonWriter> write, string more)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer)) write(writer);
        buffer.Write(Encoding.UTF8.GetBytes(more));
        return $"\"{Convert.ToHexStringLower(SHA256.HashData(buffer.WrittenSpan).AsSpan(0, 12))}\"";
    }
}
