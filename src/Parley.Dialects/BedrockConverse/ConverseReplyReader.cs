using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.BedrockConverse;

/// <summary>Reads a whole answer of Converse as events.</summary>
internal sealed class ConverseReplyReader(IReplySink sink, ReasoningOrigin signed, ReasoningOrigin unsigned)
{
    private int _part;
    private ReplyPartKind _kind;
    private bool _isOpen;

    internal void Read(JsonValue body)
    {
        var output = body.Member("output"u8);
        if (!output.IsObject)
        {
            sink.Accept(ConverseError.Read(body, default));
            return;
        }

        sink.Accept(new ReplyEvent(ReplyEventKind.Started));
        foreach (var block in output.Member("message"u8).Member("content"u8).Items) Block(block);
        JsonValue stop = default, additional = default;
        foreach (var member in body.Members)
        {
            if (member.Is("output"u8)) continue;
            if (member.Is("stopReason"u8)) stop = member.Value;
            else if (member.Is("usage"u8)) ConverseReplyEvents.Usage(member.Value, sink);
            else
            {
                if (member.Is("additionalModelResponseFields"u8)) additional = member.Value;
                ConverseReplyEvents.Vendor(member, sink);
            }
        }

        ConverseReplyEvents.Finished(stop, additional, sink);
        sink.Accept(new ReplyEvent(ReplyEventKind.Completed));
    }

    private void Block(JsonValue block)
    {
        foreach (var member in block.Members)
        {
            var value = member.Value;
            if (member.Is("text"u8)) Text(ReplyPartKind.Text, value.AsString());
            else if (member.Is("toolUse"u8) && value.Member("name"u8).IsString && !value.Member("type"u8).IsPresent) ToolUse(value);
            else if (member.Is("reasoningContent"u8) && (value.Member("reasoningText"u8).IsObject || value.Member("redactedContent"u8).IsString))
                Reasoning(value);
            else if (member.Is("citationsContent"u8)) Cited(value);
            else if (member.Is("image"u8) && value.Member("source"u8).Member("bytes"u8).IsString) Image(value);
            // A word beside the member that says what the block is ("type": "text", from compatible servers) says nothing.
            else if (!value.IsObject && !value.IsArray) continue;
            else Start(ReplyPartKind.Opaque, new ReplyEvent(ReplyEventKind.PartStarted) { Raw = block, RawDialect = Dialect.BedrockConverse, Name = member.Name });
            if (_isOpen) End();
            return;
        }
    }

    private void Text(ReplyPartKind kind, JsonString text)
    {
        Start(kind, new ReplyEvent(ReplyEventKind.PartStarted));
        Delta(kind, text);
    }

    private void ToolUse(JsonValue use)
    {
        Start(ReplyPartKind.ToolCall, new ReplyEvent(ReplyEventKind.PartStarted) { Id = use.Member("toolUseId"u8).AsString(), Name = use.Member("name"u8).AsString() });
        var input = use.Member("input"u8);
        if (input.HasValue) Delta(ReplyPartKind.ToolCall, JsonString.Escape(input.Span));
    }

    private void Reasoning(JsonValue value)
    {
        var text = value.Member("reasoningText"u8);
        var redacted = value.Member("redactedContent"u8).AsString();
        var signature = text.Member("signature"u8).AsString();
        var origin = redacted.IsPresent || !signature.IsEmpty ? signed : unsigned;
        Start(ReplyPartKind.Reasoning, new ReplyEvent(ReplyEventKind.PartStarted) { Origin = origin });
        Delta(ReplyPartKind.Reasoning, text.Member("text"u8).AsString());
        var kind = redacted.IsPresent ? ReplyEventKind.Redacted : ReplyEventKind.Signature;
        var proof = redacted.IsPresent ? redacted : signature;
        if (!proof.IsEmpty) sink.Accept(new ReplyEvent(kind) { Part = _part, PartKind = ReplyPartKind.Reasoning, Text = proof, Origin = origin });
    }

    private void Cited(JsonValue value)
    {
        Start(ReplyPartKind.Text, new ReplyEvent(ReplyEventKind.PartStarted));
        foreach (var piece in value.Member("content"u8).Items) Delta(ReplyPartKind.Text, piece.Member("text"u8).AsString());
        foreach (var citation in value.Member("citations"u8).Items)
            sink.Accept(new ReplyEvent(ReplyEventKind.Cited) { Part = _part, PartKind = ReplyPartKind.Text, Detail = ConverseCitations.Read(citation) });
    }

    private void Image(JsonValue image) => Start(ReplyPartKind.Media, new ReplyEvent(ReplyEventKind.PartStarted)
    {
        Detail = new MediaPart(MediaKind.Image, MediaSourceKind.Base64, image.Member("source"u8).Member("bytes"u8).AsString())
        {
            MediaType = ConverseFormats.TypeOf(MediaKind.Image, image.Member("format"u8).AsString()),
        },
    });

    private void Start(ReplyPartKind kind, ReplyEvent start)
    {
        _isOpen = true;
        _kind = kind;
        sink.Accept(start with { Part = _part, PartKind = kind });
    }

    private void Delta(ReplyPartKind kind, JsonString text)
    {
        if (!text.IsEmpty) sink.Accept(new ReplyEvent(ReplyEventKind.Delta) { Part = _part, PartKind = kind, Text = text });
    }

    private void End()
    {
        sink.Accept(new ReplyEvent(ReplyEventKind.PartEnded) { Part = _part++, PartKind = _kind });
        _isOpen = false;
    }
}
