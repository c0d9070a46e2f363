using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIChat;

/// <summary>
/// One choice of an answer while it is read. Text, refusal and reasoning flow: one of them is open at a time, and another one, or a
/// call, ends it. Calls stay open until the choice ends, since their pieces may come in any order.
/// </summary>
internal sealed class ChatChoice(int index, ChatAnswer answer)
{
    private readonly ChatCalls _calls = new(index, answer);
    private readonly ChatReasoningEvents _reasoning = new();
    private ChatAudio? _audio;
    private int _flow = -1;
    private ReplyPartKind _flowKind;

    internal int Index => index;

    internal bool IsFinished { get; private set; }

    internal ChatVendorMemory Vendor { get; } = new();

    /// <summary>The part that flows; -1 when none is open.</summary>
    internal int Flow => _flow;

    internal ReplyPartKind FlowKind => _flowKind;

    /// <summary>Reads a delta, or a whole message. What comes behind the finish reason is not heard.</summary>
    internal void Delta(JsonValue delta, JsonValue logprobs, bool isWhole, IReplySink sink)
    {
        if (IsFinished || !delta.IsObject) return;
        var content = default(JsonValue);
        var reasoning = default(JsonValue);
        var details = default(JsonValue);
        var refusal = default(JsonValue);
        var calls = default(JsonValue);
        var function = default(JsonValue);
        var annotations = default(JsonValue);
        var audio = default(JsonValue);
        var images = default(JsonValue);
        foreach (var member in delta.Members)
        {
            if (member.Value.IsNull || member.Is("role"u8)) continue;
            if (member.Is("content"u8)) content = member.Value;
            else if (member.Is("reasoning_content"u8)) reasoning = member.Value;
            else if (member.Is("reasoning"u8)) reasoning = reasoning.IsPresent ? reasoning : member.Value;
            else if (member.Is("reasoning_details"u8)) details = member.Value;
            else if (member.Is("refusal"u8)) refusal = member.Value;
            else if (member.Is("tool_calls"u8)) calls = member.Value;
            else if (member.Is("function_call"u8)) function = member.Value;
            else if (member.Is("annotations"u8)) annotations = member.Value;
            else if (member.Is("audio"u8)) audio = member.Value;
            else if (member.Is("images"u8)) images = member.Value;
            else Vendor.Give(member, index, true, sink);
        }

        if (details.IsPresent || reasoning.IsPresent) _reasoning.Read(this, details, reasoning.AsString(), sink);
        Content(content, logprobs.Member("content"u8), sink);
        foreach (var annotation in annotations.Items) Cite(annotation, sink);
        if (refusal.AsString() is { IsEmpty: false } declined) Piece(ReplyPartKind.Refusal, declined, Probabilities(logprobs.Member("refusal"u8)), sink);
        foreach (var image in images.Items) Image(image, sink);
        if (audio.IsObject) (_audio ??= new ChatAudio()).Add(audio);
        foreach (var call in calls.Items) _calls.Read(this, call, isWhole, sink);
        if (function.IsObject) _calls.ReadLegacy(this, function, sink);
    }

    internal void Finish(JsonString word, JsonString stopped, IReplySink sink)
    {
        if (IsFinished) return;
        EndFlow(sink);
        _audio?.Give(index, answer, sink);
        _calls.End(this, sink);
        IsFinished = true;
        var reason = word.IsPresent ? ChatFinish.Read(word) : FinishReason.None;
        // OpenAI says "stop" when the call was forced by name, and some servers say it always.
        if (reason == FinishReason.Stop && _calls.HasAny) reason = FinishReason.ToolCalls;
        else if (reason == FinishReason.Stop && stopped.IsPresent) reason = FinishReason.StopSequence;
        sink.Accept(new ReplyEvent(ReplyEventKind.Finished) { Choice = index, Finish = reason, Text = word, Name = stopped });
    }

    /// <summary>A piece of the part of that kind that flows; begins one where another kind, or none, is open.</summary>
    internal void Piece(ReplyPartKind kind, JsonString text, JsonValue raw, IReplySink sink)
    {
        if (_flow < 0 || _flowKind != kind) Begin(kind, ReasoningOrigin.None, default, sink);
        sink.Accept(new ReplyEvent(ReplyEventKind.Delta) { Choice = index, Part = _flow, PartKind = kind, Text = text, Raw = raw });
    }

    /// <summary>Begins a part that flows, and ends the one that did.</summary>
    internal void Begin(ReplyPartKind kind, ReasoningOrigin origin, JsonString id, IReplySink sink)
    {
        EndFlow(sink);
        _flow = answer.NextPart();
        _flowKind = kind;
        sink.Accept(new ReplyEvent(ReplyEventKind.PartStarted) { Choice = index, Part = _flow, PartKind = kind, Origin = origin, Id = id });
    }

    internal void EndFlow(IReplySink sink)
    {
        if (_flow < 0) return;
        sink.Accept(new ReplyEvent(ReplyEventKind.PartEnded) { Choice = index, Part = _flow, PartKind = _flowKind });
        _flow = -1;
    }

    /// <summary>A part that comes whole.</summary>
    internal void Whole(in ReplyEvent start, IReplySink sink)
    {
        EndFlow(sink);
        var part = answer.NextPart();
        sink.Accept(start with { Choice = index, Part = part });
        sink.Accept(new ReplyEvent(ReplyEventKind.PartEnded) { Choice = index, Part = part, PartKind = start.PartKind });
    }

    private void Content(JsonValue content, JsonValue logprobs, IReplySink sink)
    {
        var raw = Probabilities(logprobs);
        if (content.IsString)
        {
            var text = content.AsString();
            if (!text.IsEmpty || raw.IsPresent) Piece(ReplyPartKind.Text, text, raw, sink);
            return;
        }

        // Mistral's reasoning models answer with a list of parts.
        foreach (var part in content.Items)
        {
            var type = part.Member("type"u8).AsString();
            if (type.Is("text"u8)) Piece(ReplyPartKind.Text, part.Member("text"u8).AsString(), default, sink);
            else if (type.Is("thinking"u8))
            {
                foreach (var thought in part.Member("thinking"u8).Items)
                    Piece(ReplyPartKind.Reasoning, thought.Member("text"u8).AsString(), default, sink);
            }
            else if (type.Is("image_url"u8)) Image(part, sink);
            else if (part.IsObject)
                Whole(new ReplyEvent(ReplyEventKind.PartStarted) { PartKind = ReplyPartKind.Opaque, Name = type, Raw = part, RawDialect = Dialect.OpenAIChat }, sink);
        }
    }

    private static JsonValue Probabilities(JsonValue list) => list.IsArray && !list.IsEmptyContainer ? list : default;

    private void Cite(JsonValue annotation, IReplySink sink)
    {
        if (!annotation.IsObject) return;
        if (_flow < 0 || _flowKind != ReplyPartKind.Text) Begin(ReplyPartKind.Text, ReasoningOrigin.None, default, sink);
        var source = annotation.Member("url_citation"u8);
        sink.Accept(new ReplyEvent(ReplyEventKind.Cited)
        {
            Choice = index,
            Part = _flow,
            PartKind = ReplyPartKind.Text,
            Detail = new Citation(Dialect.OpenAIChat, annotation)
            {
                Url = source.Member("url"u8).AsString(),
                Title = source.Member("title"u8).AsString(),
                CitedText = source.Member("content"u8).AsString(),
                Start = Position(source.Member("start_index"u8)),
                End = Position(source.Member("end_index"u8)),
            },
        });
    }

    private static int? Position(JsonValue value) => value.AsInt64() is >= 0 and <= int.MaxValue and var number ? (int)number : null;

    // OpenRouter's models that make images.
    private void Image(JsonValue image, IReplySink sink)
    {
        var url = image.Member("image_url"u8).Member("url"u8).AsString();
        if (url.IsEmpty) return;
        var comma = url.Span.IndexOf(";base64,"u8);
        var media = url.StartsWith("data:"u8) && comma > 5
            ? new MediaPart(MediaKind.Image, MediaSourceKind.Base64, new JsonString(url.Raw[(comma + 8)..])) { MediaType = new JsonString(url.Raw[5..comma]) }
            : new MediaPart(MediaKind.Image, MediaSourceKind.Url, url);
        Whole(new ReplyEvent(ReplyEventKind.PartStarted) { PartKind = ReplyPartKind.Media, Detail = media, Raw = image, RawDialect = Dialect.OpenAIChat }, sink);
    }
}
