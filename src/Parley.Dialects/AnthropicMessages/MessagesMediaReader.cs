using System.Buffers;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.AnthropicMessages;

/// <summary>Reads images, documents and search results of a request.</summary>
internal static class MessagesMediaReader
{
    internal static ContentPart Read(JsonValue block, MediaKind kind, string path)
    {
        var place = path + ".source";
        var source = Expect.Object(block.Member("source"u8), place);
        var type = Expect.String(source.Member("type"u8), place + ".type");
        MediaPart part;
        if (type.Is("base64"u8))
            part = Sourced(kind, MediaSourceKind.Base64, source, "data"u8, place + ".data", mediaType: Expect.String(source.Member("media_type"u8), place + ".media_type"));
        else if (type.Is("url"u8))
            part = Sourced(kind, MediaSourceKind.Url, source, "url"u8, place + ".url", default);
        else if (type.Is("file"u8))
            part = Sourced(kind, MediaSourceKind.FileId, source, "file_id"u8, place + ".file_id", default);
        else if (type.Is("text"u8) && kind == MediaKind.Document)
            part = Sourced(kind, MediaSourceKind.Text, source, "data"u8, place + ".data", source.Member("media_type"u8).AsString());
        else if (type.Is("content"u8) && kind == MediaKind.Document)
            part = Whole(block, source.Member("content"u8), place);
        else
            return new OpaquePart(Dialect.AnthropicMessages, block.Member("type"u8).AsString(), block);

        var isWhole = part.Vendor is not null;
        foreach (var member in block.Members)
        {
            if (member.Is("title"u8) && member.Value.IsString) part.Name = member.Value.AsString();
            else if (!isWhole && !member.Is("type"u8) && !member.Is("source"u8)) MessagesBlockReader.Keep(part, member, path);
        }

        return part;
    }

    /// <summary>A search result of the caller's own: its text as a document, the whole block beside it.</summary>
    internal static MediaPart SearchResult(JsonValue block, string path)
    {
        Expect.String(block.Member("source"u8), path + ".source");
        var part = Whole(block, Expect.Array(block.Member("content"u8), path + ".content"), path);
        part.Name = Expect.String(block.Member("title"u8), path + ".title");
        return part;
    }

    private static MediaPart Sourced(MediaKind kind, MediaSourceKind at, JsonValue source, ReadOnlySpan<byte> data, string path, JsonString mediaType) =>
        new(kind, at, Expect.String(source.Member(data), path)) { MediaType = mediaType };

    // Only the text of it has a form that others know.
    private static MediaPart Whole(JsonValue block, JsonValue content, string path)
    {
        var text = new ArrayBufferWriter<byte>();
        if (content.IsString) text.Write(content.AsString().Span);
        foreach (var item in content.Items)
        {
            if (!item.Member("type"u8).AsString().Is("text"u8)) continue;
            if (text.WrittenCount > 0) text.Write("\\n"u8);
            text.Write(item.Member("text"u8).AsString().Span);
        }

        return new MediaPart(MediaKind.Document, MediaSourceKind.Text, new JsonString(text.WrittenMemory))
        {
            MediaType = JsonString.Literal("text/plain"u8),
            Vendor = [new VendorField(JsonString.Literal(MessagesBlockReader.WholeBlock), block, path)],
        };
    }
}
