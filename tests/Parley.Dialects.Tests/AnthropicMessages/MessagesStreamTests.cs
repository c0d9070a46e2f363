using System.Text;
using Parley.Dialects.AnthropicMessages;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Streaming;
using Parley.Dialects.Tests.Streaming;

namespace Parley.Dialects.Tests.AnthropicMessages;

/// <summary>Streams: what the reader makes of odd ones, what the writer makes of foreign answers.</summary>
public sealed class MessagesStreamTests
{
    private const string Start = """{"type":"message_start","message":{"id":"msg_1","model":"m","usage":{"input_tokens":5,"cache_read_input_tokens":2,"output_tokens":1}}}""";

    [Fact]
    public void Stream_OfAForeignAnswer_IsWholeAndInAnthropicsOrder()
    {
        var context = Messages.Context();
        var written = Messages.WriteStream(Foreign, context);
        Assert.Equal(
            """
            event: message_start
            data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":0,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":0}}}

            event: content_block_start
            data: {"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"hm"}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"parley1:openai:s:rs_1:ENC"}}

            event: content_block_stop
            data: {"type":"content_block_stop","index":0}

            event: content_block_start
            data: {"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"c1","name":"f","input":{}}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"a\":"}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"1}"}}

            event: content_block_stop
            data: {"type":"content_block_stop","index":1}

            event: content_block_start
            data: {"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"c2","name":"sql","input":{}}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\"input\":\""}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"say \\\"x\\\""}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"\"}"}}

            event: content_block_stop
            data: {"type":"content_block_stop","index":2}

            event: message_delta
            data: {"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"input_tokens":3,"cache_creation_input_tokens":1,"cache_read_input_tokens":2,"output_tokens":9}}

            event: message_stop
            data: {"type":"message_stop"}


            """.ReplaceLineEndings("\n"), written);
        Assert.Equal(["reply.content.web_search_call", "reply.choices"], Messages.Paths(context.Losses));

        using var folded = Messages.Fold(Foreign);
        Messages.AssertJson(Messages.Accumulate(Messages.Events(written)), Messages.WriteReply(folded, Messages.Context()));
    }

    [Fact]
    public void Counters_OfStartAndEnd_AreMergedByTheLarger()
    {
        var stream = Messages.Stream(Start,
            """{"type":"message_delta","delta":{"stop_reason":"stop_sequence","stop_sequence":"END"},"usage":{"input_tokens":4,"cache_creation_input_tokens":7,"output_tokens":20,"output_tokens_details":{"thinking_tokens":8}}}""",
            """{"type":"message_stop"}""");
        using var folded = Messages.Fold(sink => Messages.ReadStream(stream, sink));
        Assert.Equal(new TokenUsage(5, 2, 7, 12, 8), folded.Usage);
        Assert.Equal((FinishReason.StopSequence, "END"), (folded.Ending!.Finish, folded.Ending.StopSequence.ToText()));
        var tap = new MessagesStreamTap();
        Frames.Relay(tap, stream);
        Assert.Equal(folded.Usage, tap.Reply.Usage);
        Assert.Equal("stop_sequence", tap.Reply.FinishReason);
    }

    [Fact]
    public void Iterations_AreAddedUp()
    {
        using var folded = Messages.Fold(sink => Messages.Codec.ReadReply(Messages.Json("""
            {"type":"message","content":[],"stop_reason":"end_turn","usage":{"input_tokens":682,"output_tokens":1320,
             "iterations":[{"type":"compaction","input_tokens":60385,"output_tokens":592},{"type":"message","input_tokens":682,"output_tokens":1320}]}}
            """), sink));
        Assert.Equal(new TokenUsage(61067, 0, 0, 1912, 0), folded.Usage);
    }

    [Fact]
    public void Error_InsideAStream_IsToldAndEndsNothing()
    {
        var stream = Messages.Stream(Start, """{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}""");
        var events = new Recorder();
        Assert.False(Messages.ReadStream(stream, events));
        Assert.Equal("Failed overloaded_error 529 Overloaded", events.Lines[^1]);
        Assert.Equal("event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n",
            Messages.WriteStream(sink => Messages.ReadStream(stream, sink)));

        var tap = new MessagesStreamTap();
        var (verdicts, _) = Frames.Relay(tap, stream);
        Assert.Equal(FrameKind.Error, verdicts[^1].Kind);
        Assert.Equal((true, "Overloaded", "overloaded_error", 529), (tap.Reply.HasError, tap.Reply.ErrorMessage, tap.Reply.ErrorCode, tap.Reply.ErrorStatus));
        Assert.Equal("event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"Cut \\u000a\"}}\n\n", Frames.Error(tap, "Cut \n", "stream_broken"));
    }

    [Fact]
    public void Error_AsAPlainAnswer_IsToldToo()
    {
        var body = """{"type":"error","error":{"type":"rate_limit_error","message":"Slow down"},"request_id":"r"}""";
        var events = new Recorder();
        Messages.Codec.ReadReply(Messages.Json(body), events);
        Assert.Equal(["Failed rate_limit_error 429 Slow down"], events.Lines);
        var error = Messages.Codec.ReadError(Messages.Json("[1]"));
        Assert.Equal((ReplyEventKind.Failed, false, 0), (error.Kind, error.Text.IsPresent, error.Status));
        var tap = ReplyTapTests.Observed(new MessagesReplyTap(), Encoding.UTF8.GetBytes(body), 7);
        Assert.Equal((true, "Slow down"), (tap.IsError, tap.Reply.ErrorMessage));
    }

    [Fact]
    public void UnknownEventsDeltasAndBlocks_HarmNothing()
    {
        var stream = Messages.Stream(Start, """{"type":"ping"}""", """{"type":"tomorrow","x":1}""",
            """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":"A"}}""",
            """{"type":"content_block_delta","index":0,"delta":{"type":"tomorrow_delta","text":"x"}}""",
            """{"type":"content_block_delta","index":7,"delta":{"type":"text_delta","text":"x"}}""",
            """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"B"}}""",
            """{"type":"content_block_stop","index":0}""",
            """{"type":"content_block_start","index":1,"content_block":{"type":"tomorrow","input":{}}}""",
            """{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"q\":"}}""",
            """{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"1}"}}""",
            """{"type":"content_block_stop","index":1}""",
            """{"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"t","name":"n","input":{}}}""",
            """{"type":"content_block_stop","index":2}""",
            """{"type":"message_delta","delta":{"stop_reason":"tomorrow_reason"},"usage":{"output_tokens":2}}""",
            """{"type":"message_stop"}""");
        using var folded = Messages.Fold(sink => Messages.ReadStream(stream, sink));
        Messages.AssertJson("""
            {"id":"msg_1","type":"message","role":"assistant","model":"claude","content":[{"type":"text","text":"AB"},
             {"type":"tomorrow","input":{"q":1}},{"type":"tool_use","id":"t","name":"n","input":{}}],"stop_reason":"tool_use","stop_sequence":null,
             "usage":{"input_tokens":5,"cache_read_input_tokens":2,"output_tokens":2}}
            """, Messages.WriteReply(folded, Messages.Context()));
        Assert.Equal("tomorrow_reason", folded.Ending!.RawFinish.ToText());
    }

    [Fact]
    public void Refusal_OfClaude_HasWordsForOthersAndItsDetailsForItself()
    {
        var body = """{"id":"msg_1","type":"message","role":"assistant","model":"claude","content":[],"stop_reason":"refusal","stop_sequence":null,"stop_details":{"type":"refusal","category":"cyber","explanation":"No."},"usage":{"input_tokens":1,"output_tokens":1}}""";
        using var folded = Messages.Fold(sink => Messages.Codec.ReadReply(Messages.Json(body), sink));
        var part = Assert.Single(folded.Parts);
        Assert.Equal((ReplyPartKind.Refusal, "No."), (part.Kind, part.Text.ToText()));
        Assert.Equal(FinishReason.Refusal, folded.Ending!.Finish);
        Messages.AssertJson(body, Messages.WriteReply(folded, Messages.Context()));
    }

    [Theory]
    [InlineData("""{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}""", FrameKind.Prelude)]
    [InlineData("""{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":""}}""", FrameKind.Prelude)]
    [InlineData("""{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"i","name":"n","input":{}}}""", FrameKind.Content)]
    [InlineData("""{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"x"}}""", FrameKind.Content)]
    [InlineData("""{"index":0,"type":"content_block_delta","delta":{"type":"text_delta","text":"x"}}""", FrameKind.Content)]
    [InlineData("""{"type":"ping"}""", FrameKind.Comment)]
    [InlineData(Start, FrameKind.Prelude)]
    [InlineData("""{"type":"message_delta","delta":{"stop_reason":"end_turn"}}""", FrameKind.Terminal)]
    [InlineData("""{"type":"message_stop"}""", FrameKind.Terminal)]
    [InlineData("""{"type":"error","error":{}}""", FrameKind.Error)]
    [InlineData("""{"type":"tomorrow"}""", FrameKind.Other)]
    [InlineData("{\"x", FrameKind.Other)]
    public void Event_FirstOfItsStream_IsOfKind(string data, FrameKind expected)
    {
        var tap = new MessagesStreamTap();
        Assert.Equal(new FrameVerdict(expected, FrameAction.Forward), Assert.Single(Frames.Relay(tap, Frames.Data(data)).Verdicts));
        Assert.Equal(expected == FrameKind.Content, tap.Reply.HasContent);
    }

    [Fact]
    public void Deltas_OfText_AllocateNothing()
    {
        var reader = Messages.Codec.CreateReader();
        var sink = new Counter();
        Messages.ReadStream(Encoding.UTF8.GetBytes(Messages.Stream(Start, """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}""")), sink, reader);
        using var output = new PooledBuffer();
        using var writer = Messages.Codec.CreateWriter(Messages.Context(), output);
        var deltas = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Hello\"}}\n\n", 20)));
        var tap = new MessagesStreamTap();
        writer.Accept(new ReplyEvent(ReplyEventKind.PartStarted));
        long least = long.MaxValue;
        for (var round = 0; round < 50; round++)
        {
            using var frames = new SseFrameReader();
            deltas.CopyTo(frames.GetMemory().Span);
            frames.Advance(deltas.Length);
            var before = GC.GetAllocatedBytesForCurrentThread();
            while (frames.TryRead(out var frame))
            {
                tap.Observe(frame);
                reader.Read(frame, sink);
                writer.Accept(new ReplyEvent(ReplyEventKind.Delta) { Text = sink.Last });
                output.Clear();
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(1000, sink.Deltas);
        Assert.Equal(0, least);
    }

    // An answer of OpenAI's: a summary with its encrypted item, two calls at once, a search of the vendor's, a second choice.
    private static void Foreign(IReplySink sink)
    {
        sink.Accept(new ReplyEvent(ReplyEventKind.Started) { Id = Text("resp_9"), Name = Text("gpt-5") });
        sink.Accept(new ReplyEvent(ReplyEventKind.PartStarted) { Part = 0, PartKind = ReplyPartKind.ReasoningSummary, Id = Text("rs_1") });
        Piece(0, ReplyPartKind.ReasoningSummary, "hm");
        sink.Accept(new ReplyEvent(ReplyEventKind.Signature) { Part = 0, PartKind = ReplyPartKind.ReasoningSummary, Text = Text("ENC"), Origin = ReasoningOrigin.OpenAI });
        End(0, ReplyPartKind.ReasoningSummary);
        sink.Accept(new ReplyEvent(ReplyEventKind.PartStarted) { Part = 1, PartKind = ReplyPartKind.ToolCall, Id = Text("c1"), Name = Text("f") });
        Piece(1, ReplyPartKind.ToolCall, "{\"a\":");
        sink.Accept(new ReplyEvent(ReplyEventKind.PartStarted) { Part = 2, PartKind = ReplyPartKind.CustomToolCall, Id = Text("c2"), Name = Text("sql") });
        Piece(2, ReplyPartKind.CustomToolCall, "say \"x\"");
        Piece(1, ReplyPartKind.ToolCall, "1}");
        End(2, ReplyPartKind.CustomToolCall);
        End(1, ReplyPartKind.ToolCall);
        sink.Accept(new ReplyEvent(ReplyEventKind.PartStarted)
        {
            Part = 3,
            PartKind = ReplyPartKind.Opaque,
            Raw = Messages.Json("""{"type":"web_search_call"}"""),
            RawDialect = Dialect.OpenAIResponses,
        });
        End(3, ReplyPartKind.Opaque);
        sink.Accept(new ReplyEvent(ReplyEventKind.PartStarted) { Part = 4, Choice = 1, PartKind = ReplyPartKind.Text });
        End(4, ReplyPartKind.Text);
        sink.Accept(new ReplyEvent(ReplyEventKind.Finished) { Finish = FinishReason.ToolCalls, Text = Text("completed") });
        sink.Accept(new ReplyEvent(ReplyEventKind.Usage) { Tokens = new TokenUsage(3, 2, 1, 5, 4) });
        sink.Accept(new ReplyEvent(ReplyEventKind.Completed));

        void Piece(int part, ReplyPartKind kind, string text) => sink.Accept(new ReplyEvent(ReplyEventKind.Delta) { Part = part, PartKind = kind, Text = Text(text) });
        void End(int part, ReplyPartKind kind) => sink.Accept(new ReplyEvent(ReplyEventKind.PartEnded) { Part = part, PartKind = kind });
    }

    private static JsonString Text(string text) => JsonString.Escape(Encoding.UTF8.GetBytes(text));

    private sealed class Recorder : IReplySink
    {
        internal List<string> Lines { get; } = [];

        public void Accept(in ReplyEvent reply) => Lines.Add(reply.Kind == ReplyEventKind.Failed ? $"Failed {reply.Name} {reply.Status} {reply.Text}" : reply.Kind.ToString());
    }

    private sealed class Counter : IReplySink
    {
        internal int Deltas { get; private set; }

        internal JsonString Last { get; private set; }

        public void Accept(in ReplyEvent reply)
        {
            if (reply.Kind != ReplyEventKind.Delta) return;
            Deltas++;
            Last = reply.Text;
        }
    }
}
