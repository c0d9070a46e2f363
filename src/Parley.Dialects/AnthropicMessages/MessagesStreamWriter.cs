using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.AnthropicMessages;

/// <summary>
/// Writes a streamed answer as Anthropic's own SDK takes it: <c>message_start</c>, blocks one behind the other, <c>message_delta</c>
/// with the stop reason and the usage, <c>message_stop</c>. The start is held back until something follows it, for the usage that
/// some providers tell first; usage that comes last goes into <c>message_delta</c>, which wins over the start.
/// </summary>
internal sealed class MessagesStreamWriter : ReplyStreamWriter
{
    private readonly JsonOutput _json;
    private readonly MessagesBlockStream _blocks;
    private readonly PartSequencer _sequencer;
    private List<VendorField>? _vendor;
    private TokenUsage _usage;
    private JsonValue _rawUsage;
    private bool _isStarted;
    private bool _hasEnding;
    private FinishReason _finish;
    private JsonString _rawFinish;
    private JsonString _stopSequence;

    internal MessagesStreamWriter(ReplyContext context, PooledBuffer output)
        : base(context, output)
    {
        _json = new JsonOutput(output);
        _blocks = new MessagesBlockStream(context, _json);
        _sequencer = new PartSequencer(_blocks);
    }

    /// <inheritdoc/>
    public override void Accept(in ReplyEvent reply)
    {
        switch (reply.Kind)
        {
            case ReplyEventKind.Started:
                break; // id and model are ours
            case ReplyEventKind.Usage:
                _usage = reply.Tokens;
                _rawUsage = reply.RawDialect == Dialect.AnthropicMessages && reply.Raw.IsObject ? new JsonValue(reply.Raw.Raw.ToArray()) : default;
                break;
            case ReplyEventKind.Vendor when reply.RawDialect == Dialect.AnthropicMessages:
                (_vendor ??= []).Add(new VendorField(Copy(reply.Name), new JsonValue(reply.Raw.Raw.ToArray()), ""));
                break;
            case ReplyEventKind.Vendor:
                break; // another vendor's: reported before it came here
            case ReplyEventKind.Finished when reply.Choice == 0:
                _hasEnding = true;
                (_finish, _rawFinish, _stopSequence) = (reply.Finish, Copy(reply.Text), Copy(reply.Name));
                break;
            case ReplyEventKind.Finished:
                break;
            case ReplyEventKind.Completed:
                Start();
                End();
                break;
            case ReplyEventKind.Failed:
                WriteError(reply.Text, reply.Name);
                break;
            default:
                Start();
                if (reply is { Choice: > 0, Kind: ReplyEventKind.PartStarted }) MessagesReplyLosses.Choice(Context);
                _sequencer.Accept(in reply); // the parts of every choice: their numbers are common
                break;
        }
    }

    /// <inheritdoc/>
    public override void WriteError(JsonString message, JsonString code) => MessagesError.WriteEvent(Output, code, message);

    /// <inheritdoc/>
    public override void Dispose()
    {
        _sequencer.Dispose();
        base.Dispose();
    }

    private void Start()
    {
        if (_isStarted) return;
        _isStarted = true;
        MessagesFrames.Begin(_json, "message_start"u8)
            .BeginObject("message"u8)
            .Member("id"u8, JsonString.From("msg_" + Context.Id))
            .Member("type"u8, "message"u8)
            .Member("role"u8, "assistant"u8)
            .Member("model"u8, Context.Model)
            .BeginArray("content"u8).EndArray()
            .Name("stop_reason"u8).Null()
            .Name("stop_sequence"u8).Null();
        Usage();
        _json.EndObject();
        MessagesFrames.End(_json);
    }

    private void End()
    {
        MessagesFrames.Begin(_json, "message_delta"u8).BeginObject("delta"u8).Name("stop_reason"u8);
        var reason = _hasEnding ? MessagesFinish.Word(_finish, _rawFinish, _blocks.HasCalls, _blocks.IsRefusal) : default;
        if (reason.IsEmpty) _json.Null();
        else _json.Value(reason);
        MessagesReplyLosses.Finish(Context, _finish, reason, _rawFinish);
        _json.Name("stop_sequence"u8);
        if (_stopSequence.IsPresent) _json.Value(_stopSequence);
        else _json.Null();
        _json.MemberIfPresent("stop_details"u8, _blocks.StopDetails);
        Vendor(isBeside: false);
        _json.EndObject();
        Vendor(isBeside: true);
        Usage();
        MessagesFrames.End(_json);
        MessagesFrames.Begin(_json, "message_stop"u8);
        MessagesFrames.End(_json);
    }

    // context_management stands beside the delta, everything else in it.
    private void Vendor(bool isBeside)
    {
        foreach (var field in _vendor ?? [])
        {
            if (field.Name.Is("context_management"u8) == isBeside) _json.Member(field.Name.Span, field.Value);
        }
    }

    private void Usage()
    {
        _json.Name("usage"u8);
        if (_rawUsage.IsPresent) _json.Value(_rawUsage);
        else MessagesUsage.Write(_json, _usage);
    }

    private static JsonString Copy(JsonString text) => text.IsPresent ? new JsonString(text.Raw.ToArray()) : default;
}
