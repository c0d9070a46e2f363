using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIResponses;

/// <summary>Writes images, documents and sound. The data is copied once, from the caller's body into the provider's.</summary>
internal static class ResponsesMediaWriter
{
    /// <summary>Writes the members of a content part.</summary>
    internal static void Members(RequestWriting writing, Turn turn, MediaPart media, bool isOwn)
    {
        var json = writing.Json;
        switch (media.Media)
        {
            case MediaKind.Image:
                json.Member("type"u8, "input_image"u8);
                if (media.Source == MediaSourceKind.FileId) json.Member("file_id"u8, media.Data);
                else if (media.Source == MediaSourceKind.Url) json.Member("image_url"u8, media.Data);
                else DataUrl(json.Name("image_url"u8), media, "image/png"u8);
                json.MemberIfPresent("detail"u8, media.Detail);
                break;
            case MediaKind.Audio:
                json.Member("type"u8, "input_audio"u8).BeginObject("input_audio"u8).Member("data"u8, media.Data).Member("format"u8,
                    Format(media)).EndObject();
                break;
            default:
                Document(writing, turn, media, isOwn);
                break;
        }
    }

    private static void Document(RequestWriting writing, Turn turn, MediaPart media, bool isOwn)
    {
        var json = writing.Json;
        if (media.Source == MediaSourceKind.Text)
        {
            // input_file wants bytes; plain text is better read as what it is.
            if (media.Name.IsPresent) writing.Lose(turn, media, "title", "text has no title");
            json.Member("type"u8, "input_text"u8).Member("text"u8, media.Data);
            return;
        }

        json.Member("type"u8, "input_file"u8);
        if (media.Source == MediaSourceKind.FileId) json.Member("file_id"u8, media.Data);
        else if (media.Source == MediaSourceKind.Url) json.Member("file_url"u8, media.Data);
        else if (isOwn && !media.MediaType.IsPresent) json.Member("file_data"u8, media.Data);
        else DataUrl(json.Name("file_data"u8), media, "application/pdf"u8);
        if (media.Name.IsPresent) json.Member("filename"u8, media.Name);
        // OpenAI asks for a name beside the data, and takes the kind of file from it.
        else if (!isOwn && media.Source == MediaSourceKind.Base64)
            json.Member("filename"u8, media.MediaType.Is("text/plain"u8) ? "document.txt"u8 : "document.pdf"u8);
        json.MemberIfPresent("detail"u8, media.Detail);
    }

    private static void DataUrl(JsonOutput json, MediaPart media, ReadOnlySpan<byte> byDefault) => json.BeginString()
        .Piece("data:"u8).Piece(media.MediaType.IsPresent
            ? media.MediaType.Span : byDefault).Piece(";base64,"u8).Piece(media.Data.Span).EndString();

    private static JsonString Format(MediaPart media)
    {
        var type = media.MediaType;
        if (type.Is("audio/mpeg"u8)) return JsonString.Literal("mp3"u8);
        return type.StartsWith("audio/"u8) ? new JsonString(type.Raw["audio/".Length..]) : JsonString.Literal("wav"u8);
    }
}
