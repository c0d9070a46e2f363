using System.Text.Unicode;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.AnthropicMessages;

/// <summary>Writes images and documents. The base64 of a large one is copied once, from the caller's body into the target's.</summary>
internal static class MessagesMediaWriter
{
    internal static bool CanWrite(RequestWriting writing, Turn turn, MediaPart media)
    {
        if (writing.Conversation.Origin == Dialect.AnthropicMessages) return true;
        var reason = Refusal(writing, media);
        if (reason is null)
        {
            if (media.Detail.IsPresent && !media.Detail.Is("auto"u8)) writing.Lose(turn, media, "detail", "Anthropic has no such setting");
            return true;
        }

        writing.Lose(turn, media, media.Media.ToString().ToLowerInvariant(), reason);
        return false;
    }

    /// <summary>Writes the members of the block, type and source among them.</summary>
    internal static void Write(RequestWriting writing, MediaPart media)
    {
        var json = writing.Json.Member("type"u8, media.Media == MediaKind.Image ? "image"u8 : "document"u8).BeginObject("source"u8);
        var (source, type, data) = Resolve(media);
        switch (source)
        {
            case MediaSourceKind.Base64 when media.Media == MediaKind.Document && TryText(type, data, out var text):
                json.Member("type"u8, "text"u8).Member("media_type"u8, "text/plain"u8).Member("data"u8, text);
                break;
            case MediaSourceKind.Base64:
                json.Member("type"u8, "base64"u8).Member("media_type"u8, MediaType(media.Media, type)).Member("data"u8, data);
                break;
            case MediaSourceKind.Url:
                json.Member("type"u8, "url"u8).Member("url"u8, data);
                break;
            case MediaSourceKind.FileId:
                json.Member("type"u8, "file"u8).Member("file_id"u8, data);
                break;
            case MediaSourceKind.Text:
                json.Member("type"u8, "text"u8).Member("media_type"u8, "text/plain"u8).Member("data"u8, data);
                break;
        }

        json.EndObject();
        if (media.Media == MediaKind.Document && media.Name.IsPresent) json.Member("title"u8, media.Name);
    }

    private static string? Refusal(RequestWriting writing, MediaPart media)
    {
        if (media.Media is MediaKind.Audio or MediaKind.Video) return "Claude does not take it";
        if (writing.Traits.HasVision == false) return "the model takes text alone";
        var (source, type, data) = Resolve(media);
        // Other vendors' ids (file-…) say nothing to Anthropic, whose begin with file_.
        if (source == MediaSourceKind.FileId && !data.StartsWith("file_"u8)) return "the file is in another vendor's store";
        if (source == MediaSourceKind.Url && data.StartsWith("data:"u8)) return "only base64 data is taken";
        if (media.Media != MediaKind.Document || source != MediaSourceKind.Base64 || type.IsEmpty || type.ToText() == "application/pdf") return null;
        return TryText(type, data, out _) ? null : "Anthropic takes PDF and plain text";
    }

    // A data URL is base64 in other clothes.
    private static (MediaSourceKind Source, JsonString Type, JsonString Data) Resolve(MediaPart media) =>
        media.Source == MediaSourceKind.Url && DataUrl.TrySplit(media.Data, out var type, out var data)
            ? (MediaSourceKind.Base64, type, data)
            : (media.Source, media.MediaType, media.Data);

    private static JsonString MediaType(MediaKind kind, JsonString type)
    {
        if (type.IsEmpty) return JsonString.Literal(kind == MediaKind.Image ? "image/png"u8 : "application/pdf"u8);
        return type.ToText() == "image/jpg" ? JsonString.Literal("image/jpeg"u8) : type; // the one wrong name that is in wide use
    }

    private static bool TryText(JsonString type, JsonString base64, out JsonString text)
    {
        text = default;
        if (!type.ToText().StartsWith("text/", StringComparison.OrdinalIgnoreCase)) return false;
        try
        {
            var bytes = Convert.FromBase64String(base64.ToText());
            if (!Utf8.IsValid(bytes)) return false;
            text = JsonString.Escape(bytes);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
