using System.Buffers;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Streaming;

namespace Parley.Dialects.AnthropicMessages;

/// <summary>
/// Reads a streamed answer. Blocks come one behind the other, but are told by their index all the same. Unknown events and unknown
/// kinds of delta are passed over, as Anthropic's versioning asks clients to do. Blocks that only Anthropic knows are gathered and
/// given whole at their end.
/// </summary>
internal sealed class MessagesStreamReader : ReplyReader
{
    private readonly List<OpenBlock> _open = [];
    private MessagesUsage _usage;
    private JsonValue _rawUsage;
    private JsonString _earlyReason;
    private int _parts;
    private bool _isStarted;
    private bool _isFinished;
    private bool _isBroken;

    /// <inheritdoc/>
    public override bool IsFinished => _isFinished;

    /// <inheritdoc/>
    public override void Read(in SseFrame frame, IReplySink sink)
    {
        if (_isFinished || _isBroken || frame.Data.IsEmpty) return;
        // What calls itself an error is one, whatever its words.
        if (!JsonValue.TryParse(frame.DataMemory, out var data) && !frame.Event.SequenceEqual("error"u8))
        {
            if (!BrokenFrame.Is(in frame)) return;
            _isBroken = true;
            sink.Accept(BrokenFrame.Failure);
            return;
        }

        JsonString type = default;
        JsonValue index = default, delta = default, block = default, message = default, usage = default;
        foreach (var member in data.Members)
        {
            if (member.Is("type"u8)) type = member.Value.AsString();
            else if (member.Is("index"u8)) index = member.Value;
            else if (member.Is("delta"u8)) delta = member.Value;
            else if (member.Is("content_block"u8)) block = member.Value;
            else if (member.Is("message"u8)) message = member.Value;
            else if (member.Is("usage"u8)) usage = member.Value;
        }

        if (type.Is("content_block_delta"u8)) Delta(index, delta, sink);
        else if (type.Is("content_block_start"u8)) Start(index, block, sink);
        else if (type.Is("content_block_stop"u8)) Stop(index, sink);
        else if (type.Is("message_start"u8)) Begin(message, sink);
        else if (type.Is("message_delta"u8)) End(data, delta, usage, sink);
        else if (type.Is("message_stop"u8)) Finish(sink);
        else if (type.Is("error"u8) || frame.Event.SequenceEqual("error"u8)) sink.Accept(MessagesError.Read(data));
    }

    private void Begin(JsonValue value, IReplySink sink)
    {
        // Some hosts send it twice, or begin anew after a hidden retry: what was open is closed, the first id and model stay.
        CloseAll(sink);
        var message = new MessagesMessage(value);
        if (!_isStarted) sink.Accept(new ReplyEvent(ReplyEventKind.Started) { Id = message.Id, Name = message.Model });
        _isStarted = true;
        Count(message.Usage, sink);
        MessagesReplyReader.Vendor(value, sink);
        // An answer that goes on with a call from within a code execution comes whole in the start (recorded: programmatic tool calling).
        foreach (var block in message.Content.Items)
        {
            if (block.IsObject) MessagesReplyReader.Block(block, _parts++, sink);
        }

        _earlyReason = message.StopReason.IsEmpty ? default : new JsonString(message.StopReason.Raw.ToArray());
    }

    private void Start(JsonValue index, JsonValue block, IReplySink sink)
    {
        if (!block.IsObject || index.AsInt64() is not { } number) return;
        EnsureStarted(sink);
        if (Find(number) is { } still) Close(still, sink);
        var start = MessagesBlockStart.Of(block, block.Member("type"u8).AsString());
        var open = new OpenBlock(number, start.PartKind, start.PartKind == ReplyPartKind.Opaque ? -1 : _parts++);
        _open.Add(open);
        if (open.Kind == ReplyPartKind.Opaque)
        {
            open.Keep(block);
            return;
        }

        sink.Accept(start with { Part = open.Part });
        switch (open.Kind)
        {
            case ReplyPartKind.Text:
                Give(open, ReplyEventKind.Delta, block.Member("text"u8).AsString(), sink);
                foreach (var citation in block.Member("citations"u8).Items) Cite(open, citation, sink);
                break;
            case ReplyPartKind.Reasoning:
                Give(open, ReplyEventKind.Delta, block.Member("thinking"u8).AsString(), sink);
                Give(open, ReplyEventKind.Signature, block.Member("signature"u8).AsString(), sink);
                Give(open, ReplyEventKind.Redacted, block.Member("data"u8).AsString(), sink);
                break;
            case ReplyPartKind.ToolCall:
                open.Input = block.Member("input"u8) is { IsEmptyContainer: false, IsObject: true } input ? input.Raw.ToArray() : [];
                break;
        }
    }

    private void Delta(JsonValue index, JsonValue delta, IReplySink sink)
    {
        if (index.AsInt64() is not { } number || Find(number) is not { } open) return;
        var type = delta.Member("type"u8).AsString();
        if (open.Kind == ReplyPartKind.Opaque)
        {
            if (type.Is("input_json_delta"u8)) open.AppendInput(delta.Member("partial_json"u8).AsString());
            else if (type.Is("compaction_delta"u8)) open.Replace(delta);
            return;
        }

        if (type.Is("text_delta"u8)) Give(open, ReplyEventKind.Delta, delta.Member("text"u8).AsString(), sink);
        else if (type.Is("input_json_delta"u8)) Give(open, ReplyEventKind.Delta, delta.Member("partial_json"u8).AsString(), sink);
        else if (type.Is("thinking_delta"u8)) Give(open, ReplyEventKind.Delta, delta.Member("thinking"u8).AsString(), sink);
        else if (type.Is("signature_delta"u8)) Give(open, ReplyEventKind.Signature, delta.Member("signature"u8).AsString(), sink);
        else if (type.Is("citations_delta"u8)) Cite(open, delta.Member("citation"u8), sink);
    }

    private void Stop(JsonValue index, IReplySink sink)
    {
        if (index.AsInt64() is { } number && Find(number) is { } open) Close(open, sink);
    }

    private void End(JsonValue data, JsonValue delta, JsonValue usage, IReplySink sink)
    {
        EnsureStarted(sink);
        CloseAll(sink);
        Count(usage, sink);
        MessagesReplyReader.Vendor(delta, sink);
        foreach (var member in data.Members)
        {
            // context_management stands beside the delta.
            if (!member.Is("type"u8) && !member.Is("delta"u8) && !member.Is("usage"u8) && member.Value.HasValue)
                sink.Accept(MessagesReplyReader.Field(member.Name.Span, member.Value));
        }

        var message = new MessagesMessage(delta);
        if (message.StopReason.IsEmpty) return;
        _earlyReason = default;
        MessagesReplyReader.End(message, ref _parts, sink);
    }

    private void Finish(IReplySink sink)
    {
        EnsureStarted(sink);
        CloseAll(sink);
        _isFinished = true;
        if (_earlyReason.IsPresent) sink.Accept(new ReplyEvent(ReplyEventKind.Finished) { Finish = MessagesFinish.Read(_earlyReason), Text = _earlyReason });
        sink.Accept(new ReplyEvent(ReplyEventKind.Completed));
    }

    private void EnsureStarted(IReplySink sink)
    {
        if (_isStarted) return;
        _isStarted = true;
        sink.Accept(new ReplyEvent(ReplyEventKind.Started));
    }

    private void Count(JsonValue usage, IReplySink sink)
    {
        if (!usage.IsObject) return;
        _usage.Add(usage);
        _rawUsage = MessagesUsage.Merge(_rawUsage, usage);
        if (_usage.HasAny)
            sink.Accept(new ReplyEvent(ReplyEventKind.Usage) { Tokens = _usage.Tokens, Raw = _rawUsage, RawDialect = Dialect.AnthropicMessages });
    }

    private static void Give(OpenBlock open, ReplyEventKind kind, JsonString text, IReplySink sink)
    {
        if (text.IsEmpty) return;
        open.HasText = true;
        sink.Accept(new ReplyEvent(kind)
        {
            Part = open.Part,
            PartKind = open.Kind,
            Text = text,
            Origin = open.Kind == ReplyPartKind.Reasoning ? ReasoningOrigin.Anthropic : ReasoningOrigin.None,
        });
    }

    private static void Cite(OpenBlock open, JsonValue citation, IReplySink sink)
    {
        if (!citation.IsObject || open.Kind != ReplyPartKind.Text) return;
        sink.Accept(new ReplyEvent(ReplyEventKind.Cited) { Part = open.Part, PartKind = open.Kind, Detail = MessagesCitations.Read(citation) });
    }

    private void CloseAll(IReplySink sink)
    {
        while (_open.Count > 0) Close(_open[0], sink);
    }

    private void Close(OpenBlock open, IReplySink sink)
    {
        _open.Remove(open);
        var part = open.Part;
        if (open.Kind == ReplyPartKind.Opaque)
        {
            var block = open.Whole();
            part = _parts++;
            sink.Accept(MessagesBlockStart.Of(block, block.Member("type"u8).AsString()) with { Part = part });
        }
        else if (open.Kind == ReplyPartKind.ToolCall && !open.HasText)
        {
            // A call without arguments streams none; the start may hold them all.
            Give(open, ReplyEventKind.Delta, JsonString.Escape(open.Input is { Length: > 0 } input ? input : "{}"u8), sink);
        }

        sink.Accept(new ReplyEvent(ReplyEventKind.PartEnded) { Part = part, PartKind = open.Kind });
    }

    private OpenBlock? Find(long index)
    {
        foreach (var open in _open)
        {
            if (open.Index == index) return open;
        }

        return null;
    }

    private sealed class OpenBlock(long index, ReplyPartKind kind, int part)
    {
        private readonly ArrayBufferWriter<byte> _input = new(); // takes no memory before the first piece
        private JsonValue _block;
        private JsonValue _delta;

        internal long Index => index;

        internal ReplyPartKind Kind => kind;

        internal int Part => part;

        internal bool HasText { get; set; }

        internal byte[]? Input { get; set; }

        internal void Keep(JsonValue block) => _block = new JsonValue(block.Raw.ToArray());

        internal void AppendInput(JsonString piece) => _input.Write(piece.Span);

        // A compaction brings its content in one delta.
        internal void Replace(JsonValue delta) => _delta = new JsonValue(delta.Raw.ToArray());

        internal JsonValue Whole()
        {
            var hasInput = _input.WrittenCount > 0;
            JsonValue input = default;
            if (hasInput && !JsonValue.TryParse(new JsonString(_input.WrittenMemory).ToUtf8(), out input)) hasInput = false;
            if (!hasInput && !_delta.IsPresent) return _block;
            var output = new ArrayBufferWriter<byte>();
            var json = new JsonOutput(output).BeginObject();
            foreach (var member in _block.Members)
            {
                if (member.Is("input"u8) && hasInput) continue;
                if (!member.Is("type"u8) && _delta.Member(member.Name.ToUtf8().Span).IsPresent) continue;
                json.Member(member.Name.Span, member.Value);
            }

            if (hasInput) json.Member("input"u8, input);
            foreach (var member in _delta.Members)
            {
                if (!member.Is("type"u8)) json.Member(member.Name.Span, member.Value);
            }

            json.EndObject();
            return new JsonValue(output.WrittenMemory);
        }
    }
}
