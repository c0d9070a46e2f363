using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIChat;

/// <summary>
/// Reads the thoughts of a delta or message. Servers that send <c>reasoning_details</c> send the same text once more under
/// <c>reasoning</c> or <c>reasoning_content</c>; the details win, since they have the signatures.
/// </summary>
internal sealed class ChatReasoningEvents
{
    private long _open = -1;

    internal void Read(ChatChoice choice, JsonValue details, JsonString text, IReplySink sink)
    {
        var hasText = false;
        foreach (var detail in details.Items)
        {
            var type = detail.Member("type"u8).AsString();
            if (type.Is("reasoning.text"u8)) hasText |= Text(choice, detail, ReplyPartKind.Reasoning, detail.Member("text"u8).AsString(), sink);
            else if (type.Is("reasoning.summary"u8)) hasText |= Text(choice, detail, ReplyPartKind.ReasoningSummary, detail.Member("summary"u8).AsString(), sink);
            else if (type.Is("reasoning.encrypted"u8)) Encrypted(choice, detail, sink);
        }

        if (!hasText && !text.IsEmpty) choice.Piece(ReplyPartKind.Reasoning, text, default, sink);
    }

    // The bare text of a whole message goes with the signature beside it; in a stream it came before.
    private bool Text(ChatChoice choice, JsonValue detail, ReplyPartKind kind, JsonString text, IReplySink sink)
    {
        var signature = detail.Member("signature"u8).AsString();
        if (text.IsEmpty && signature.IsEmpty) return false;
        var origin = ChatReasoningFormats.Read(detail.Member("format"u8).AsString());
        var at = detail.Member("index"u8).AsInt64() ?? -1;
        var isOpen = choice.Flow >= 0 && choice.FlowKind == kind && (at < 0 || _open < 0 || at == _open);
        if (!isOpen) choice.Begin(kind, origin, detail.Member("id"u8).AsString(), sink);
        _open = at;
        if (!text.IsEmpty) choice.Piece(kind, text, default, sink);
        if (!signature.IsEmpty) Hidden(ReplyEventKind.Signature, choice, signature, origin, sink);
        return !text.IsEmpty;
    }

    private void Encrypted(ChatChoice choice, JsonValue detail, IReplySink sink)
    {
        var data = detail.Member("data"u8).AsString();
        if (data.IsEmpty) return;
        var origin = ChatReasoningFormats.Read(detail.Member("format"u8).AsString());
        // An OpenAI item's secret belongs to the summary that is open; any other is a part of its own.
        var isItem = origin == ReasoningOrigin.OpenAI && choice.Flow >= 0 && choice.FlowKind == ReplyPartKind.ReasoningSummary;
        if (!isItem) choice.Begin(ReplyPartKind.Reasoning, origin, detail.Member("id"u8).AsString(), sink);
        Hidden(ChatReasoningFormats.IsRedacted(origin) ? ReplyEventKind.Redacted : ReplyEventKind.Signature, choice, data, origin, sink);
        choice.EndFlow(sink);
        _open = -1;
    }

    private static void Hidden(ReplyEventKind kind, ChatChoice choice, JsonString data, ReasoningOrigin origin, IReplySink sink) =>
        sink.Accept(new ReplyEvent(kind) { Choice = choice.Index, Part = choice.Flow, PartKind = choice.FlowKind, Text = data, Origin = origin });
}
