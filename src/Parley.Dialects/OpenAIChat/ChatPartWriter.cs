using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIChat;

/// <summary>Writes one part of a message's content.</summary>
internal sealed class ChatPartWriter(RequestWriting writing)
{
    private readonly JsonOutput _json = writing.Json;
    private readonly bool _isOwn = writing.Conversation.Origin == Dialect.OpenAIChat;

    /// <summary>A word for the kind of part, for the report.</summary>
    internal static string Kind(ContentPart part) => part switch
    {
        TextPart => "text",
        MediaPart media => media.Media.ToString().ToLowerInvariant(),
        ToolCallPart => "tool_call",
        ToolResultPart => "tool_result",
        RefusalPart => "refusal",
        ReasoningPart => "reasoning",
        JsonPart => "json",
        OpaquePart opaque => opaque.Type.ToText(),
        _ => "part",
    };

    /// <summary>True for what can be said as a text.</summary>
    internal static bool IsWords(ContentPart part) => part is TextPart or JsonPart or MediaPart { Source: MediaSourceKind.Text };

    /// <summary>True when a bare string would lose something.</summary>
    internal bool NeedsObject(ContentPart part) =>
        part.Vendor is { Count: > 0 } || (!_isOwn && part.CacheControl.HasValue && !writing.Target.IsOpenAI && writing.Traits.TakesCachePoints);

    /// <summary>The text of a part of which <see cref="IsWords"/> is true.</summary>
    internal JsonString Words(Turn turn, ContentPart part)
    {
        if (part is TextPart { Citations.Count: > 0 }) writing.Lose(turn, part, "citations", "chat completions take no citations back");
        return part switch
        {
            TextPart text => text.Text,
            JsonPart json => JsonString.Escape(json.Value.Span),
            MediaPart media => media.Data,
            _ => default,
        };
    }

    internal void Write(Turn turn, ContentPart part)
    {
        switch (part)
        {
            case RefusalPart refusal:
                _json.BeginObject().Member("type"u8, "refusal"u8).Member("refusal"u8, refusal.Text);
                break;
            case MediaPart { Source: not MediaSourceKind.Text } media:
                if (!Media(turn, media)) return;
                break;
            case OpaquePart { Origin: Dialect.OpenAIChat } opaque when _isOwn:
                _json.Value(opaque.Raw);
                return;
            case var words when IsWords(words):
                _json.BeginObject().Member("type"u8, "text"u8).Member("text"u8, Words(turn, part));
                break;
            default:
                writing.Lose(turn, part, Kind(part), "chat completions have no such part");
                return;
        }

        foreach (var field in writing.Vendor(part.Vendor).Where(f => !IsInner(f))) _json.Member(field.Name.Span, field.Value);
        if (part.CacheControl.HasValue && TakesCacheControl(turn, part)) _json.Member("cache_control"u8, part.CacheControl);
        _json.EndObject();
    }

    /// <summary>Whether the marker can be sent (OpenRouter and LiteLLM know it); reports it where not.</summary>
    internal bool TakesCacheControl(Turn turn, ContentPart part)
    {
        if (!writing.Target.IsOpenAI && (_isOwn || writing.Traits.TakesCachePoints)) return true;
        writing.Lose(turn, part, "cache_control", ChatMessageWriter.NoCacheMarkers(writing.Target));
        return false;
    }

    // Leaves the object open. False, and nothing written, for what has no words.
    private bool Media(Turn turn, MediaPart media)
    {
        if (media.Source == MediaSourceKind.FileId && (!_isOwn || media.Media != MediaKind.Document))
        {
            writing.Lose(turn, media, Kind(media), "files of another vendor's store cannot be opened");
            return false;
        }

        switch (media.Media)
        {
            case MediaKind.Image:
                Address("image_url"u8, media, "image/jpeg"u8);
                return true;
            case MediaKind.Video when !writing.Target.IsOpenAI:
                Address("video_url"u8, media, "video/mp4"u8);
                return true;
            case MediaKind.Audio when media.Source == MediaSourceKind.Base64 && AudioFormat(media.MediaType) is { IsPresent: true } format:
                _json.BeginObject().Member("type"u8, "input_audio"u8).BeginObject("input_audio"u8).Member("data"u8, media.Data).Member("format"u8, format);
                Inner(media);
                _json.EndObject();
                return true;
            case MediaKind.Document when media.Source != MediaSourceKind.Url || !writing.Target.IsOpenAI:
                File(media);
                return true;
            default:
                writing.Lose(turn, media, Kind(media), media.Source == MediaSourceKind.Url
                    ? "chat completions take the bytes, not an address" : "chat completions have no word for it");
                return false;
        }
    }

    private void Address(ReadOnlySpan<byte> name, MediaPart media, ReadOnlySpan<byte> defaultType)
    {
        _json.BeginObject().Member("type"u8, name).BeginObject(name).Name("url"u8);
        if (media.Source == MediaSourceKind.Base64) DataUrl(media, defaultType);
        else _json.Value(media.Data);
        _json.MemberIfPresent("detail"u8, media.Detail);
        Inner(media);
        _json.EndObject();
    }

    private void File(MediaPart media)
    {
        _json.BeginObject().Member("type"u8, "file"u8).BeginObject("file"u8);
        if (media.Source == MediaSourceKind.FileId) _json.Member("file_id"u8, media.Data);
        else if (media.Source == MediaSourceKind.Base64 && (media.MediaType.IsPresent || !_isOwn))
        {
            _json.Name("file_data"u8);
            DataUrl(media, "application/pdf"u8);
        }
        else _json.Member("file_data"u8, media.Data);

        if (media.Name.IsPresent) _json.Member("filename"u8, media.Name);
        else if (!_isOwn) _json.Member("filename"u8, "document.pdf"u8); // OpenAI answers 400 to data without a name
        Inner(media);
        _json.EndObject();
    }

    private void DataUrl(MediaPart media, ReadOnlySpan<byte> defaultType) => _json.BeginString().Piece("data:"u8)
        .Piece(media.MediaType.IsEmpty ? defaultType : media.MediaType.Span).Piece(";base64,"u8).Piece(media.Data.Span).EndString();

    // OpenAI takes wav and mp3; compatible servers more, by the same rule of naming.
    private JsonString AudioFormat(JsonString type)
    {
        var span = type.Span;
        if (_isOwn) return span.StartsWith("audio/"u8) ? new JsonString(type.Raw["audio/".Length..]) : type;
        if (span.EndsWith("/wav"u8) || span.EndsWith("/x-wav"u8) || span.EndsWith("/wave"u8)) return JsonString.Literal("wav"u8);
        if (span.EndsWith("/mp3"u8) || span.EndsWith("/mpeg"u8)) return JsonString.Literal("mp3"u8);
        return !writing.Target.IsOpenAI && span.StartsWith("audio/"u8) ? new JsonString(type.Raw["audio/".Length..]) : default;
    }

    private void Inner(MediaPart media)
    {
        if (!_isOwn) return; // reported with the part's own fields
        foreach (var field in (media.Vendor ?? []).Where(IsInner)) _json.Member(field.Name.Span, field.Value);
    }

    // messages[0].content[1].image_url.foo stands inside, messages[0].content[1].foo beside it.
    private static bool IsInner(VendorField field)
    {
        var rest = field.Path.AsSpan(0, field.Path.Length - field.Name.ToText().Length - 1);
        return !rest.EndsWith("]");
    }
}
