using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIResponses;

/// <summary>Reads content parts, of messages and of tool results.</summary>
internal static class ResponsesContentReader
{
    internal static void Read(JsonValue content, List<ContentPart> parts, string path, bool isAssistant)
    {
        var index = 0;
        foreach (var item in content.Items)
        {
            if (!item.IsObject) throw Expect.Wrong(item, $"{path}[{index}]", "an object");
            var part = Part(item, path, index, isAssistant);
            part.Index = index++;
            parts.Add(part);
        }
    }

    private static ContentPart Part(JsonValue item, string path, int index, bool isAssistant)
    {
        var typed = item.Member("type"u8);
        var type = typed.IsString ? typed.AsString() : throw Expect.Wrong(typed, $"{path}[{index}].type", "a string");
        var at = new Place(path, index);
        if (type.Is("input_text"u8)) return Text(item, at, isUsual: !isAssistant);
        if (type.Is("output_text"u8)) return Text(item, at, isUsual: isAssistant);
        if (type.Is("refusal"u8)) return Refusal(item, at);
        if (type.Is("input_image"u8)) return Image(item, at);
        if (type.Is("input_file"u8)) return File(item, at);
        return type.Is("input_audio"u8) ? Audio(item, at) : new OpaquePart(Dialect.OpenAIResponses, type, item);
    }

    private static TextPart Text(JsonValue item, Place at, bool isUsual)
    {
        JsonString text = default;
        List<Citation>? citations = null;
        List<VendorField>? vendor = null;
        foreach (var member in item.Members)
        {
            if (member.Is("type"u8) && isUsual) continue;
            if (member.Is("text"u8)) text = at.String(member.Value, "text");
            else if (member.Is("annotations"u8) && member.Value.IsArray && !member.Value.IsEmptyContainer)
                citations = Citations(member.Value, at);
            else if (member.Is("type"u8) || member.Is("annotations"u8) || member.Is("logprobs"u8))
                (vendor ??= []).Add(ResponsesRequestReader.Silent(member));
            else at.Keep(ref vendor, member);
        }

        return new TextPart(text.IsPresent
            ? text : throw Expect.Wrong(default, at.Of("text"), "a string"))
        { Citations = citations, Vendor = vendor };
    }

    private static List<Citation> Citations(JsonValue annotations, Place at)
    {
        var citations = new List<Citation>();
        foreach (var annotation in annotations.Items)
            citations.Add(annotation.IsObject
                ? ResponsesAnnotation.Read(annotation) : throw Expect.Wrong(annotation, at.Of("annotations[]"), "an object"));
        return citations;
    }

    private static RefusalPart Refusal(JsonValue item, Place at)
    {
        List<VendorField>? vendor = null;
        foreach (var member in item.Members)
        {
            if (!member.Is("type"u8) && !member.Is("refusal"u8)) at.Keep(ref vendor, member);
        }

        return new RefusalPart(at.String(item.Member("refusal"u8), "refusal")) { Vendor = vendor };
    }

    private static MediaPart Image(JsonValue item, Place at)
    {
        JsonString url = default, file = default, detail = default;
        List<VendorField>? vendor = null;
        foreach (var member in item.Members)
        {
            if (member.Is("type"u8)) continue;
            if (!member.Value.HasValue) at.Keep(ref vendor, member);
            else if (member.Is("image_url"u8)) url = at.String(member.Value, "image_url");
            else if (member.Is("file_id"u8)) file = at.String(member.Value, "file_id");
            else if (member.Is("detail"u8)) detail = at.String(member.Value, "detail");
            else at.Keep(ref vendor, member);
        }

        if (url.IsPresent && file.IsPresent)
            throw new DialectException(at.Of("file_id"), $"'{at.Of("file_id")}': an image has either 'image_url' or 'file_id'.");
        var media = file.IsPresent ? new MediaPart(MediaKind.Image, MediaSourceKind.FileId, file)
            : url.IsPresent ? OfUrl(MediaKind.Image, url)
            : throw Expect.Wrong(default, at.Of("image_url"), "a string");
        media.Detail = detail;
        media.Vendor = vendor;
        return media;
    }

    private static MediaPart File(JsonValue item, Place at)
    {
        JsonString data = default, url = default, file = default, name = default, detail = default;
        List<VendorField>? vendor = null;
        foreach (var member in item.Members)
        {
            if (member.Is("type"u8)) continue;
            if (!member.Value.HasValue) at.Keep(ref vendor, member);
            else if (member.Is("file_data"u8)) data = at.String(member.Value, "file_data");
            else if (member.Is("file_url"u8)) url = at.String(member.Value, "file_url");
            else if (member.Is("file_id"u8)) file = at.String(member.Value, "file_id");
            else if (member.Is("filename"u8)) name = at.String(member.Value, "filename");
            else if (member.Is("detail"u8)) detail = at.String(member.Value, "detail");
            else at.Keep(ref vendor, member);
        }

        if ((data.IsPresent ? 1 : 0) + (url.IsPresent ? 1 : 0) + (file.IsPresent ? 1 : 0) != 1)
            throw new DialectException(at.Of("file_data"),
                $"'{at.Of("file_data")}': a file has exactly one of 'file_data', 'file_url' and 'file_id'.");
        var media = file.IsPresent ? new MediaPart(MediaKind.Document, MediaSourceKind.FileId, file)
            : url.IsPresent ? new MediaPart(MediaKind.Document, MediaSourceKind.Url, url)
            : OfUrl(MediaKind.Document, data) is { Source: MediaSourceKind.Base64 } parsed ? parsed
            : new MediaPart(MediaKind.Document, MediaSourceKind.Base64, data); // bare base64, whose type only the name tells
        media.Name = name;
        media.Detail = detail;
        media.Vendor = vendor;
        return media;
    }

    private static MediaPart Audio(JsonValue item, Place at)
    {
        var audio = item.Member("input_audio"u8);
        if (!audio.IsObject) throw Expect.Wrong(audio, at.Of("input_audio"), "an object");
        var format = at.String(audio.Member("format"u8), "input_audio.format");
        return new MediaPart(MediaKind.Audio, MediaSourceKind.Base64, at.String(audio.Member("data"u8), "input_audio.data"))
        {
            MediaType = JsonString.From("audio/" + (format.Is("mp3"u8) ? "mpeg" : format.ToText())),
        };
    }

    // data:image/png;base64,… gives its type and its data; everything else is an address.
    private static MediaPart OfUrl(MediaKind kind, JsonString url)
    {
        if (!url.StartsWith("data:"u8)) return new MediaPart(kind, MediaSourceKind.Url, url);
        // Writers of JSON that escape the slash: rare, and the one case in which the data is copied.
        if (url.Span.Contains((byte)'\\')) url = JsonString.Escape(url.ToUtf8().Span);
        var comma = url.Span.IndexOf((byte)',');
        if (comma < 0 || !url.Span[..comma].EndsWith(";base64"u8)) return new MediaPart(kind, MediaSourceKind.Url, url);
        return new MediaPart(kind, MediaSourceKind.Base64, new JsonString(url.Raw[(comma + 1)..]))
        {
            MediaType = new JsonString(url.Raw["data:".Length..(comma - ";base64".Length)]),
        };
    }

    /// <summary>Where a part stands; spelled only when it is asked for.</summary>
    private readonly record struct Place(string Path, int Index)
    {
        internal string Of(string name) => $"{Path}[{Index}].{name}";

        internal JsonString String(JsonValue value, string name) =>
            value.IsString ? value.AsString() : throw Expect.Wrong(value, Of(name), "a string");

        internal void Keep(ref List<VendorField>? vendor, in JsonField member) => (vendor ??= []).Add(
            member.Value.HasValue
                ? new VendorField(member.Name, member.Value, Of(member.Name.ToText())) : ResponsesRequestReader.Silent(member));
    }
}
