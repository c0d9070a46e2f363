using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.GeminiContent;

/// <summary>Google's two forms of media: <c>inlineData</c> {mimeType, data} and <c>fileData</c> {mimeType, fileUri}.</summary>
internal static class GeminiMedia
{
    /// <summary>Reads <c>inlineData</c>; null when it has no data.</summary>
    internal static MediaPart? Data(JsonValue data) => Read(data, GeminiName.Member(data, "data"u8).AsString(), MediaSourceKind.Base64);

    /// <summary>Reads <c>fileData</c>; null when it has no address.</summary>
    internal static MediaPart? File(JsonValue file) => Read(file, GeminiName.Member(file, "fileUri"u8).AsString(), MediaSourceKind.Url);

    /// <summary>Writes the member, <c>inlineData</c> or <c>fileData</c>, into the object that is open.</summary>
    internal static void Write(MediaPart media, bool withName, JsonOutput json)
    {
        if (media.Source == MediaSourceKind.Base64)
        {
            json.BeginObject("inlineData"u8).Name("mimeType"u8);
            if (media.MediaType.IsPresent) json.Value(media.MediaType);
            else json.Value(UsualType(media.Media));
            json.Member("data"u8, media.Data);
        }
        else
        {
            json.BeginObject("fileData"u8).MemberIfPresent("mimeType"u8, media.MediaType).Member("fileUri"u8, media.Data);
        }

        if (withName) json.MemberIfPresent("displayName"u8, media.Name);
        json.EndObject();
    }

    private static MediaPart? Read(JsonValue value, JsonString data, MediaSourceKind source)
    {
        if (!data.IsPresent) return null;
        var type = GeminiName.Member(value, "mimeType"u8).AsString();
        return new MediaPart(KindOf(type), source, data) { MediaType = type, Name = GeminiName.Member(value, "displayName"u8).AsString() };
    }

    internal static MediaKind KindOf(JsonString type) =>
        type.StartsWith("image/"u8) ? MediaKind.Image
        : type.StartsWith("audio/"u8) ? MediaKind.Audio
        : type.StartsWith("video/"u8) ? MediaKind.Video
        : MediaKind.Document;

    private static ReadOnlySpan<byte> UsualType(MediaKind kind) => kind switch
    {
        MediaKind.Image => "image/jpeg"u8,
        MediaKind.Audio => "audio/wav"u8,
        MediaKind.Video => "video/mp4"u8,
        _ => "application/pdf"u8,
    };
}
