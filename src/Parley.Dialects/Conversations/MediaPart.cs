using Parley.Dialects.Json;

namespace Parley.Dialects.Conversations;

/// <summary>An image, a document or sound. The data stays where it stood in the caller's body; it is copied once, into the target's.</summary>
/// <param name="media">What it is.</param>
/// <param name="source">Where the bytes are.</param>
/// <param name="data">The base64 text, the address, the file's id, or the plain text.</param>
public sealed class MediaPart(MediaKind media, MediaSourceKind source, JsonString data) : ContentPart
{
    public MediaKind Media => media;

    public MediaSourceKind Source { get; private set; } = source;

    public JsonString Data { get; private set; } = data;

    /// <summary>The media type (<c>image/png</c>, <c>application/pdf</c>, <c>audio/wav</c>); none when the origin does not say.</summary>
    public JsonString MediaType { get; set; }

    /// <summary>The document's title or file name.</summary>
    public JsonString Name { get; set; }

    /// <summary>How closely to look (OpenAI's <c>low</c>, <c>high</c>, <c>auto</c>).</summary>
    public JsonString Detail { get; set; }

    /// <summary>Puts the bytes in place of the address, for a target that takes no addresses.</summary>
    public void Inline(JsonString base64, JsonString mediaType)
    {
        Source = MediaSourceKind.Base64;
        Data = base64;
        MediaType = mediaType;
    }
}
