using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.AnthropicMessages;

/// <summary>
/// Reads a whole answer as the events that its stream would have given. Tolerant: what is missing or of another kind gives no
/// event.
/// </summary>
internal static class MessagesReplyReader
{
    internal static void Read(JsonValue body, IReplySink sink)
    {
        if (!body.IsObject || body.Member("type"u8).AsString().Is("error"u8) || body.Member("error"u8).IsObject)
        {
            sink.Accept(MessagesError.Read(body));
            return;
        }

        var message = new MessagesMessage(body);
        sink.Accept(new ReplyEvent(ReplyEventKind.Started) { Id = message.Id, Name = message.Model });
        var usage = default(MessagesUsage);
        usage.Add(message.Usage);
        if (usage.HasAny)
            sink.Accept(new ReplyEvent(ReplyEventKind.Usage) { Tokens = usage.Tokens, Raw = message.Usage, RawDialect = Dialect.AnthropicMessages });
        var part = 0;
        foreach (var block in message.Content.Items)
        {
            if (block.IsObject) Block(block, part++, sink);
        }

        End(message, ref part, sink);
        Vendor(body, sink);
        sink.Accept(new ReplyEvent(ReplyEventKind.Completed));
    }

    /// <summary>
    /// Gives the end of the answer. What Anthropic says about a refusal is given as a part of its own, so that other dialects have words
    /// for it; its raw form is the <c>stop_details</c>.
    /// </summary>
    internal static void End(in MessagesMessage message, ref int part, IReplySink sink)
    {
        if (message.StopDetails.IsObject && message.StopReason.Is("refusal"u8))
        {
            var number = part++;
            sink.Accept(new ReplyEvent(ReplyEventKind.PartStarted)
            {
                Part = number,
                PartKind = ReplyPartKind.Refusal,
                Raw = message.StopDetails,
                RawDialect = Dialect.AnthropicMessages,
            });
            var words = message.StopDetails.Member("explanation"u8).AsString();
            if (!words.IsEmpty) sink.Accept(new ReplyEvent(ReplyEventKind.Delta) { Part = number, PartKind = ReplyPartKind.Refusal, Text = words });
            sink.Accept(new ReplyEvent(ReplyEventKind.PartEnded) { Part = number, PartKind = ReplyPartKind.Refusal });
        }
        else if (message.StopDetails.IsObject)
        {
            sink.Accept(Field("stop_details"u8, message.StopDetails));
        }

        sink.Accept(new ReplyEvent(ReplyEventKind.Finished)
        {
            Finish = MessagesFinish.Read(message.StopReason),
            Text = message.StopReason,
            Name = message.StopSequence,
        });
    }

    /// <summary>
    /// Gives the members of a message that no other dialect has: <c>container</c>, <c>context_management</c>, and what is
    /// new.
    /// </summary>
    internal static void Vendor(JsonValue message, IReplySink sink)
    {
        foreach (var member in message.Members)
        {
            if (MessagesMessage.IsKnown(member.Name) || !member.Value.HasValue) continue;
            sink.Accept(Field(member.Name.Span, member.Value));
        }
    }

    internal static ReplyEvent Field(ReadOnlySpan<byte> name, JsonValue value) => new(ReplyEventKind.Vendor)
    {
        Choice = -1,
        Name = JsonString.Literal(name),
        Raw = value,
        RawDialect = Dialect.AnthropicMessages,
    };

    /// <summary>Gives a block that is whole.</summary>
    internal static void Block(JsonValue block, int part, IReplySink sink)
    {
        var type = block.Member("type"u8).AsString();
        var start = MessagesBlockStart.Of(block, type) with { Part = part };
        sink.Accept(start);
        var kind = start.PartKind;
        switch (kind)
        {
            case ReplyPartKind.Text:
                Delta(ReplyEventKind.Delta, block.Member("text"u8).AsString(), default);
                foreach (var citation in block.Member("citations"u8).Items)
                {
                    if (citation.IsObject)
                        sink.Accept(new ReplyEvent(ReplyEventKind.Cited) { Part = part, PartKind = kind, Detail = MessagesCitations.Read(citation) });
                }

                break;
            case ReplyPartKind.Reasoning:
                Delta(ReplyEventKind.Delta, block.Member("thinking"u8).AsString(), default);
                Delta(ReplyEventKind.Signature, block.Member("signature"u8).AsString(), ReasoningOrigin.Anthropic);
                Delta(ReplyEventKind.Redacted, block.Member("data"u8).AsString(), ReasoningOrigin.Anthropic);
                break;
            case ReplyPartKind.ToolCall:
                Delta(ReplyEventKind.Delta, JsonString.Escape(block.Member("input"u8) is { IsPresent: true } input ? input.Span : "{}"u8), default);
                break;
        }

        sink.Accept(new ReplyEvent(ReplyEventKind.PartEnded) { Part = part, PartKind = kind });

        void Delta(ReplyEventKind what, JsonString text, ReasoningOrigin origin)
        {
            if (!text.IsEmpty) sink.Accept(new ReplyEvent(what) { Part = part, PartKind = kind, Text = text, Origin = origin });
        }
    }
}
