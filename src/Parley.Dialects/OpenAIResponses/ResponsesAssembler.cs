using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.OpenAIChat;

namespace Parley.Dialects.OpenAIResponses;

/// <summary>
/// Makes events of output items, whether they come whole or in pieces: what an item's end says and no piece has said before is given
/// then. Items are told apart by their index: ids change from event to event on some servers (GitHub Copilot).
/// </summary>
internal sealed class ResponsesAssembler
{
    private readonly Dictionary<long, ResponsesOpenItem> _items = [];
    private int _parts;
    private bool _hasStarted;
    private bool _hasCall;

    /// <summary>The response begins; said once, however often it is called.</summary>
    internal void Start(JsonValue response, IReplySink sink)
    {
        if (_hasStarted) return;
        _hasStarted = true;
        sink.Accept(new ReplyEvent(ReplyEventKind.Started)
        {
            Id = response.Member("id"u8).AsString(),
            Name = response.Member("model"u8).AsString(),
            RawDialect = Dialect.OpenAIResponses,
        });
    }

    /// <summary>An item begins (<c>output_item.added</c>).</summary>
    internal void Added(long index, JsonValue item, IReplySink sink)
    {
        Start(default, sink);
        var open = Open(index, item);
        if (CallKind(item.Member("type"u8).AsString()) is { } kind) StartCall(open, kind, item, sink);
    }

    /// <summary>A content part begins (<c>content_part.added</c>, <c>reasoning_summary_part.added</c>).</summary>
    internal void AddedPart(long index, long at, JsonValue part, IReplySink sink)
    {
        if (KindOf(part) is { } kind) Part(Item(index, sink), kind, at, sink);
    }

    /// <summary>A piece of text comes.</summary>
    internal void Delta(long index, ReplyPartKind kind, long at, JsonString text, JsonValue logprobs, IReplySink sink)
    {
        var part = Part(Item(index, sink), kind, at, sink);
        if (!part.HasEnded) Give(part, text, logprobs, sink);
    }

    /// <summary>A piece of a call's arguments comes. Without the call's name it says nothing yet: the item's end has all of them.</summary>
    internal void CallDelta(long index, JsonString text, IReplySink sink)
    {
        if (_items.TryGetValue(index, out var item) && item.Parts is [{ HasEnded: false } part]) Give(part, text, default, sink);
    }

    /// <summary>A part's text is whole: given now, unless it came in pieces.</summary>
    internal void Whole(long index, ReplyPartKind kind, long at, JsonString text, JsonValue logprobs, IReplySink sink) =>
        GiveWhole(Part(Item(index, sink), kind, at, sink), text, logprobs, sink);

    internal void Annotation(long index, long at, JsonValue annotation, IReplySink sink)
    {
        var part = Part(Item(index, sink), ReplyPartKind.Text, at, sink);
        if (!part.HasEnded) Cite(part, annotation, sink);
    }

    /// <summary>A content part is whole (<c>content_part.done</c>).</summary>
    internal void PartDone(long index, long at, JsonValue content, IReplySink sink)
    {
        if (KindOf(content) is not { } kind) return;
        var part = Part(Item(index, sink), kind, at, sink);
        Fill(part, content, sink);
        // A thought stays open: its signature comes with the item's end.
        if (kind is ReplyPartKind.Text or ReplyPartKind.Refusal) End(part, sink);
    }

    /// <summary>An item is whole (<c>output_item.done</c>, or an element of <c>output</c>).</summary>
    internal void Done(long index, JsonValue item, IReplySink sink)
    {
        Start(default, sink);
        if (!_items.TryGetValue(index, out var open) || open.IsDone) open = Open(index, item);
        open.IsDone = true;
        var type = item.Member("type"u8).AsString();
        if (type.Is("message"u8)) FillAll(open, item.Member("content"u8), sink);
        else if (type.Is("reasoning"u8)) Reasoning(open, item, sink);
        else if (CallKind(type) is { } kind) Call(open, kind, item, sink);
        else if (item.IsObject) Opaque(item, type, sink);
        foreach (var part in open.Parts) End(part, sink);
    }

    /// <summary>The response ends: what is left, its fields, its usage, and why it ended.</summary>
    internal void End(JsonValue response, IReplySink sink)
    {
        Start(response, sink);
        // Servers that send nothing but the end have the whole output there.
        var isWhole = _items.Count == 0;
        var index = 0;
        foreach (var item in response.Member("output"u8).Items)
        {
            if (isWhole || (_items.TryGetValue(index, out var open) && !open.IsDone)) Done(index, item, sink);
            index++;
        }

        foreach (var (_, item) in _items)
        {
            foreach (var part in item.Parts) End(part, sink);
        }

        Close(response, sink);
    }

    private void Close(JsonValue response, IReplySink sink)
    {
        JsonString status = default, reason = default;
        JsonValue error = default, usage = default;
        foreach (var member in response.Members)
        {
            if (member.Is("status"u8)) status = member.Value.AsString();
            else if (member.Is("incomplete_details"u8)) reason = member.Value.Member("reason"u8).AsString();
            else if (member.Is("error"u8)) error = member.Value;
            else if (member.Is("usage"u8)) usage = member.Value;
            else if (!ResponsesNames.IsModelled(member.Name))
                sink.Accept(new ReplyEvent(ReplyEventKind.Vendor)
                {
                    Choice = -1,
                    Name = member.Name,
                    Raw = member.Value,
                    RawDialect = Dialect.OpenAIResponses
                });
        }

        if (OpenAIUsage.TryRead(usage.HasValue ? usage.Span : "null"u8, out var tokens))
            sink.Accept(new ReplyEvent(ReplyEventKind.Usage) { Tokens = tokens });
        if (error.HasValue || status.Is("failed"u8))
        {
            sink.Accept(ResponsesError.Read(error));
            return;
        }

        sink.Accept(ResponsesFinish.Read(status, reason, _hasCall));
        sink.Accept(new ReplyEvent(ReplyEventKind.Completed));
    }

    private ResponsesOpenItem Open(long index, JsonValue item) => _items[index] = new ResponsesOpenItem
    {
        Id = Keep(item.Member("id"u8).AsString()),
        Phase = Keep(item.Member("phase"u8).AsString()),
        Raw = ResponsesNames.HasMore(item) ? new JsonValue(item.Raw.ToArray()) : default,
    };

    private ResponsesOpenItem Item(long index, IReplySink sink)
    {
        Start(default, sink);
        return _items.TryGetValue(index, out var item) ? item : _items[index] = new ResponsesOpenItem();
    }

    private ResponsesOpenPart Part(ResponsesOpenItem item, ReplyPartKind kind, long at, IReplySink sink)
    {
        foreach (var known in item.Parts)
        {
            if (known.Kind == kind && known.Index == at) return known;
        }

        // Thoughts of one item come one behind the other, and only the last waits for the signature.
        if (kind is ReplyPartKind.Reasoning or ReplyPartKind.ReasoningSummary && item.Parts.Count > 0) End(item.Parts[^1], sink);
        var part = new ResponsesOpenPart(kind, at, _parts++);
        item.Parts.Add(part);
        sink.Accept(new ReplyEvent(ReplyEventKind.PartStarted)
        {
            Part = part.Number,
            PartKind = kind,
            Id = item.Id,
            Phase = item.Phase,
            Origin = kind is ReplyPartKind.Reasoning or ReplyPartKind.ReasoningSummary ? ReasoningOrigin.OpenAI : ReasoningOrigin.None,
            Raw = item.Raw,
            RawDialect = Dialect.OpenAIResponses,
        });
        return part;
    }

    private ResponsesOpenPart StartCall(ResponsesOpenItem open, ReplyPartKind kind, JsonValue item, IReplySink sink)
    {
        if (open.Parts is [var known, ..]) return known;
        _hasCall = true;
        var part = new ResponsesOpenPart(kind, 0, _parts++);
        open.Parts.Add(part);
        var call = item.Member("call_id"u8).AsString();
        sink.Accept(new ReplyEvent(ReplyEventKind.PartStarted)
        {
            Part = part.Number,
            PartKind = kind,
            Id = call.IsEmpty ? open.Id : call,
            ItemId = open.Id,
            Name = item.Member("name"u8).AsString(),
            Raw = open.Raw,
            RawDialect = Dialect.OpenAIResponses,
        });
        return part;
    }

    private void Call(ResponsesOpenItem open, ReplyPartKind kind, JsonValue item, IReplySink sink)
    {
        var text = item.Member(kind == ReplyPartKind.ToolCall ? "arguments"u8 : "input"u8).AsString();
        GiveWhole(StartCall(open, kind, item, sink), text, default, sink);
    }

    private void Reasoning(ResponsesOpenItem open, JsonValue item, IReplySink sink)
    {
        FillAll(open, item.Member("content"u8), sink);
        FillAll(open, item.Member("summary"u8), sink);
        // Without any text there still is an item, to be played back by its id or its encrypted content.
        if (open.Parts.Count == 0) Part(open, ReplyPartKind.Reasoning, 0, sink);
        var encrypted = item.Member("encrypted_content"u8).AsString();
        if (encrypted.IsEmpty || open.Parts[^1] is not { HasEnded: false } last) return;
        sink.Accept(new ReplyEvent(ReplyEventKind.Signature)
        {
            Part = last.Number,
            PartKind = last.Kind,
            Origin = ReasoningOrigin.OpenAI,
            Text = encrypted
        });
    }

    private void FillAll(ResponsesOpenItem open, JsonValue contents, IReplySink sink)
    {
        var at = 0;
        foreach (var content in contents.Items)
        {
            if (KindOf(content) is { } kind) Fill(Part(open, kind, at, sink), content, sink);
            at++;
        }
    }

    private static void Fill(ResponsesOpenPart part, JsonValue content, IReplySink sink)
    {
        if (part.HasEnded) return;
        var name = part.Kind == ReplyPartKind.Refusal ? "refusal"u8 : "text"u8;
        GiveWhole(part, content.Member(name).AsString(), content.Member("logprobs"u8), sink);
        var index = 0;
        foreach (var annotation in content.Member("annotations"u8).Items)
        {
            if (index++ >= part.Citations) Cite(part, annotation, sink);
        }
    }

    private static void GiveWhole(ResponsesOpenPart part, JsonString text, JsonValue logprobs, IReplySink sink)
    {
        if (!part.HasText && !part.HasEnded && !text.IsEmpty) Give(part, text, logprobs, sink);
    }

    private static void Give(ResponsesOpenPart part, JsonString text, JsonValue logprobs, IReplySink sink)
    {
        if (text.IsEmpty) return;
        part.HasText = true;
        var hasLogprobs = logprobs.IsArray && !logprobs.IsEmptyContainer;
        sink.Accept(new ReplyEvent(ReplyEventKind.Delta)
        {
            Part = part.Number,
            PartKind = part.Kind,
            Text = text,
            Raw = hasLogprobs ? logprobs : default,
            RawDialect = Dialect.OpenAIResponses,
        });
    }

    private static void Cite(ResponsesOpenPart part, JsonValue annotation, IReplySink sink)
    {
        if (!annotation.IsObject) return;
        part.Citations++;
        sink.Accept(new ReplyEvent(ReplyEventKind.Cited)
        {
            Part = part.Number,
            PartKind = part.Kind,
            Detail = ResponsesAnnotation.Read(annotation)
        });
    }

    private void Opaque(JsonValue item, JsonString type, IReplySink sink)
    {
        var image = type.Is("image_generation_call"u8) ? item.Member("result"u8).AsString() : default;
        var format = item.Member("output_format"u8).AsString();
        var kind = image.IsEmpty ? ReplyPartKind.Opaque : ReplyPartKind.Media;
        var part = new ReplyEvent(ReplyEventKind.PartStarted)
        {
            Part = _parts++,
            PartKind = kind,
            Id = item.Member("id"u8).AsString(),
            Name = type,
            Raw = item,
            RawDialect = Dialect.OpenAIResponses,
            Detail = image.IsEmpty ? null : new MediaPart(MediaKind.Image, MediaSourceKind.Base64, image)
            {
                MediaType = JsonString.From("image/" + (format.IsEmpty ? "png" : format.ToText())), // png is the API's default
            },
        };
        sink.Accept(part);
        sink.Accept(new ReplyEvent(ReplyEventKind.PartEnded) { Part = part.Part, PartKind = kind });
    }

    private static void End(ResponsesOpenPart part, IReplySink sink)
    {
        if (part.HasEnded) return;
        part.HasEnded = true;
        sink.Accept(new ReplyEvent(ReplyEventKind.PartEnded) { Part = part.Number, PartKind = part.Kind });
    }

    private static ReplyPartKind? CallKind(JsonString type) =>
        type.Is("function_call"u8) ? ReplyPartKind.ToolCall : type.Is("custom_tool_call"u8) ? ReplyPartKind.CustomToolCall : null;

    private static ReplyPartKind? KindOf(JsonValue content)
    {
        var type = content.Member("type"u8).AsString();
        return type.Is("output_text"u8) || type.Is("text"u8) ? ReplyPartKind.Text
            : type.Is("refusal"u8) ? ReplyPartKind.Refusal
            : type.Is("summary_text"u8) ? ReplyPartKind.ReasoningSummary
            : type.Is("reasoning_text"u8) ? ReplyPartKind.Reasoning
            : null;
    }

    private static JsonString Keep(JsonString text) => text.IsPresent ? new JsonString(text.Raw.ToArray()) : default;
}
