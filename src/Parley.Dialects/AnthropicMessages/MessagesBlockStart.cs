using System.Buffers;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.AnthropicMessages;

/// <summary>What a content block of an answer becomes, whole or just begun.</summary>
internal static class MessagesBlockStart
{
    /// <summary>The event that begins the part; its number is still to be set.</summary>
    internal static ReplyEvent Of(JsonValue block, JsonString type) => type.Span switch
    {
        _ when type.Is("text"u8) => new ReplyEvent(ReplyEventKind.PartStarted) { PartKind = ReplyPartKind.Text },
        _ when type.Is("thinking"u8) || type.Is("redacted_thinking"u8) =>
            new ReplyEvent(ReplyEventKind.PartStarted) { PartKind = ReplyPartKind.Reasoning, Origin = ReasoningOrigin.Anthropic },
        _ when type.Is("tool_use"u8) => new ReplyEvent(ReplyEventKind.PartStarted)
        {
            PartKind = ReplyPartKind.ToolCall,
            Id = block.Member("id"u8).AsString(),
            Name = block.Member("name"u8).AsString(),
            Raw = Extras(block),
            RawDialect = Dialect.AnthropicMessages,
        },
        _ => new ReplyEvent(ReplyEventKind.PartStarted)
        {
            PartKind = ReplyPartKind.Opaque,
            Name = type,
            Raw = block,
            RawDialect = Dialect.AnthropicMessages,
        },
    };

    // What a call has beside its id, name and input (caller): none for an ordinary one.
    private static JsonValue Extras(JsonValue block)
    {
        ArrayBufferWriter<byte>? output = null;
        JsonOutput? json = null;
        foreach (var member in block.Members)
        {
            if (member.Is("type"u8) || member.Is("id"u8) || member.Is("name"u8) || member.Is("input"u8)) continue;
            json ??= new JsonOutput(output = new ArrayBufferWriter<byte>()).BeginObject();
            json.Member(member.Name.Span, member.Value);
        }

        json?.EndObject();
        return output is null ? default : new JsonValue(output.WrittenMemory);
    }
}
