using Parley.Dialects.Conversations;

namespace Parley.Gateway.Egress;

/// <summary>Which media types a part may turn out to have, by its kind: an address that should show an image must not bring a web page.</summary>
internal static class MediaTypes
{
    /// <summary>What is asked for in <c>Accept</c>.</summary>
    internal static string Accept(MediaKind kind) => kind switch
    {
        MediaKind.Image => "image/*",
        MediaKind.Audio => "audio/*",
        MediaKind.Video => "video/*",
        _ => "application/pdf, text/plain",
    };

    /// <summary>
    /// The type of what came: as declared, and where the host does not know (no type, <c>octet-stream</c>) by the bytes it begins with
    /// or as the caller has said; null when it is none of the kind's types.
    /// </summary>
    internal static string? Of(MediaKind kind, string? declared, string? said, ReadOnlySpan<byte> content)
    {
        var type = declared?.ToLowerInvariant();
        if (type is null or "" or "application/octet-stream" or "binary/octet-stream") type = Sniff(content) ?? said?.ToLowerInvariant();
        return type is not null && Fits(kind, type) ? type : null;
    }

    private static bool Fits(MediaKind kind, string type) => kind switch
    {
        MediaKind.Image => type.StartsWith("image/", StringComparison.Ordinal),
        MediaKind.Audio => type.StartsWith("audio/", StringComparison.Ordinal),
        MediaKind.Video => type.StartsWith("video/", StringComparison.Ordinal),
        _ => type is "application/pdf" or "text/plain",
    };

    private static string? Sniff(ReadOnlySpan<byte> content) =>
        content.Length > 4 && content[0] == 0x89 && content[1..].StartsWith("PNG"u8) ? "image/png"
        : content.Length > 3 && content[0] == 0xFF && content[1] == 0xD8 && content[2] == 0xFF ? "image/jpeg"
        : content.StartsWith("GIF8"u8) ? "image/gif"
        : content.StartsWith("RIFF"u8) && content.Length > 12 && content[8..].StartsWith("WEBP"u8) ? "image/webp"
        : content.StartsWith("%PDF-"u8) ? "application/pdf"
        : null;
}
