using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.AnthropicMessages;

/// <summary>Writes a whole answer as a message.</summary>
internal static class MessagesReplyWriter
{
    internal static void Write(FoldedReply reply, ReplyContext context, JsonOutput json)
    {
        json.BeginObject()
            .Member("id"u8, JsonString.From("msg_" + context.Id))
            .Member("type"u8, "message"u8)
            .Member("role"u8, "assistant"u8)
            .Member("model"u8, context.Model)
            .BeginArray("content"u8);
        JsonValue details = default;
        bool hasCalls = false, hasRefusal = false, hasText = false;
        foreach (var part in reply.Parts)
        {
            if (part.Choice > 0)
            {
                MessagesReplyLosses.Choice(context);
                continue;
            }

            if (MessagesReplyParts.IsStopDetails(part.Kind, part.Raw, part.RawDialect)) details = part.Raw;
            else Block(part, context, json);
            hasCalls |= part.Kind is ReplyPartKind.ToolCall or ReplyPartKind.CustomToolCall;
            hasRefusal |= part.Kind == ReplyPartKind.Refusal && !part.Text.IsEmpty;
            hasText |= part.Kind == ReplyPartKind.Text && !part.Text.IsEmpty;
        }

        json.EndArray();
        var ending = reply.Ending;
        json.Name("stop_reason"u8);
        var reason = ending is null ? default : MessagesFinish.Word(ending.Finish, ending.RawFinish, hasCalls, hasRefusal && !hasText);
        if (reason.IsEmpty) json.Null();
        else json.Value(reason);
        if (ending is not null) MessagesReplyLosses.Finish(context, ending.Finish, reason, ending.RawFinish);
        json.Name("stop_sequence"u8);
        if (ending is { StopSequence.IsPresent: true }) json.Value(ending.StopSequence);
        else json.Null();
        json.MemberIfPresent("stop_details"u8, details);
        json.Name("usage"u8);
        if (reply.RawUsage.IsObject && reply.RawUsageDialect == Dialect.AnthropicMessages) json.Value(reply.RawUsage);
        else MessagesUsage.Write(json, reply.Usage);
        if (reply.VendorDialect == Dialect.AnthropicMessages)
        {
            foreach (var field in reply.Vendor) json.Member(field.Name.Span, field.Value);
        }

        json.EndObject();
    }

    private static void Block(FoldedPart part, ReplyContext context, JsonOutput json)
    {
        switch (part.Kind)
        {
            case ReplyPartKind.Text or ReplyPartKind.Refusal:
                json.BeginObject().Member("type"u8, "text"u8).Member("text"u8, part.Text);
                Citations(part, context, json);
                json.EndObject();
                if (part.Logprobs is not null) MessagesReplyLosses.Logprobs(context);
                break;
            case ReplyPartKind.Reasoning or ReplyPartKind.ReasoningSummary:
                Thought(part, json);
                break;
            case ReplyPartKind.ToolCall or ReplyPartKind.CustomToolCall:
                json.BeginObject().Member("type"u8, "tool_use"u8).Member("id"u8, part.Id).Member("name"u8, part.Name).Name("input"u8);
                MessagesBlockWriter.Input(
                    json,
                    new ToolCallPart(part.Id, part.Name) { Arguments = part.Arguments, IsCustom = part.Kind == ReplyPartKind.CustomToolCall },
                    () => context.Losses.Add("reply.content.arguments", "no JSON object: given as a text inside one"));
                if (part.RawDialect == Dialect.AnthropicMessages) json.Members(part.Raw);
                json.EndObject();
                break;
            case ReplyPartKind.Media:
                MessagesReplyLosses.Media(context);
                break;
            case ReplyPartKind.Opaque when part.RawDialect == Dialect.AnthropicMessages:
                json.Value(part.Raw);
                break;
            case ReplyPartKind.Opaque:
                MessagesReplyLosses.Opaque(context, part.Raw.Member("type"u8).AsString(), part.RawDialect);
                break;
        }
    }

    private static void Citations(FoldedPart part, ReplyContext context, JsonOutput json)
    {
        if (part.Citations is not { Count: > 0 } citations) return;
        var isAny = citations.Exists(MessagesCitations.CanWrite);
        if (isAny) json.BeginArray("citations"u8);
        foreach (var citation in citations)
        {
            if (!MessagesCitations.TryWrite(json, citation)) MessagesReplyLosses.Citation(context);
        }

        if (isAny) json.EndArray();
    }

    private static void Thought(FoldedPart part, JsonOutput json)
    {
        var (sealedText, isOwn, isRedacted) = MessagesReplyParts.Seal(
            part.Origin, part.Redacted.IsPresent, part.Id, part.Redacted.IsPresent ? part.Redacted : part.Signature);
        if (part.Text.IsEmpty && sealedText.IsEmpty) return;
        // A thought without text is shown as redacted, save for Claude's own, whose text was left out on demand (display: omitted).
        if (part.Text.IsEmpty && (isRedacted || !isOwn))
            json.BeginObject().Member("type"u8, "redacted_thinking"u8).Member("data"u8, sealedText).EndObject();
        else
            json.BeginObject().Member("type"u8, "thinking"u8).Member("thinking"u8, part.Text).Member("signature"u8, sealedText).EndObject();
    }
}
