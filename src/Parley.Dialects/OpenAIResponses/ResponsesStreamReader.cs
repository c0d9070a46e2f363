using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Streaming;

namespace Parley.Dialects.OpenAIResponses;

/// <summary>
/// Reads a streamed response. It ends with <c>response.completed</c>, <c>.incomplete</c>, <c>.failed</c> or <c>.cancelled</c>, or with an
/// <c>error</c>; what comes behind that is not read. Events of the vendor's own tools at work say nothing: their item says all at its end.
/// </summary>
public sealed class ResponsesStreamReader : ReplyReader
{
    private readonly ResponsesAssembler _assembler = new();
    private bool _isFinished;
    private bool _isBroken;

    /// <inheritdoc/>
    public override bool IsFinished => _isFinished;

    /// <inheritdoc/>
    public override void Read(in SseFrame frame, IReplySink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        if (_isFinished || _isBroken || !frame.HasData) return;
        if (!JsonValue.TryParse(frame.DataMemory, out var data) || !data.IsObject)
        {
            if (!BrokenFrame.Is(in frame)) return;
            _isBroken = true;
            sink.Accept(BrokenFrame.Failure);
            return;
        }

        var read = new Event();
        foreach (var member in data.Members) read.Take(member);
        var type = read.Type.IsPresent ? read.Type.Span : frame.Event;
        if (type.EndsWith(".delta"u8)) Delta(type, read, sink);
        else if (type.StartsWith("response.output_item."u8)) Item(type["response.output_item."u8.Length..], read, sink);
        else if (type.StartsWith("response."u8)) Other(type["response."u8.Length..], read, sink);
        else if (type.SequenceEqual("error"u8)) Fail(data, sink);
    }

    private void Delta(ReadOnlySpan<byte> type, in Event read, IReplySink sink)
    {
        if (!read.Delta.IsPresent) return;
        if (type.SequenceEqual("response.output_text.delta"u8))
            _assembler.Delta(read.Output, ReplyPartKind.Text, read.Content, read.Delta, read.Logprobs, sink);
        else if (type.SequenceEqual("response.function_call_arguments.delta"u8)
            || type.SequenceEqual("response.custom_tool_call_input.delta"u8))
            _assembler.CallDelta(read.Output, read.Delta, sink);
        else if (type.SequenceEqual("response.reasoning_summary_text.delta"u8))
            _assembler.Delta(read.Output, ReplyPartKind.ReasoningSummary, read.Summary, read.Delta, default, sink);
        // the latter is Open Responses'
        else if (type.SequenceEqual("response.reasoning_text.delta"u8) || type.SequenceEqual("response.reasoning.delta"u8))
            _assembler.Delta(read.Output, ReplyPartKind.Reasoning, read.Content, read.Delta, default, sink);
        else if (type.SequenceEqual("response.refusal.delta"u8))
            _assembler.Delta(read.Output, ReplyPartKind.Refusal, read.Content, read.Delta, default, sink);
    }

    private void Item(ReadOnlySpan<byte> what, in Event read, IReplySink sink)
    {
        if (!read.Item.IsObject) return;
        if (what.SequenceEqual("added"u8)) _assembler.Added(read.Output, read.Item, sink);
        else if (what.SequenceEqual("done"u8)) _assembler.Done(read.Output, read.Item, sink);
    }

    private void Other(ReadOnlySpan<byte> what, in Event read, IReplySink sink)
    {
        if (what.SequenceEqual("created"u8) || what.SequenceEqual("in_progress"u8) || what.SequenceEqual("queued"u8))
            _assembler.Start(read.Response, sink);
        else if (what.SequenceEqual("content_part.added"u8)) _assembler.AddedPart(read.Output, read.Content, read.Part, sink);
        else if (what.SequenceEqual("reasoning_summary_part.added"u8)) _assembler.AddedPart(read.Output, read.Summary, read.Part, sink);
        else if (what.SequenceEqual("content_part.done"u8)) _assembler.PartDone(read.Output, read.Content, read.Part, sink);
        else if (what.SequenceEqual("reasoning_summary_part.done"u8)) _assembler.PartDone(read.Output, read.Summary, read.Part, sink);
        else if (what.SequenceEqual("output_text.annotation.added"u8))
            _assembler.Annotation(read.Output, read.Content, read.Annotation, sink);
        else if (what.EndsWith("text.done"u8)) TextDone(what, read, sink);
        else if (what.SequenceEqual("completed"u8) || what.SequenceEqual("incomplete"u8) || what.SequenceEqual("failed"u8)
            || what.SequenceEqual("cancelled"u8))
            Finish(what, read.Response, sink);
    }

    private void TextDone(ReadOnlySpan<byte> what, in Event read, IReplySink sink)
    {
        if (what.SequenceEqual("output_text.done"u8))
            _assembler.Whole(read.Output, ReplyPartKind.Text, read.Content, read.Text, read.Logprobs, sink);
        else if (what.SequenceEqual("reasoning_summary_text.done"u8))
            _assembler.Whole(read.Output, ReplyPartKind.ReasoningSummary, read.Summary, read.Text, default, sink);
        else if (what.SequenceEqual("reasoning_text.done"u8))
            _assembler.Whole(read.Output, ReplyPartKind.Reasoning, read.Content, read.Text, default, sink);
    }

    private void Finish(ReadOnlySpan<byte> what, JsonValue response, IReplySink sink)
    {
        _isFinished = true;
        // The event's name counts where the response in it is missing or says nothing.
        if (what.SequenceEqual("failed"u8) && !response.Member("error"u8).HasValue && !response.Member("status"u8).IsString)
            sink.Accept(ResponsesError.Read(response));
        else _assembler.End(response, sink);
    }

    private void Fail(JsonValue data, IReplySink sink)
    {
        _isFinished = true;
        sink.Accept(ResponsesError.Read(data));
    }

    /// <summary>The members of an event that are read, found in one walk.</summary>
    private struct Event
    {
        internal JsonString Type;
        internal JsonString Delta;
        internal JsonString Text;
        internal JsonValue Logprobs;
        internal JsonValue Item;
        internal JsonValue Part;
        internal JsonValue Response;
        internal JsonValue Annotation;
        internal long Output;
        internal long Content;
        internal long Summary;

        internal void Take(in JsonField member)
        {
            var name = member.Name.Span;
            switch (name.Length)
            {
                case 4 when name.SequenceEqual("type"u8): Type = member.Value.AsString(); break;
                case 4 when name.SequenceEqual("item"u8): Item = member.Value; break;
                case 4 when name.SequenceEqual("part"u8): Part = member.Value; break;
                case 4 when name.SequenceEqual("text"u8): Text = member.Value.AsString(); break;
                case 5 when name.SequenceEqual("delta"u8): Delta = member.Value.AsString(); break;
                case 8 when name.SequenceEqual("logprobs"u8): Logprobs = member.Value; break;
                case 8 when name.SequenceEqual("response"u8): Response = member.Value; break;
                case 10 when name.SequenceEqual("annotation"u8): Annotation = member.Value; break;
                case 12 when name.SequenceEqual("output_index"u8): Output = member.Value.AsInt64() ?? 0; break;
                case 13 when name.SequenceEqual("content_index"u8): Content = member.Value.AsInt64() ?? 0; break;
                case 13 when name.SequenceEqual("summary_index"u8): Summary = member.Value.AsInt64() ?? 0; break;
            }
        }
    }
}
