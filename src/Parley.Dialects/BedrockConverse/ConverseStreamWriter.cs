using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Streaming;

namespace Parley.Dialects.BedrockConverse;

/// <summary>
/// Writes ConverseStream's events as AWS event-stream messages. <c>messageStop</c> comes with the end of the answer's choice,
/// <c>metadata</c> with the dialect's own end: a cut answer has none.
/// </summary>
internal sealed class ConverseStreamWriter : ReplyStreamWriter
{
    private readonly PooledBuffer _payload = new(1024);
    private readonly PartSequencer _sequencer;
    private readonly JsonOutput _json;
    private readonly FoldedReply _ends = new();
    private bool _hasStarted;

    internal ConverseStreamWriter(ReplyContext context, PooledBuffer output)
        : base(context, output)
    {
        _json = new JsonOutput(_payload);
        _sequencer = new PartSequencer(new Blocks(this));
    }

    /// <inheritdoc/>
    public override void Accept(in ReplyEvent reply)
    {
        if (reply.Choice > 0) Context.Losses.Add("reply.choices", "Converse has one answer", "reply.choices");
        _sequencer.Accept(in reply); // the parts of every choice: their numbers are common
    }

    /// <inheritdoc/>
    public override void WriteError(JsonString message, JsonString code)
    {
        _payload.Clear();
        _json.BeginObject().Member("message"u8, message).EndObject();
        var isKnown = code.Span.EndsWith("Exception"u8);
        AwsEventStreamWriter.WriteException(Output, isKnown ? code.Span : "modelStreamErrorException"u8, _payload.Span);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _sequencer.Dispose();
        _payload.Dispose();
        _ends.Dispose();
        base.Dispose();
    }

    private void Write(in ReplyEvent reply)
    {
        switch (reply.Kind)
        {
            case ReplyEventKind.Started:
                Start();
                break;
            case ReplyEventKind.PartStarted:
                Start();
                PartStarted(in reply);
                break;
            case ReplyEventKind.Delta or ReplyEventKind.Signature or ReplyEventKind.Redacted or ReplyEventKind.Cited:
                Delta(in reply);
                break;
            case ReplyEventKind.PartEnded:
                Begin(reply.Part);
                Send("contentBlockStop"u8);
                break;
            case ReplyEventKind.Usage or ReplyEventKind.Vendor:
                _ends.Accept(in reply);
                break;
            case ReplyEventKind.Finished:
                _ends.Accept(in reply);
                MessageStop();
                break;
            case ReplyEventKind.Completed:
                Metadata();
                break;
            case ReplyEventKind.Failed:
                WriteError(reply.Text, reply.Name);
                break;
        }
    }

    private void Start()
    {
        if (_hasStarted) return;
        _hasStarted = true;
        _payload.Clear();
        _json.BeginObject().Member("role"u8, "assistant"u8).EndObject();
        AwsEventStreamWriter.WriteEvent(Output, "messageStart"u8, _payload.Span);
    }

    private void PartStarted(in ReplyEvent reply)
    {
        switch (reply.PartKind)
        {
            case ReplyPartKind.ToolCall or ReplyPartKind.CustomToolCall:
                Begin(reply.Part).BeginObject("start"u8).BeginObject("toolUse"u8)
                    .Member("toolUseId"u8, reply.Id).Member("name"u8, reply.Name).EndObject().EndObject();
                Send("contentBlockStart"u8);
                break;
            case ReplyPartKind.Media when reply.Detail is MediaPart { Media: MediaKind.Image, Source: MediaSourceKind.Base64 } image:
                Begin(reply.Part).BeginObject("start"u8).BeginObject("image"u8).MemberIfPresent("format"u8, ConverseFormats.FormatOf(image)).EndObject().EndObject();
                Send("contentBlockStart"u8);
                Begin(reply.Part).BeginObject("delta"u8).BeginObject("image"u8).BeginObject("source"u8).Member("bytes"u8, image.Data)
                    .EndObject().EndObject().EndObject();
                Send("contentBlockDelta"u8);
                break;
            case ReplyPartKind.Opaque when reply.RawDialect == Dialect.BedrockConverse && reply.Raw.Member("start"u8).IsPresent:
                Begin(reply.Part).Member("start"u8, reply.Raw.Member("start"u8));
                Send("contentBlockStart"u8);
                foreach (var delta in reply.Raw.Member("deltas"u8).Items)
                {
                    Begin(reply.Part).Member("delta"u8, delta);
                    Send("contentBlockDelta"u8);
                }

                break;
            case ReplyPartKind.Media or ReplyPartKind.Opaque:
                Context.Losses.Add("reply.content.other", "Converse has no block for it", "reply.content.other");
                break;
        }
    }

    private void Delta(in ReplyEvent reply)
    {
        Begin(reply.Part).BeginObject("delta"u8);
        switch (reply.Kind)
        {
            case ReplyEventKind.Cited:
                _json.Name("citation"u8);
                ConverseCitations.Write(_json, (Citation)reply.Detail!);
                break;
            case ReplyEventKind.Signature:
                _json.BeginObject("reasoningContent"u8).Member("signature"u8, ConverseReplyWriter.Signed(reply.Origin, false, reply.Text)).EndObject();
                break;
            case ReplyEventKind.Redacted:
                _json.BeginObject("reasoningContent"u8).Member("redactedContent"u8, ConverseReplyWriter.Signed(reply.Origin, true, reply.Text)).EndObject();
                break;
            case var _ when reply.PartKind is ReplyPartKind.Reasoning or ReplyPartKind.ReasoningSummary:
                _json.BeginObject("reasoningContent"u8).Member("text"u8, reply.Text).EndObject();
                break;
            case var _ when reply.PartKind is ReplyPartKind.ToolCall or ReplyPartKind.CustomToolCall:
                _json.BeginObject("toolUse"u8).Member("input"u8, reply.Text).EndObject();
                break;
            default:
                _json.Member("text"u8, reply.Text);
                break;
        }

        _json.EndObject();
        Send("contentBlockDelta"u8);
    }

    private void MessageStop()
    {
        var ending = _ends.Choices[^1];
        _payload.Clear();
        _json.BeginObject().Member("stopReason"u8, ConverseFinish.Word(ending.Finish, ending.RawFinish));
        Vendor(isOfStop: true);
        _json.EndObject();
        AwsEventStreamWriter.WriteEvent(Output, "messageStop"u8, _payload.Span);
    }

    private void Metadata()
    {
        _payload.Clear();
        _json.BeginObject();
        ConverseUsage.Write(_json, _ends);
        Vendor(isOfStop: false);
        _json.EndObject();
        AwsEventStreamWriter.WriteEvent(Output, "metadata"u8, _payload.Span);
    }

    private void Vendor(bool isOfStop)
    {
        if (_ends.VendorDialect != Dialect.BedrockConverse) return;
        foreach (var field in _ends.Vendor)
        {
            if (field.Name.Is("additionalModelResponseFields"u8) == isOfStop) _json.Member(field.Name.Span, field.Value);
        }
    }

    private JsonOutput Begin(int part)
    {
        _payload.Clear();
        return _json.BeginObject().Member("contentBlockIndex"u8, part);
    }

    private void Send(ReadOnlySpan<byte> type)
    {
        _json.EndObject();
        AwsEventStreamWriter.WriteEvent(Output, type, _payload.Span);
    }

    /// <summary>Takes the parts when they stand one behind the other.</summary>
    private sealed class Blocks(ConverseStreamWriter writer) : IReplySink
    {
        public void Accept(in ReplyEvent reply) => writer.Write(in reply);
    }
}
