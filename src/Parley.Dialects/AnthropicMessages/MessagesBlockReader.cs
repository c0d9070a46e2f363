using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.AnthropicMessages;

/// <summary>Reads content blocks of a request into parts. A block that only Anthropic knows is kept whole.</summary>
internal static class MessagesBlockReader
{
    /// <summary>
    /// The name of the vendor field that holds a whole block whose form is richer than its part (a search result, a document made of
    /// blocks): Anthropic gets it back as it came, others get the text.
    /// </summary>
    internal static ReadOnlySpan<byte> WholeBlock => "block"u8;

    internal static void Read(List<ContentPart> parts, JsonValue blocks, string path)
    {
        var index = 0;
        foreach (var block in blocks.Items)
        {
            var place = $"{path}[{index}]";
            Expect.Object(block, place);
            var part = Block(block, Expect.String(block.Member("type"u8), place + ".type"), place);
            part.Index = index++;
            if (part is not OpaquePart) part.CacheControl = CacheControl(block, place);
            parts.Add(part);
        }
    }

    internal static JsonValue CacheControl(JsonValue holder, string path)
    {
        var mark = holder.Member("cache_control"u8);
        return mark.HasValue ? Expect.Object(mark, path + ".cache_control") : default;
    }

    private static ContentPart Block(JsonValue block, JsonString type, string path) => type.Span switch
    {
        _ when type.Is("text"u8) => Text(block, path),
        _ when type.Is("image"u8) => MessagesMediaReader.Read(block, MediaKind.Image, path),
        _ when type.Is("document"u8) => MessagesMediaReader.Read(block, MediaKind.Document, path),
        _ when type.Is("search_result"u8) => MessagesMediaReader.SearchResult(block, path),
        _ when type.Is("tool_use"u8) => ToolCall(block, path),
        _ when type.Is("tool_result"u8) => ToolResult(block, path),
        _ when type.Is("thinking"u8) => Thinking(block, path),
        _ when type.Is("redacted_thinking"u8) => Redacted(block, path),
        _ => new OpaquePart(Dialect.AnthropicMessages, type, block),
    };

    private static TextPart Text(JsonValue block, string path)
    {
        var text = new TextPart(Expect.String(block.Member("text"u8), path + ".text"));
        foreach (var member in block.Members)
        {
            if (member.Is("citations"u8) && member.Value.IsArray && !member.Value.IsEmptyContainer)
            {
                text.Citations = [];
                foreach (var citation in member.Value.Items) text.Citations.Add(MessagesCitations.Read(Expect.Object(citation, path + ".citations[]")));
            }
            else if (!member.Is("type"u8) && !member.Is("text"u8))
            {
                Keep(text, member, path);
            }
        }

        return text;
    }

    private static ToolCallPart ToolCall(JsonValue block, string path)
    {
        var id = Expect.String(block.Member("id"u8), path + ".id");
        var name = Expect.String(block.Member("name"u8), path + ".name");
        var call = new ToolCallPart(id, name) { Arguments = Expect.Object(block.Member("input"u8), path + ".input").Raw };
        foreach (var member in block.Members)
        {
            if (!member.Is("type"u8) && !member.Is("id"u8) && !member.Is("name"u8) && !member.Is("input"u8)) Keep(call, member, path);
        }

        return call;
    }

    private static ToolResultPart ToolResult(JsonValue block, string path)
    {
        var result = new ToolResultPart(Expect.String(block.Member("tool_use_id"u8), path + ".tool_use_id"));
        foreach (var member in block.Members)
        {
            var value = member.Value;
            if (member.Is("content"u8))
            {
                if (value.IsString) result.Content.Add(new TextPart(value.AsString()));
                else if (value.IsArray) Read(result.Content, value, path + ".content");
                else if (value.HasValue) throw Expect.Wrong(value, path + ".content", "a string or an array");
                // An empty list says what a missing one says.
                if (value.IsNull || value.IsEmptyContainer) (result.Vendor ??= []).Add(Silent(member));
            }
            else if (member.Is("is_error"u8))
            {
                if (!value.HasValue) continue;
                result.IsError = Expect.Boolean(value, path + ".is_error").IsTrue;
                result.SaysIsError = true;
            }
            else if (!member.Is("type"u8) && !member.Is("tool_use_id"u8))
            {
                Keep(result, member, path);
            }
        }

        return result;
    }

    private static ReasoningPart Thinking(JsonValue block, string path)
    {
        var part = new ReasoningPart { Text = Expect.String(block.Member("thinking"u8), path + ".thinking") };
        var signature = block.Member("signature"u8).HasValue ? Expect.String(block.Member("signature"u8), path + ".signature") : default;
        if (!ReasoningCarrier.TryUnpack(signature, part))
        {
            // An unsigned one was never Claude's: a model without signatures wrote it.
            part.Origin = signature.IsEmpty ? ReasoningOrigin.None : ReasoningOrigin.Anthropic;
            part.Signature = signature;
        }

        foreach (var member in block.Members)
        {
            if (!member.Is("type"u8) && !member.Is("thinking"u8) && !member.Is("signature"u8)) Keep(part, member, path);
        }

        return part;
    }

    private static ReasoningPart Redacted(JsonValue block, string path)
    {
        var part = new ReasoningPart();
        var data = Expect.String(block.Member("data"u8), path + ".data");
        if (!ReasoningCarrier.TryUnpack(data, part)) (part.Origin, part.Redacted) = (ReasoningOrigin.Anthropic, data);
        foreach (var member in block.Members)
        {
            if (!member.Is("type"u8) && !member.Is("data"u8)) Keep(part, member, path);
        }

        return part;
    }

    internal static void Keep(ContentPart part, JsonField member, string path)
    {
        var saysSomething = member.Value.HasValue && !member.Value.IsEmptyContainer;
        if (member.Is("cache_control"u8) && saysSomething) return;
        (part.Vendor ??= []).Add(saysSomething ? new VendorField(member.Name, member.Value, $"{path}.{member.Name.ToText()}") : Silent(member));
    }

    /// <summary>A member that says nothing to anyone else: null, an empty list, the default spelled out.</summary>
    internal static VendorField Silent(in JsonField member, string path = "") => new(member.Name, member.Value, path) { IsSilent = true };
}
