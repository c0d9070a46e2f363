using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIChat;

/// <summary>Reads one part of a message's content.</summary>
internal static class ChatPartReader
{
    internal static ContentPart Read(JsonValue value, string path, int index)
    {
        var type = Expect.String(Expect.Object(value, path).Member("type"u8), path + ".type");
        var known = type.Raw;
        ContentPart part;
        if (type.Is("text"u8)) part = new TextPart(Expect.String(value.Member("text"u8), path + ".text"));
        else if (type.Is("refusal"u8)) part = new RefusalPart(Expect.String(value.Member("refusal"u8), path + ".refusal"));
        else if (type.Is("image_url"u8)) part = ByAddress(MediaKind.Image, value.Member("image_url"u8), path + ".image_url");
        else if (type.Is("video_url"u8)) part = ByAddress(MediaKind.Video, value.Member("video_url"u8), path + ".video_url");
        else if (type.Is("input_audio"u8)) part = Audio(value.Member("input_audio"u8), path + ".input_audio");
        else if (type.Is("file"u8)) part = File(value.Member("file"u8), path + ".file");
        else return new OpaquePart(Dialect.OpenAIChat, type, value) { Index = index };
        part.Index = index;
        foreach (var member in value.Members)
        {
            if (member.Is("type"u8) || member.Name.Raw.Span.SequenceEqual(known.Span) || member.Value.IsNull) continue;
            if (member.Is("cache_control"u8)) part.CacheControl = member.Value;
            else (part.Vendor ??= []).Add(new VendorField(member.Name, member.Value, $"{path}.{member.Name}"));
        }

        return part;
    }

    private static MediaPart ByAddress(MediaKind kind, JsonValue value, string path)
    {
        var url = Expect.String(Expect.Object(value, path).Member("url"u8), path + ".url");
        var detail = value.Member("detail"u8);
        var part = Data(kind, url, path + ".url") ?? new MediaPart(kind, MediaSourceKind.Url, url);
        if (detail.HasValue) part.Detail = Expect.String(detail, path + ".detail");
        Inner(part, value, path, "url"u8, "detail"u8, default);
        return part;
    }

    private static MediaPart Audio(JsonValue value, string path)
    {
        var data = Expect.String(Expect.Object(value, path).Member("data"u8), path + ".data");
        var format = Expect.String(value.Member("format"u8), path + ".format");
        var part = new MediaPart(MediaKind.Audio, MediaSourceKind.Base64, data) { MediaType = new JsonString((byte[])[.. "audio/"u8, .. format.Span]) };
        Inner(part, value, path, "data"u8, "format"u8, default);
        return part;
    }

    private static MediaPart File(JsonValue value, string path)
    {
        var data = Expect.Object(value, path).Member("file_data"u8);
        var id = value.Member("file_id"u8);
        var name = value.Member("filename"u8);
        if (!data.HasValue && !id.HasValue) throw new DialectException(path, $"'{path}' must have 'file_data' or 'file_id'.");
        var part = data.HasValue ? FileData(Expect.String(data, path + ".file_data"), path + ".file_data")
            : new MediaPart(MediaKind.Document, MediaSourceKind.FileId, Expect.String(id, path + ".file_id"));
        if (name.HasValue) part.Name = Expect.String(name, path + ".filename");
        Inner(part, value, path, "file_data"u8, "filename"u8, data.HasValue ? default : "file_id"u8);
        return part;
    }

    // OpenAI takes a data URL or bare base64; OpenRouter an address as well.
    private static MediaPart FileData(JsonString data, string path) => Data(MediaKind.Document, data, path)
        ?? new MediaPart(MediaKind.Document, data.StartsWith("http"u8) && data.Raw.Span.Contains((byte)':') ? MediaSourceKind.Url : MediaSourceKind.Base64, data);

    // data:image/png;base64,… without a copy of the data. Null for what is no data URL.
    private static MediaPart? Data(MediaKind kind, JsonString url, string path)
    {
        if (!url.StartsWith("data:"u8)) return null;
        var comma = url.Span.IndexOf((byte)',');
        var header = comma < 0 ? default : url.Raw[5..comma];
        if (comma < 0 || !header.Span.EndsWith(";base64"u8)) throw new DialectException(path, $"'{path}' must be an address or a base64 data URL.");
        var type = header[..^";base64".Length];
        return new MediaPart(kind, MediaSourceKind.Base64, new JsonString(url.Raw[(comma + 1)..])) { MediaType = type.IsEmpty ? default : new JsonString(type) };
    }

    private static void Inner(MediaPart part, JsonValue value, string path, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, ReadOnlySpan<byte> c)
    {
        foreach (var member in value.Members)
        {
            if (member.Value.HasValue && !member.Is(a) && !member.Is(b) && !(c.Length > 0 && member.Is(c)))
                (part.Vendor ??= []).Add(new VendorField(member.Name, member.Value, $"{path}.{member.Name}"));
        }
    }
}
