using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIResponses;

/// <summary>
/// Writes a streamed response. An item is closed when all its parts have ended and the next one begins, or the answer ends: only then
/// is it known that no further part joins it, and whether the answer was cut within it.
/// </summary>
public sealed class ResponsesStreamWriter : ReplyStreamWriter
{
    private readonly ResponsesEventWriter _events;
    private readonly ResponsesOutput _output;
    private readonly FoldedReply _reply = new();
    private readonly List<ResponsesPartState?> _parts = [];
    private readonly PooledBuffer _echo = new(2048);
    private JsonString _id;
    private bool _hasEnded;

    public ResponsesStreamWriter(ReplyContext context, PooledBuffer output)
        : base(context, output)
    {
        ArgumentNullException.ThrowIfNull(context);
        _events = new ResponsesEventWriter(output);
        _output = new ResponsesOutput(context);
        _id = JsonString.From("resp_" + context.Id);
    }

    /// <inheritdoc/>
    public override void Accept(in ReplyEvent reply)
    {
        if (_hasEnded) return;
        _reply.Accept(in reply);
        switch (reply.Kind)
        {
            case ReplyEventKind.Started:
                Start(in reply);
                break;
            case ReplyEventKind.PartStarted:
                StartPart();
                break;
            case ReplyEventKind.Delta when _parts[reply.Part] is { } part:
                ResponsesPartWriter.Delta(_events, part, _output, reply.Text, reply.Raw);
                break;
            case ReplyEventKind.Cited when _parts[reply.Part] is { } part && reply.Detail is Citation { Origin: Dialect.OpenAIResponses } citation:
                ResponsesPartWriter.Annotation(_events, part, citation);
                break;
            case ReplyEventKind.PartEnded when _parts[reply.Part] is { } part:
                EndPart(part);
                if (part.Item.Open == 0 && part.Item != _output.Last) Close(part.Item);
                break;
            case ReplyEventKind.Finished when reply.Choice == 0:
                Finish();
                break;
            case ReplyEventKind.Completed:
                Complete();
                break;
            case ReplyEventKind.Failed:
                Fail(in reply);
                break;
        }
    }

    /// <inheritdoc/>
    public override void WriteError(JsonString message, JsonString code)
    {
        // OpenAI documents the words at the top level and sends them in an object, as Open Responses has it: clients find both.
        var json = _events.Begin("error"u8).Member("code"u8, code).Member("message"u8, message);
        json.Name("param"u8).Null().BeginObject("error"u8).Member("type"u8, "server_error"u8).Member("code"u8, code).Member("message"u8,
            message);
        json.Name("param"u8).Null().EndObject();
        _events.End("error"u8);
        _hasEnded = true;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _reply.Dispose();
        _events.Dispose();
        _echo.Dispose();
        base.Dispose();
    }

    private void Start(in ReplyEvent reply)
    {
        _output.IsOwn = reply.RawDialect == Dialect.OpenAIResponses;
        if (_output.IsOwn && !reply.Id.IsEmpty) _id = _reply.Id;
        Running("response.created"u8);
        Running("response.in_progress"u8);
    }

    private void StartPart()
    {
        var part = _reply.Parts[^1];
        var before = _output.Last;
        var item = _output.Add(part, out var isNew);
        if (item is null)
        {
            _parts.Add(null);
            return;
        }

        if (isNew && before is { Open: 0, IsDone: false }) Close(before);
        item.Open++;
        var state = new ResponsesPartState(item, part);
        _parts.Add(state);
        if (isNew)
        {
            var json = _events.Begin("response.output_item.added"u8).Member("output_index"u8, item.Index);
            ResponsesItemWriter.WriteEmpty(json.Name("item"u8), item);
            _events.End("response.output_item.added"u8);
        }

        // A thought is opened by its first words: one that has only a signature has no part.
        if (item.Kind == ResponsesItemKind.Message) ResponsesPartWriter.Open(_events, state, _output);
    }

    private void EndPart(ResponsesPartState part)
    {
        if (part.HasEnded) return;
        part.HasEnded = true;
        part.Item.Open--;
        ResponsesPartWriter.End(_events, part, Context.Losses);
    }

    private void Close(ResponsesOutputItem item)
    {
        if (item.IsDone) return;
        foreach (var part in _parts)
        {
            if (part?.Item == item) EndPart(part);
        }

        item.IsDone = true;
        var json = _events.Begin("response.output_item.done"u8).Member("output_index"u8, item.Index);
        ResponsesItemWriter.Write(json.Name("item"u8), item, _output, Context.Losses);
        _events.End("response.output_item.done"u8);
    }

    private void Finish()
    {
        if (_output.Last is { IsDone: false } last)
            last.IsIncomplete = ResponsesFinish.Reason(_reply.Ending, ResponsesReplyWriter.HasRefusal(_reply)).IsPresent;
        foreach (var item in _output.Items) Close(item);
    }

    private void Complete()
    {
        _hasEnded = true;
        foreach (var item in _output.Items) Close(item);
        var type = !ResponsesFinish.Reason(_reply.Ending, ResponsesReplyWriter.HasRefusal(_reply)).IsEmpty ? "response.incomplete"u8
            : ResponsesFinish.Background(_reply.Ending).Is("cancelled"u8) ? "response.cancelled"u8
            : "response.completed"u8;
        var own = ResponsesReplyWriter.Own(_reply);
        var json = _events.Begin(type);
        ResponsesReplyWriter.Begin(json.Name("response"u8), _id, Context, own);
        ResponsesReplyWriter.End(json, _reply, Context, _output, own);
        Echo(json, own);
        json.EndObject();
        _events.End(type);
    }

    private void Fail(in ReplyEvent reply)
    {
        _hasEnded = true;
        var own = ResponsesReplyWriter.Own(_reply);
        foreach (var item in _output.Items) item.IsIncomplete |= !item.IsDone;
        var json = _events.Begin("response.failed"u8);
        ResponsesReplyWriter.Begin(json.Name("response"u8), _id, Context, own);
        json.Member("status"u8, "failed"u8).Name("completed_at"u8).Null().BeginObject("error"u8)
            .Member("code"u8, reply.Name.IsEmpty ? JsonString.Literal("server_error"u8) : reply.Name)
            .Member("message"u8, reply.Text).EndObject()
            .Name("incomplete_details"u8).Null();
        ResponsesReplyWriter.Output(json, _output, Context.Losses);
        json.Name("usage"u8);
        if (_reply.HasUsage) ResponsesUsage.Write(json, _reply.Usage);
        else json.Null();
        Echo(json, own);
        json.EndObject();
        _events.End("response.failed"u8);
    }

    private void Running(ReadOnlySpan<byte> type)
    {
        var json = _events.Begin(type);
        ResponsesReplyWriter.Begin(json.Name("response"u8), _id, Context, []);
        json.Member("status"u8, "in_progress"u8).Name("completed_at"u8).Null().Name("error"u8).Null().Name("incomplete_details"u8).Null()
            .BeginArray("output"u8).EndArray().Name("usage"u8).Null();
        Echo(json, []);
        json.EndObject();
        _events.End(type);
    }

    // What is repeated of the request is the same in three events: it is written once.
    private void Echo(JsonOutput json, IReadOnlyList<VendorField> own)
    {
        if (own.Count > 0)
        {
            ResponsesEcho.Write(json, Context, own);
            return;
        }

        if (_echo.Length == 0)
        {
            var echo = new JsonOutput(_echo).BeginObject();
            ResponsesEcho.Write(echo, Context, own);
            echo.EndObject();
        }

        json.Piece(","u8).Piece(_echo.Span[1..^1]);
    }
}
