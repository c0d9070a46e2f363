using Parley.Dialects.Json;

namespace Parley.Dialects.Conversations;

/// <summary>
/// Takes a <c>data:</c> URL apart without decoding it; works on the escaped text, in which <c>/</c> may stand as <c>\/</c>.
/// </summary>
internal static class DataUrl
{
    private static ReadOnlySpan<byte> Scheme => "data:"u8;

    /// <summary>False for anything but base64 data.</summary>
    internal static bool TrySplit(JsonString url, out JsonString mediaType, out JsonString data)
    {
        mediaType = data = default;
        var raw = url.Raw;
        if (!raw.Span.StartsWith(Scheme)) return false;
        // The media type and its parameters are short; the data may be megabytes.
        var comma = raw.Span[..Math.Min(raw.Length, 512)].IndexOf((byte)',');
        if (comma < 0) return false;
        var header = raw[Scheme.Length..comma];
        if (!header.Span.EndsWith(";base64"u8)) return false;
        mediaType = new JsonString(header[..header.Span.IndexOf((byte)';')]);
        if (mediaType.Raw.Span.Contains((byte)'\\')) mediaType = JsonString.Escape(mediaType.ToUtf8().Span);
        data = new JsonString(raw[(comma + 1)..]);
        return true;
    }
}
