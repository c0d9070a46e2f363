using System.Buffers;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.AnthropicMessages;

/// <summary>
/// Writes the parts of an answer as content blocks. They come one behind the other (<see cref="PartSequencer"/>); indexes count only
/// what is written. A thought is opened with its first word, since only then it is known to have one.
/// </summary>
internal sealed class MessagesBlockStream(ReplyContext context, JsonOutput json) : IReplySink
{
    private int _index = -1;
    private bool _isOpen;
    private bool _isSkipped;
    private ReplyEvent _part;
    private ReasoningOrigin _origin;
    private bool _isRedacted;
    private bool _hasText;
    private ArrayBufferWriter<byte>? _sealed;

    internal bool HasCalls { get; private set; }

    /// <summary>True when the answer declines and says nothing else.</summary>
    internal bool IsRefusal { get; private set; }

    /// <summary>Claude's own words about a refusal.</summary>
    internal JsonValue StopDetails { get; private set; }

    private bool IsThought => _part.PartKind is ReplyPartKind.Reasoning or ReplyPartKind.ReasoningSummary;

    /// <inheritdoc/>
    public void Accept(in ReplyEvent reply)
    {
        if (reply.Kind == ReplyEventKind.PartStarted) Start(in reply);
        else if (_isSkipped) return;
        else if (reply.Kind == ReplyEventKind.Delta) Text(in reply);
        else if (reply.Kind is ReplyEventKind.Signature or ReplyEventKind.Redacted) Seal(in reply);
        else if (reply.Kind == ReplyEventKind.Cited) Cite((Citation)reply.Detail!);
        else if (reply.Kind == ReplyEventKind.PartEnded) End();
    }

    private void Start(in ReplyEvent reply)
    {
        _part = reply;
        _origin = reply.Origin;
        _isRedacted = false;
        _sealed?.Clear();
        _isSkipped = IsSkipped(in reply);
        if (_isSkipped || IsThought) return;
        switch (reply.PartKind)
        {
            case ReplyPartKind.ToolCall or ReplyPartKind.CustomToolCall:
                HasCalls = true;
                Open().Member("type"u8, "tool_use"u8).Member("id"u8, reply.Id).Member("name"u8, reply.Name).BeginObject("input"u8).EndObject();
                if (reply.RawDialect == Dialect.AnthropicMessages) json.Members(reply.Raw);
                EndFrame();
                if (reply.PartKind == ReplyPartKind.CustomToolCall) Delta("input_json_delta"u8, "partial_json"u8, "{\\\"input\\\":\\\""u8);
                break;
            case ReplyPartKind.Opaque:
                Whole(reply.Raw);
                break;
            default:
                Open().Member("type"u8, "text"u8).Member("text"u8, default(JsonString));
                EndFrame();
                break;
        }
    }

    private bool IsSkipped(in ReplyEvent reply)
    {
        if (MessagesReplyParts.IsStopDetails(reply.PartKind, reply.Raw, reply.RawDialect))
        {
            StopDetails = new JsonValue(reply.Raw.Raw.ToArray());
            return true;
        }

        if (reply.PartKind == ReplyPartKind.Media)
        {
            MessagesReplyLosses.Media(context);
            return true;
        }

        if (reply.PartKind != ReplyPartKind.Opaque || reply.RawDialect == Dialect.AnthropicMessages) return false;
        MessagesReplyLosses.Opaque(context, reply.Raw.Member("type"u8).AsString(), reply.RawDialect);
        return true;
    }

    private void Text(in ReplyEvent reply)
    {
        if (reply.Raw.HasValue) MessagesReplyLosses.Logprobs(context);
        if (reply.Text.IsEmpty) return;
        switch (_part.PartKind)
        {
            case ReplyPartKind.Reasoning or ReplyPartKind.ReasoningSummary:
                OpenThought();
                Delta("thinking_delta"u8, "thinking"u8, reply.Text.Span);
                break;
            case ReplyPartKind.ToolCall:
                Delta("input_json_delta"u8, "partial_json"u8, reply.Text.Span);
                break;
            case ReplyPartKind.CustomToolCall:
                // Free text becomes a string inside the arguments, which are a string themselves: what is escaped once is escaped twice.
                MessagesFrames.Begin(json, "content_block_delta"u8).Member("index"u8, _index).BeginObject("delta"u8);
                json.Member("type"u8, "input_json_delta"u8).Name("partial_json"u8).BeginString();
                JsonEscapes.Escape(reply.Text.Span, json.Output);
                json.EndString().EndObject();
                MessagesFrames.End(json);
                break;
            case ReplyPartKind.Opaque:
                break;
            default:
                _hasText |= _part.PartKind == ReplyPartKind.Text;
                IsRefusal = !_hasText && (IsRefusal || _part.PartKind == ReplyPartKind.Refusal);
                Delta("text_delta"u8, "text"u8, reply.Text.Span);
                break;
        }
    }

    private void Seal(in ReplyEvent reply)
    {
        if (!IsThought) return;
        _origin = reply.Origin;
        _isRedacted |= reply.Kind == ReplyEventKind.Redacted;
        if (_origin == ReasoningOrigin.Anthropic && !_isRedacted)
        {
            OpenThought();
            Delta("signature_delta"u8, "signature"u8, reply.Text.Span);
        }
        else
        {
            (_sealed ??= new ArrayBufferWriter<byte>()).Write(reply.Text.Span); // to be packed as one value
        }
    }

    private void Cite(Citation citation)
    {
        if (!_isOpen || !MessagesCitations.CanWrite(citation))
        {
            MessagesReplyLosses.Citation(context);
            return;
        }

        MessagesFrames.Begin(json, "content_block_delta"u8).Member("index"u8, _index).BeginObject("delta"u8);
        json.Member("type"u8, "citations_delta"u8).Name("citation"u8);
        MessagesCitations.TryWrite(json, citation);
        json.EndObject();
        MessagesFrames.End(json);
    }

    private void End()
    {
        if (_sealed is { WrittenCount: > 0 }) Unseal(new JsonString(_sealed.WrittenMemory));
        if (_part.PartKind == ReplyPartKind.CustomToolCall) Delta("input_json_delta"u8, "partial_json"u8, "\\\"}"u8);
        Close();
    }

    private void Unseal(JsonString value)
    {
        (value, var isOwn, var isRedacted) = MessagesReplyParts.Seal(_origin, _isRedacted, _part.Id, value);
        if (isOwn && !isRedacted) OpenThought();
        if (_isOpen)
        {
            Delta("signature_delta"u8, "signature"u8, value.Span);
            return;
        }

        Open().Member("type"u8, "redacted_thinking"u8).Member("data"u8, value);
        EndFrame();
    }

    private void OpenThought()
    {
        if (_isOpen) return;
        Open().Member("type"u8, "thinking"u8).Member("thinking"u8, default(JsonString)).Member("signature"u8, default(JsonString));
        EndFrame();
    }

    // A vendor's tool at work: its input is streamed, as clients expect of it; everything else comes with the start.
    private void Whole(JsonValue block)
    {
        var input = block.Member("input"u8);
        var isStreamed = input.IsObject && !input.IsEmptyContainer;
        Open();
        foreach (var member in block.Members)
        {
            if (isStreamed && member.Is("input"u8)) json.BeginObject("input"u8).EndObject();
            else json.Member(member.Name.Span, member.Value);
        }

        EndFrame();
        if (isStreamed) Delta("input_json_delta"u8, "partial_json"u8, JsonString.Escape(input.Span).Span);
    }

    private JsonOutput Open()
    {
        _isOpen = true;
        _index++;
        return MessagesFrames.Begin(json, "content_block_start"u8).Member("index"u8, _index).BeginObject("content_block"u8);
    }

    private void EndFrame()
    {
        json.EndObject();
        MessagesFrames.End(json);
    }

    private void Delta(ReadOnlySpan<byte> type, ReadOnlySpan<byte> member, ReadOnlySpan<byte> escaped)
    {
        MessagesFrames.Begin(json, "content_block_delta"u8).Member("index"u8, _index).BeginObject("delta"u8);
        json.Member("type"u8, type).Member(member, escaped).EndObject();
        MessagesFrames.End(json);
    }

    private void Close()
    {
        if (!_isOpen) return;
        _isOpen = false;
        MessagesFrames.Begin(json, "content_block_stop"u8).Member("index"u8, _index);
        MessagesFrames.End(json);
    }
}
