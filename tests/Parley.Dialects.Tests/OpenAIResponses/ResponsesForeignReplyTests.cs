using System.Text;
using System.Text.Json.Nodes;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using JsonValue = Parley.Dialects.Json.JsonValue;

namespace Parley.Dialects.Tests.OpenAIResponses;

/// <summary>Answers of other providers, written as responses: whole bodies and every event.</summary>
public sealed class ResponsesForeignReplyTests
{
    private const string Request = """
        {"model":"asked-for","input":"hi","instructions":"Be brief.","temperature":0.2,"max_output_tokens":900,"reasoning":{"effort":"low"},"metadata":{"a":"b"},
         "tools":[
           {"type":"function","name":"f","parameters":{"type":"object"},"strict":false},
           {"type":"web_search"}],
         "tool_choice":"required","text":{"format":{"type":"json_schema","name":"n","schema":{"type":"object"},"strict":true}},"stream":true}
        """;

    private const string Echo = """
        "background":false,"frequency_penalty":0,"max_output_tokens":900,"max_tool_calls":null,"metadata":{"a":"b"},"parallel_tool_calls":true,
        "presence_penalty":0,"previous_response_id":null,"prompt_cache_key":null,"prompt_cache_retention":null,"safety_identifier":null,
        "service_tier":"default","store":false,"temperature":0.2,"top_logprobs":0,"top_p":1,"truncation":"disabled","user":null,"instructions":"Be brief.",
        "reasoning":{"effort":"low","summary":null},
        "text":{"format":{"type":"json_schema","name":"n","description":null,"schema":{"type":"object"},"strict":true},"verbosity":"medium"},
        "tool_choice":"required",
        "tools":[{"type":"function","name":"f","description":null,"parameters":{"type":"object"},"strict":false},{"type":"web_search"}]
        """;

    private const string Output = """
        [{"id":"rs_7f_0","type":"reasoning","summary":[{"type":"summary_text","text":"Let me see."}],"encrypted_content":"parley1:anthropic:s::EqQB"},
         {"id":"msg_7f_1","type":"message","status":"completed","phase":"commentary","role":"assistant","content":[
           {"type":"output_text","annotations":[{"type":"url_citation","start_index":0,"end_index":5,"url":"https://e.org","title":"E"}],"logprobs":[],"text":"Calling"}]},
         {"id":"fc_7f_2","type":"function_call","status":"completed","call_id":"toolu_1","name":"f","arguments":"{\"a\":1}"},
         {"id":"fc_7f_3","type":"function_call","status":"completed","call_id":"toolu_2","name":"g","arguments":"{}"}]
        """;

    private const string Usage = """
        {"input_tokens":15,"input_tokens_details":{"cached_tokens":3,"cache_write_tokens":2},"output_tokens":12,"output_tokens_details":{"reasoning_tokens":5},"total_tokens":27}
        """;

    [Fact]
    public void Stream_OfAnotherProvider_HasEveryEventWithAllItsFields()
    {
        var context = ResponsesWire.Context(ResponsesWire.ReadRequest(Request));
        var events = ResponsesWire.Events(ResponsesWire.WriteStream(context, Give));
        foreach (var data in events) ResponsesWire.AssertValidEvent(data);
        Assert.Equal(
            """
            response.created response.in_progress response.output_item.added response.reasoning_summary_part.added response.reasoning_summary_text.delta
            response.reasoning_summary_text.delta response.reasoning_summary_text.done response.reasoning_summary_part.done response.output_item.done
            response.output_item.added response.content_part.added response.output_text.delta response.output_text.delta response.output_text.annotation.added
            response.output_text.done response.content_part.done response.output_item.done response.output_item.added response.output_item.added
            response.function_call_arguments.delta response.function_call_arguments.delta response.function_call_arguments.done response.output_item.done
            response.function_call_arguments.delta response.function_call_arguments.done response.output_item.done response.completed
            """.ReplaceLineEndings(" "),
            string.Join(' ', events.Select(e => (string)e["type"]!)));
        Same($$$"""{"type":"response.created","sequence_number":0,"response":{"id":"resp_7f","object":"response","created_at":1700000000,"model":"asked-for","status":"in_progress","completed_at":null,"error":null,"incomplete_details":null,"output":[],"usage":null,{{{Echo}}}}}""", events[0]);
        Same("""{"type":"response.output_item.added","sequence_number":2,"output_index":0,"item":{"id":"rs_7f_0","type":"reasoning","summary":[]}}""", events[2]);
        Same("""{"type":"response.reasoning_summary_part.added","sequence_number":3,"item_id":"rs_7f_0","output_index":0,"summary_index":0,"part":{"type":"summary_text","text":""}}""", events[3]);
        Same("""{"type":"response.reasoning_summary_text.delta","sequence_number":4,"item_id":"rs_7f_0","output_index":0,"summary_index":0,"delta":"Let me"}""", events[4]);
        Same("""{"type":"response.reasoning_summary_text.done","sequence_number":6,"item_id":"rs_7f_0","output_index":0,"summary_index":0,"text":"Let me see."}""", events[6]);
        Same("""{"type":"response.content_part.added","sequence_number":10,"item_id":"msg_7f_1","output_index":1,"content_index":0,"part":{"type":"output_text","annotations":[],"logprobs":[],"text":""}}""", events[10]);
        Same("""{"type":"response.output_text.delta","sequence_number":11,"item_id":"msg_7f_1","output_index":1,"content_index":0,"delta":"Call","logprobs":[]}""", events[11]);
        Same("""{"type":"response.output_text.annotation.added","sequence_number":13,"item_id":"msg_7f_1","output_index":1,"content_index":0,"annotation_index":0,"annotation":{"type":"url_citation","start_index":0,"end_index":5,"url":"https://e.org","title":"E"}}""", events[13]);
        Same("""{"type":"response.output_text.done","sequence_number":14,"item_id":"msg_7f_1","output_index":1,"content_index":0,"text":"Calling","logprobs":[]}""", events[14]);
        Same("""{"type":"response.function_call_arguments.delta","sequence_number":20,"item_id":"fc_7f_2","output_index":2,"delta":"1}"}""", events[20]);
        Same("""{"type":"response.function_call_arguments.done","sequence_number":21,"item_id":"fc_7f_2","output_index":2,"name":"f","arguments":"{\"a\":1}"}""", events[21]);
        var items = JsonNode.Parse(Output)!.AsArray();
        var done = events.Where(e => (string)e["type"]! == "response.output_item.done").ToList();
        for (var i = 0; i < items.Count; i++)
            Same(new JsonObject { ["type"] = "response.output_item.done", ["sequence_number"] = (long)done[i]["sequence_number"]!, ["output_index"] = i, ["item"] = items[i]!.DeepClone() }.ToJsonString(), done[i]);
        Same($$$"""{"type":"response.completed","sequence_number":26,"response":{{{Whole}}}}""", events[26]);
    }

    [Fact]
    public void Body_OfAnotherProvider_IsTheEndOfTheStream()
    {
        using var reply = new FoldedReply();
        Give(reply);
        var body = JsonNode.Parse(ResponsesWire.WriteReply(reply, ResponsesWire.Context(ResponsesWire.ReadRequest(Request))))!;
        ResponsesWire.AssertValidResponse(body);
        Same(Whole, body);
    }

    [Theory]
    [InlineData(FinishReason.Length, "response.incomplete", "max_output_tokens")]
    [InlineData(FinishReason.ContextExceeded, "response.incomplete", "max_output_tokens")]
    [InlineData(FinishReason.ContentFilter, "response.incomplete", "content_filter")]
    [InlineData(FinishReason.Refusal, "response.incomplete", "content_filter")]
    [InlineData(FinishReason.Pause, "response.incomplete", "pause_turn")]
    [InlineData(FinishReason.StopSequence, "response.completed", null)]
    [InlineData(FinishReason.Other, "response.incomplete", "pause_turn")]
    [InlineData(FinishReason.MalformedToolCall, "response.incomplete", "pause_turn")]
    [InlineData(FinishReason.None, "response.incomplete", "other")]
    public void Stream_WithAnEnding_SaysWhy(FinishReason finish, string type, string? reason)
    {
        var events = ResponsesWire.Events(ResponsesWire.WriteStream(ResponsesWire.Context(), writer =>
        {
            writer.Accept(new ReplyEvent(ReplyEventKind.Started));
            writer.Accept(new ReplyEvent(ReplyEventKind.PartStarted) { PartKind = ReplyPartKind.Text });
            writer.Accept(new ReplyEvent(ReplyEventKind.Delta) { Text = Text("Once"), PartKind = ReplyPartKind.Text });
            writer.Accept(new ReplyEvent(ReplyEventKind.Finished) { Finish = finish, Text = finish == FinishReason.None ? default : Text("pause_turn") });
            writer.Accept(new ReplyEvent(ReplyEventKind.Completed));
        }));
        foreach (var data in events) ResponsesWire.AssertValidEvent(data);
        Assert.Equal(type, (string)events[^1]["type"]!);
        Assert.Equal(reason, (string?)events[^1]["response"]!["incomplete_details"]?["reason"]);
        Assert.Equal(reason is null ? "completed" : "incomplete", (string)events[^1]["response"]!["output"]![0]!["status"]!);
        Assert.Equal(reason is null, events[^1]["response"]!["completed_at"] is not null);
    }

    [Fact]
    public void Stream_ThatFails_EndsWithTheProvidersWords()
    {
        var events = ResponsesWire.Events(ResponsesWire.WriteStream(ResponsesWire.Context(), writer =>
        {
            writer.Accept(new ReplyEvent(ReplyEventKind.Started));
            writer.Accept(new ReplyEvent(ReplyEventKind.Failed) { Text = Text("Overloaded"), Name = Text("overloaded_error") });
        }));
        ResponsesWire.AssertValidEvent(events[^1]);
        Assert.Equal("failed", (string)events[^1]["response"]!["status"]!);
        Same("""{"code":"overloaded_error","message":"Overloaded"}""", events[^1]["response"]!["error"]!);
    }

    [Fact]
    public void Stream_ThatBreaks_EndsWithAnErrorEvent()
    {
        var stream = ResponsesWire.WriteStream(ResponsesWire.Context(), writer =>
        {
            writer.Accept(new ReplyEvent(ReplyEventKind.Started));
            writer.WriteError(Text("cut"), Text("stream_broken"));
        });
        var last = ResponsesWire.Events(stream)[^1];
        ResponsesWire.AssertValidEvent(last);
        Same("""{"type":"error","sequence_number":2,"code":"stream_broken","message":"cut","param":null,"error":{"type":"server_error","code":"stream_broken","message":"cut","param":null}}""", last);
    }

    [Fact]
    public void Deltas_OfAStream_AllocateNothing()
    {
        using var buffer = new PooledBuffer(1 << 20);
        using var writer = Parley.Dialects.OpenAIResponses.ResponsesCodec.Instance.CreateWriter(ResponsesWire.Context(), buffer);
        writer.Accept(new ReplyEvent(ReplyEventKind.Started));
        writer.Accept(new ReplyEvent(ReplyEventKind.PartStarted) { PartKind = ReplyPartKind.Text });
        var delta = new ReplyEvent(ReplyEventKind.Delta) { Text = Text(" word"), PartKind = ReplyPartKind.Text };
        for (var i = 0; i < 100; i++) writer.Accept(in delta);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) writer.Accept(in delta);
        // The pooled buffers may grow once more; an allocation for each event would be forty times that.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20_000);
    }

    private static string Whole => $$$"""
        {"id":"resp_7f","object":"response","created_at":1700000000,"model":"asked-for","status":"completed","completed_at":1700000000,"error":null,
         "incomplete_details":null,"output":{{{Output}}},"usage":{{{Usage}}},{{{Echo}}}}
        """;

    // A thought with its signature, text with a source, two calls side by side.
    private static void Give(IReplySink sink)
    {
        sink.Accept(new ReplyEvent(ReplyEventKind.Started) { Id = Text("msg_upstream"), Name = Text("claude") });
        sink.Accept(new ReplyEvent(ReplyEventKind.PartStarted) { Part = 0, PartKind = ReplyPartKind.Reasoning });
        Delta(sink, 0, ReplyPartKind.Reasoning, "Let me", " see.");
        sink.Accept(new ReplyEvent(ReplyEventKind.Signature) { Part = 0, Text = Text("EqQB"), Origin = ReasoningOrigin.Anthropic });
        End(sink, 0, ReplyPartKind.Reasoning);
        sink.Accept(new ReplyEvent(ReplyEventKind.PartStarted) { Part = 1, PartKind = ReplyPartKind.Text, Phase = Text("commentary") });
        Delta(sink, 1, ReplyPartKind.Text, "Call");
        sink.Accept(new ReplyEvent(ReplyEventKind.Cited)
        {
            Part = 1,
            Detail = new Citation(Dialect.AnthropicMessages, JsonValue.Literal("{}"u8)) { Url = Text("https://e.org"), Title = Text("E"), Start = 0, End = 5 },
        });
        Delta(sink, 1, ReplyPartKind.Text, "ing");
        End(sink, 1, ReplyPartKind.Text);
        sink.Accept(new ReplyEvent(ReplyEventKind.PartStarted) { Part = 2, PartKind = ReplyPartKind.ToolCall, Id = Text("toolu_1"), Name = Text("f") });
        sink.Accept(new ReplyEvent(ReplyEventKind.PartStarted) { Part = 3, PartKind = ReplyPartKind.ToolCall, Id = Text("toolu_2"), Name = Text("g") });
        Delta(sink, 2, ReplyPartKind.ToolCall, "{\"a\":", "1}");
        End(sink, 2, ReplyPartKind.ToolCall);
        End(sink, 3, ReplyPartKind.ToolCall);
        sink.Accept(new ReplyEvent(ReplyEventKind.Usage) { Tokens = new TokenUsage(10, 3, 2, 7, 5) });
        sink.Accept(new ReplyEvent(ReplyEventKind.Finished) { Finish = FinishReason.ToolCalls, Text = Text("tool_use") });
        sink.Accept(new ReplyEvent(ReplyEventKind.Completed));
    }

    private static void Delta(IReplySink sink, int part, ReplyPartKind kind, params string[] pieces)
    {
        foreach (var piece in pieces) sink.Accept(new ReplyEvent(ReplyEventKind.Delta) { Part = part, PartKind = kind, Text = JsonString.Escape(Encoding.UTF8.GetBytes(piece)) });
    }

    private static void End(IReplySink sink, int part, ReplyPartKind kind) => sink.Accept(new ReplyEvent(ReplyEventKind.PartEnded) { Part = part, PartKind = kind });

    private static JsonString Text(string text) => JsonString.From(text);

    private static void Same(string expected, JsonNode actual) => ResponsesWire.AssertEqual(JsonNode.Parse(expected), actual, "");
}
