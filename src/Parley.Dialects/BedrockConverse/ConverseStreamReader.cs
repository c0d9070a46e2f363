using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Streaming;

namespace Parley.Dialects.BedrockConverse;

/// <summary>
/// Reads ConverseStream's events. Text and reasoning blocks have no start event, so the first delta opens them; <c>messageStop</c>
/// and <c>metadata</c> come in either order, and only both together end the stream.
/// </summary>
internal sealed class ConverseStreamReader(ReasoningOrigin signed, ReasoningOrigin unsigned) : ReplyReader
{
    private readonly Dictionary<long, ConverseStreamBlock> _blocks = [];
    private ConverseStreamBlock? _last;
    private int _parts;
    private bool _hasStarted;
    private bool _hasStopped;
    private bool _hasMetadata;
    private bool _hasFailed;

    /// <inheritdoc/>
    public override bool IsFinished => _hasStopped && _hasMetadata && !_hasFailed;

    /// <inheritdoc/>
    public override void Read(in SseFrame frame, IReplySink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        if (_hasFailed || IsFinished) return;
        var name = frame.Event;
        var isJson = JsonValue.TryParse(frame.DataMemory, out var data) && data.IsObject;
        if (name.StartsWith("exception:"u8) || name.StartsWith("error:"u8))
        {
            _hasFailed = true;
            sink.Accept(ConverseError.Read(isJson ? data : default, JsonString.Escape(name[(name.IndexOf((byte)':') + 1)..])));
            return;
        }

        if (!isJson)
        {
            if (!BrokenFrame.Is(in frame)) return;
            _hasFailed = true;
            sink.Accept(BrokenFrame.Failure);
            return;
        }

        if (!_hasStarted)
        {
            _hasStarted = true;
            sink.Accept(new ReplyEvent(ReplyEventKind.Started));
        }

        if (name.SequenceEqual("contentBlockDelta"u8)) Delta(data, sink);
        else if (name.SequenceEqual("contentBlockStart"u8)) Start(data, sink);
        else if (name.SequenceEqual("contentBlockStop"u8)) Stop(data, sink);
        else if (name.SequenceEqual("messageStop"u8) && !_hasStopped) MessageStop(data, sink);
        else if (name.SequenceEqual("metadata"u8) && !_hasMetadata) Metadata(data, sink);
    }

    private void Start(JsonValue data, IReplySink sink)
    {
        var start = data.Member("start"u8);
        var use = start.Member("toolUse"u8);
        if (start.IsEmptyContainer || !start.IsObject) return; // text in the clothes of a start event: its first delta opens it
        if (use.Member("name"u8).IsString && !use.Member("type"u8).IsPresent)
        {
            var opening = new ReplyEvent(ReplyEventKind.PartStarted) { Id = use.Member("toolUseId"u8).AsString(), Name = use.Member("name"u8).AsString() };
            Open(data, ReplyPartKind.ToolCall, opening, sink);
            return;
        }

        // A tool or an image of Bedrock's own: gathered, and given as one opaque part when it is whole.
        var index = Index(data);
        if (_blocks.TryGetValue(index, out var open)) Close(index, open, sink);
        var block = new ConverseStreamBlock(index, ReplyPartKind.Opaque);
        block.Keep(start);
        _blocks[index] = block;
    }

    private void Delta(JsonValue data, IReplySink sink)
    {
        var delta = data.Member("delta"u8);
        foreach (var member in delta.Members)
        {
            var value = member.Value;
            if (Find(data) is { Kind: ReplyPartKind.Opaque } opaque) opaque.Keep(delta);
            else if (member.Is("text"u8)) Piece(data, ReplyPartKind.Text, value.AsString(), sink);
            else if (member.Is("toolUse"u8)) ToolInput(data, value.Member("input"u8).AsString(), sink);
            else if (member.Is("reasoningContent"u8)) Reasoning(data, value, sink);
            else if (member.Is("citation"u8) && value.IsObject)
            {
                var block = Ensure(data, ReplyPartKind.Text, sink);
                sink.Accept(new ReplyEvent(ReplyEventKind.Cited) { Part = block.Part, PartKind = block.Kind, Detail = ConverseCitations.Read(value) });
            }
            else
            {
                continue;
            }

            return;
        }
    }

    private void Reasoning(JsonValue data, JsonValue value, IReplySink sink)
    {
        foreach (var member in value.Members)
        {
            if (member.Is("text"u8)) Piece(data, ReplyPartKind.Reasoning, member.Value.AsString(), sink);
            else if (member.Is("signature"u8)) Proof(data, ReplyEventKind.Signature, member.Value.AsString(), sink);
            else if (member.Is("redactedContent"u8)) Proof(data, ReplyEventKind.Redacted, member.Value.AsString(), sink);
        }
    }

    private void Proof(JsonValue data, ReplyEventKind kind, JsonString text, IReplySink sink)
    {
        if (text.IsEmpty) return;
        var block = Ensure(data, ReplyPartKind.Reasoning, sink);
        sink.Accept(new ReplyEvent(kind) { Part = block.Part, PartKind = block.Kind, Text = text, Origin = signed });
    }

    // Arguments without the start that names their tool belong to nothing.
    private void ToolInput(JsonValue data, JsonString text, IReplySink sink)
    {
        if (text.IsEmpty || Find(data) is not { Kind: ReplyPartKind.ToolCall } block) return;
        sink.Accept(new ReplyEvent(ReplyEventKind.Delta) { Part = block.Part, PartKind = block.Kind, Text = text });
    }

    private void Piece(JsonValue data, ReplyPartKind kind, JsonString text, IReplySink sink)
    {
        if (text.IsEmpty) return;
        var block = Ensure(data, kind, sink);
        sink.Accept(new ReplyEvent(ReplyEventKind.Delta) { Part = block.Part, PartKind = kind, Text = text });
    }

    private ConverseStreamBlock? Find(JsonValue data)
    {
        var index = Index(data);
        if (_last is not null && _last.Index == index) return _last;
        return _blocks.TryGetValue(index, out var block) ? _last = block : null;
    }

    private ConverseStreamBlock Ensure(JsonValue data, ReplyPartKind kind, IReplySink sink) =>
        Find(data) is { } block && block.Kind == kind ? block : Open(data, kind, new ReplyEvent(ReplyEventKind.PartStarted), sink);

    private ConverseStreamBlock Open(JsonValue data, ReplyPartKind kind, ReplyEvent opening, IReplySink sink)
    {
        var index = Index(data);
        if (_blocks.TryGetValue(index, out var open)) Close(index, open, sink);
        var block = new ConverseStreamBlock(index, kind) { Part = _parts++ };
        _blocks[index] = _last = block;
        sink.Accept(opening with { Part = block.Part, PartKind = kind, Origin = kind == ReplyPartKind.Reasoning ? unsigned : ReasoningOrigin.None });
        return block;
    }

    private void Stop(JsonValue data, IReplySink sink)
    {
        if (Find(data) is { } block) Close(block.Index, block, sink);
    }

    private void Close(long index, ConverseStreamBlock block, IReplySink sink)
    {
        _blocks.Remove(index);
        if (_last == block) _last = null;
        if (block.Kind == ReplyPartKind.Opaque)
        {
            block.Part = _parts++;
            sink.Accept(new ReplyEvent(ReplyEventKind.PartStarted)
            {
                Part = block.Part,
                PartKind = block.Kind,
                Name = block.Type,
                Raw = block.Whole(),
                RawDialect = Dialect.BedrockConverse,
            });
        }

        sink.Accept(new ReplyEvent(ReplyEventKind.PartEnded) { Part = block.Part, PartKind = block.Kind });
        block.Dispose();
    }

    private void CloseAll(IReplySink sink)
    {
        foreach (var (index, block) in _blocks.OrderBy(pair => pair.Key).ToList()) Close(index, block, sink);
    }

    private void MessageStop(JsonValue data, IReplySink sink)
    {
        CloseAll(sink);
        JsonValue additional = default;
        foreach (var member in data.Members)
        {
            if (member.Is("stopReason"u8) || IsPadding(member)) continue;
            if (member.Is("additionalModelResponseFields"u8)) additional = member.Value;
            ConverseReplyEvents.Vendor(member, sink);
        }

        ConverseReplyEvents.Finished(data.Member("stopReason"u8), additional, sink);
        _hasStopped = true;
        if (_hasMetadata) sink.Accept(new ReplyEvent(ReplyEventKind.Completed));
    }

    private void Metadata(JsonValue data, IReplySink sink)
    {
        foreach (var member in data.Members)
        {
            if (member.Is("usage"u8)) ConverseReplyEvents.Usage(member.Value, sink);
            else if (!IsPadding(member)) ConverseReplyEvents.Vendor(member, sink);
        }

        _hasMetadata = true;
        if (_hasStopped) sink.Accept(new ReplyEvent(ReplyEventKind.Completed));
    }

    // Bedrock fills every event up with "p":"abcd…", so that its length tells nothing about the text.
    private static bool IsPadding(JsonField member) => member.Is("p"u8);

    private static long Index(JsonValue data) => data.Member("contentBlockIndex"u8).AsInt64() ?? 0;
}
