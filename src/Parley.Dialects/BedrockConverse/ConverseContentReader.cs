using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.BedrockConverse;

/// <summary>Reads content blocks: objects with one member that says what they are.</summary>
/// <param name="reasoning">The family whose reasoning the conversation holds: the model's.</param>
internal sealed class ConverseContentReader(ReasoningOrigin reasoning)
{
    internal void ReadBlocks(JsonValue blocks, string path, List<ContentPart> parts)
    {
        var index = 0;
        foreach (var block in Expect.Array(blocks, path).Items)
        {
            var at = $"{path}[{index}]";
            Expect.Object(block, at);
            // A cache point marks what stands before it.
            if (block.Member("cachePoint"u8) is { IsPresent: true } point && CacheControl(point) is { IsPresent: true } marker
                && parts.Count > 0 && !parts[^1].CacheControl.IsPresent)
            {
                parts[^1].CacheControl = marker;
            }
            else
            {
                parts.Add(Block(block, at, index));
            }

            index++;
        }
    }

    /// <summary>The marker as Anthropic writes it; none for a cache point with members that it has no word for.</summary>
    internal static JsonValue CacheControl(JsonValue point)
    {
        JsonString ttl = default;
        foreach (var member in point.Members)
        {
            if (member.Is("ttl"u8) && member.Value.IsString) ttl = member.Value.AsString();
            else if (!member.Is("type"u8) || !member.Value.AsString().Is("default"u8)) return default;
        }

        if (!point.IsObject) return default;
        if (!ttl.IsPresent) return JsonValue.Literal("""{"type":"ephemeral"}"""u8);
        return new JsonValue((byte[])[.. """{"type":"ephemeral","ttl":"""u8, (byte)'"', .. ttl.Span, (byte)'"', (byte)'}']);
    }

    private ContentPart Block(JsonValue block, string path, int index)
    {
        ContentPart? part = null;
        JsonString type = default;
        List<VendorField>? vendor = null;
        foreach (var member in block.Members)
        {
            var at = $"{path}.{member.Name}";
            if (part is null && Known(member, block, at) is { } known) part = known;
            else
            {
                if (!type.IsPresent) type = member.Name;
                (vendor ??= []).Add(new VendorField(member.Name, member.Value, at));
            }
        }

        if (part is null) return new OpaquePart(Dialect.BedrockConverse, type, block) { Index = index };
        part.Index = index;
        // What the reading of the block itself has kept stands behind what stood beside it.
        if (vendor is not null && part is not OpaquePart) part.Vendor = [.. vendor, .. part.Vendor ?? []];
        return part;
    }

    private ContentPart? Known(JsonField member, JsonValue block, string path)
    {
        var value = member.Value;
        if (member.Is("text"u8)) return new TextPart(Expect.String(value, path));
        if (member.Is("image"u8)) return Media(MediaKind.Image, value, block, path);
        if (member.Is("document"u8)) return Media(MediaKind.Document, value, block, path);
        if (member.Is("video"u8)) return Media(MediaKind.Video, value, block, path);
        if (member.Is("audio"u8)) return Media(MediaKind.Audio, value, block, path);
        if (member.Is("json"u8)) return new JsonPart(value);
        if (member.Is("toolUse"u8)) return ToolUse(value, block, path);
        if (member.Is("toolResult"u8)) return ToolResult(value, path);
        if (member.Is("reasoningContent"u8)) return Reasoning(value, block, path);
        if (member.Is("citationsContent"u8)) return Cited(value, block);
        return null;
    }

    private static ContentPart Media(MediaKind kind, JsonValue media, JsonValue block, string path)
    {
        var source = Expect.Object(Expect.Object(media, path).Member("source"u8), path + ".source");
        var bytes = source.Member("bytes"u8);
        var text = source.Member("text"u8);
        var bucket = source.Member("s3Location"u8);
        if (bucket.Member("uri"u8).IsString && !bucket.Member("bucketOwner"u8).IsPresent)
            return Named(new MediaPart(kind, MediaSourceKind.Url, bucket.Member("uri"u8).AsString()), media, path);
        // A document in pieces has no form elsewhere.
        if (bytes.IsPresent == text.IsPresent || (text.IsPresent && kind != MediaKind.Document))
            return new OpaquePart(Dialect.BedrockConverse, JsonString.From(path[(path.LastIndexOf('.') + 1)..]), block);
        var format = media.Member("format"u8);
        if (format.IsPresent || kind != MediaKind.Document) Expect.String(format, path + ".format");
        var data = bytes.IsPresent ? Expect.String(bytes, path + ".source.bytes") : Expect.String(text, path + ".source.text");
        return Named(new MediaPart(kind, bytes.IsPresent ? MediaSourceKind.Base64 : MediaSourceKind.Text, data), media, path);
    }

    private static MediaPart Named(MediaPart part, JsonValue media, string path)
    {
        part.MediaType = ConverseFormats.TypeOf(part.Media, media.Member("format"u8).AsString());
        if (part.Media == MediaKind.Document) part.Name = Expect.String(media.Member("name"u8), path + ".name");
        foreach (var member in media.Members)
        {
            var isRead = member.Is("source"u8) || (member.Is("format"u8) && part.MediaType.IsPresent) || (member.Is("name"u8) && part.Name.IsPresent);
            if (!isRead) (part.Vendor ??= []).Add(new VendorField(member.Name, member.Value, $"{path}.{member.Name}"));
        }

        return part;
    }

    private static ContentPart ToolUse(JsonValue use, JsonValue block, string path)
    {
        Expect.Object(use, path);
        // Bedrock's own tools: the call and its result belong together, and to Bedrock.
        if (use.Member("type"u8).IsPresent) return new OpaquePart(Dialect.BedrockConverse, JsonString.Literal("toolUse"u8), block);
        return new ToolCallPart(Expect.String(use.Member("toolUseId"u8), path + ".toolUseId"), Expect.String(use.Member("name"u8), path + ".name"))
        {
            Arguments = use.Member("input"u8).Raw,
        };
    }

    private ToolResultPart ToolResult(JsonValue result, string path)
    {
        Expect.Object(result, path);
        var part = new ToolResultPart(Expect.String(result.Member("toolUseId"u8), path + ".toolUseId"));
        ReadBlocks(result.Member("content"u8), path + ".content", part.Content);
        var status = result.Member("status"u8);
        part.IsError = status.AsString().Is("error"u8);
        if (status.HasValue && !part.IsError && !status.AsString().Is("success"u8))
            throw Expect.Unknown(Expect.String(status, path + ".status"), path + ".status", "success, error");
        part.SaysIsError = status.HasValue;
        foreach (var member in result.Members)
        {
            if (member.Is("toolUseId"u8) || member.Is("content"u8) || member.Is("status"u8)) continue;
            (part.Vendor ??= []).Add(new VendorField(member.Name, member.Value, $"{path}.{member.Name}"));
        }

        return part;
    }

    private ContentPart Reasoning(JsonValue value, JsonValue block, string path)
    {
        var text = Expect.Object(value, path).Member("reasoningText"u8);
        var redacted = value.Member("redactedContent"u8);
        if (redacted.IsString) return new ReasoningPart { Origin = reasoning, Redacted = redacted.AsString() };
        if (!text.IsObject) return new OpaquePart(Dialect.BedrockConverse, JsonString.Literal("reasoningContent"u8), block);
        return new ReasoningPart
        {
            Origin = reasoning,
            Text = Expect.String(text.Member("text"u8), path + ".reasoningText.text"),
            Signature = text.Member("signature"u8).AsString(),
        };
    }

    private static ContentPart Cited(JsonValue value, JsonValue block)
    {
        JsonString text = default;
        var pieces = 0;
        foreach (var piece in value.Member("content"u8).Items)
        {
            text = piece.Member("text"u8).AsString();
            pieces++;
        }

        if (pieces != 1 || !text.IsPresent) return new OpaquePart(Dialect.BedrockConverse, JsonString.Literal("citationsContent"u8), block);
        var part = new TextPart(text) { Citations = [] };
        foreach (var citation in value.Member("citations"u8).Items) part.Citations.Add(ConverseCitations.Read(citation));
        return part;
    }
}
