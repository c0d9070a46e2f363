using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.BedrockConverse;

/// <summary>Media types ↔ the <c>format</c> words of image, document, video and audio blocks.</summary>
internal static class ConverseFormats
{
    private static readonly (MediaKind Kind, string Format, string Type)[] Table =
    [
        (MediaKind.Image, "png", "image/png"),
        (MediaKind.Image, "jpeg", "image/jpeg"),
        (MediaKind.Image, "jpeg", "image/jpg"),
        (MediaKind.Image, "gif", "image/gif"),
        (MediaKind.Image, "webp", "image/webp"),
        (MediaKind.Document, "pdf", "application/pdf"),
        (MediaKind.Document, "csv", "text/csv"),
        (MediaKind.Document, "doc", "application/msword"),
        (MediaKind.Document, "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (MediaKind.Document, "xls", "application/vnd.ms-excel"),
        (MediaKind.Document, "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (MediaKind.Document, "html", "text/html"),
        (MediaKind.Document, "txt", "text/plain"),
        (MediaKind.Document, "md", "text/markdown"),
        (MediaKind.Video, "mkv", "video/x-matroska"),
        (MediaKind.Video, "mov", "video/quicktime"),
        (MediaKind.Video, "mp4", "video/mp4"),
        (MediaKind.Video, "webm", "video/webm"),
        (MediaKind.Video, "flv", "video/x-flv"),
        (MediaKind.Video, "mpeg", "video/mpeg"),
        (MediaKind.Video, "mpg", "video/mpg"),
        (MediaKind.Video, "wmv", "video/x-ms-wmv"),
        (MediaKind.Video, "three_gp", "video/3gpp"),
        (MediaKind.Audio, "mp3", "audio/mp3"),
        (MediaKind.Audio, "mp3", "audio/mpeg"),
        (MediaKind.Audio, "wav", "audio/wav"),
        (MediaKind.Audio, "wav", "audio/x-wav"),
        (MediaKind.Audio, "flac", "audio/flac"),
        (MediaKind.Audio, "ogg", "audio/ogg"),
        (MediaKind.Audio, "opus", "audio/opus"),
        (MediaKind.Audio, "aac", "audio/aac"),
        (MediaKind.Audio, "m4a", "audio/m4a"),
        (MediaKind.Audio, "pcm", "audio/pcm"),
        (MediaKind.Audio, "webm", "audio/webm"),
    ];

    /// <summary>The media type of a format; none for one that is not in the table.</summary>
    internal static JsonString TypeOf(MediaKind kind, JsonString format)
    {
        var word = format.ToText();
        foreach (var row in Table)
        {
            if (row.Kind == kind && row.Format == word) return JsonString.From(row.Type);
        }

        return default;
    }

    /// <summary>The format of a part: by its media type, else by its name's ending, else (images) by its first bytes; none when Converse has no word for it.</summary>
    internal static JsonString FormatOf(MediaPart part)
    {
        var type = part.MediaType.ToText();
        if (type.IndexOf(';', StringComparison.Ordinal) is >= 0 and var end) type = type[..end];
        type = type.Trim();
        foreach (var row in Table)
        {
            if (row.Kind == part.Media && row.Type.Equals(type, StringComparison.OrdinalIgnoreCase)) return JsonString.From(row.Format);
        }

        var ending = Path.GetExtension(part.Name.ToText()).TrimStart('.').ToLowerInvariant();
        foreach (var row in Table)
        {
            if (row.Kind == part.Media && row.Format == ending) return JsonString.From(row.Format);
        }

        if (part.Media == MediaKind.Image) return Sniff(part.Data.Span);
        var isText = part.Source == MediaSourceKind.Text || type.StartsWith("text/", StringComparison.OrdinalIgnoreCase);
        return part.Media == MediaKind.Document && isText ? JsonString.Literal("txt"u8) : default;
    }

    // The base64 of each format's magic number.
    private static JsonString Sniff(ReadOnlySpan<byte> base64) => base64 switch
    {
        _ when base64.StartsWith("iVBORw0K"u8) => JsonString.Literal("png"u8),
        _ when base64.StartsWith("/9j/"u8) => JsonString.Literal("jpeg"u8),
        _ when base64.StartsWith("R0lGOD"u8) => JsonString.Literal("gif"u8),
        _ when base64.StartsWith("UklGR"u8) => JsonString.Literal("webp"u8),
        _ => default,
    };
}
