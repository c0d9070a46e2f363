using Parley.Dialects.Conversations;
using Parley.Dialects.OpenAIResponses;
using Parley.Dialects.Streaming;
using Parley.Dialects.Tests.Streaming;

namespace Parley.Dialects.Tests.OpenAIResponses;

public sealed class ResponsesStreamTapTests
{
    private const string Created = """{"type":"response.created","response":{"id":"r1","model":"gpt-5","status":"in_progress","usage":null,"error":null}}""";
    private const string Delta = """{"type":"response.output_text.delta","delta":"hi"}""";

    [Theory]
    [InlineData("""{"type":"response.queued","response":{}}""", FrameKind.Prelude)]
    [InlineData("""{"type":"response.in_progress","response":{}}""", FrameKind.Prelude)]
    [InlineData("""{"type":"response.output_item.added","item":{"id":"m","type":"message"}}""", FrameKind.Prelude)]
    [InlineData("""{"type":"response.output_item.added","item":{"type":"reasoning"}}""", FrameKind.Prelude)]
    [InlineData("""{"type":"response.output_item.added","item":{"type":"function_call"}}""", FrameKind.Content)]
    [InlineData("""{"type":"response.content_part.added"}""", FrameKind.Prelude)]
    [InlineData("""{"type":"response.function_call_arguments.delta"}""", FrameKind.Content)]
    [InlineData("""{"type":"response.something.new"}""", FrameKind.Content)]
    [InlineData("""{"sequence_number":1,"type":"response.output_text.delta"}""", FrameKind.Content)]
    [InlineData("""{"x":{"type":"error"},"type":"keepalive"}""", FrameKind.Other)]
    [InlineData("{}", FrameKind.Other)]
    [InlineData("{\"x\"", FrameKind.Other)]
    [InlineData("[DONE]", FrameKind.Done)]
    public void Event_FirstOfItsStream_IsOfKind(string data, FrameKind expected)
    {
        var tap = new ResponsesStreamTap();
        Assert.Equal(new FrameVerdict(expected, FrameAction.Forward), Assert.Single(Frames.Relay(tap, Frames.Data(data)).Verdicts));
        Assert.Equal(expected == FrameKind.Content, tap.Reply.HasContent);
        Assert.False(tap.IsFinished);
    }

    [Theory]
    [InlineData("completed", """ "status":"completed","incomplete_details":null""", "completed")]
    [InlineData("incomplete", """ "status":"incomplete","incomplete_details":{"reason":"max_output_tokens"}""", "max_output_tokens")]
    [InlineData("failed", """ "status":"failed","error":{"code":"rate_limit","message":"slow"}""", "failed")]
    [InlineData("cancelled", """ "status":"cancelled" """, "cancelled")]
    public void Stream_TerminalEvent_FinishesItAndTellsUsageAndReason(string name, string members, string finish)
    {
        var tap = new ResponsesStreamTap();
        var usage = """ "usage":{"input_tokens":9,"input_tokens_details":{"cached_tokens":4},"output_tokens":5,"output_tokens_details":{"reasoning_tokens":2}}""";
        var stream = Frames.Data(Created, Delta, $$$"""{"type":"response.{{{name}}}","response":{"id":"r1","output":[{"usage":{"input_tokens":1}}],{{{members}}},{{{usage}}},"model":"gpt-5-x"}}""");
        var (verdicts, sent) = Frames.Relay(tap, stream);
        Assert.Equal(stream, sent);
        Assert.Equal([FrameKind.Prelude, FrameKind.Content, FrameKind.Terminal], verdicts.Select(v => v.Kind));
        Assert.True(tap.IsFinished);
        Assert.Equal(("r1", "gpt-5-x", finish, new TokenUsage(5, 4, 0, 3, 2)), (tap.Reply.Id, tap.Reply.Model, tap.Reply.FinishReason, tap.Reply.Usage));
        Assert.Equal(name == "failed" ? ("slow", "rate_limit") : (null, null), (tap.Reply.ErrorMessage, tap.Reply.ErrorCode));
    }

    [Fact]
    public void Stream_TypeLastAndLargeTerminal_IsRead()
    {
        var text = string.Concat(Enumerable.Repeat("a \\\"usage\\\": {} \\n", 20_000));
        var tap = new ResponsesStreamTap();
        Frames.Relay(tap, Frames.Data($$"""{"response":{"output":[{"text":"{{text}}"}],"usage":{"input_tokens":1,"output_tokens":2},"status":"completed"},"type":"response.completed"}"""));
        Assert.True(tap.IsFinished);
        Assert.Equal(new TokenUsage(1, 0, 0, 2, 0), tap.Reply.Usage);
    }

    [Theory]
    [InlineData("""{"type":"error","code":"server_error","message":"boom","param":null}""")]
    [InlineData("""{"type":"error","error":{"type":"x","code":"server_error","message":"boom"}}""")]
    public void Stream_ErrorEvent_IsNoticedInBothShapes(string data)
    {
        var tap = new ResponsesStreamTap();
        Assert.Equal(FrameKind.Error, Assert.Single(Frames.Relay(tap, "event: error\n" + Frames.Data(data)).Verdicts).Kind);
        Assert.Equal((true, "boom", "server_error"), (tap.Reply.HasError, tap.Reply.ErrorMessage, tap.Reply.ErrorCode));
        Assert.False(tap.IsFinished);
    }

    [Fact]
    public void Stream_CutInMidTerminal_IsNotFinished()
    {
        var tap = new ResponsesStreamTap();
        var (verdicts, sent) = Frames.Relay(tap, Frames.Data(Created, Delta) + "event: response.completed\ndata: {\"type\":\"response.completed\",\"response\":{\"id\"");
        Assert.Equal(new FrameVerdict(FrameKind.Other, FrameAction.Hide), verdicts[^1]);
        Assert.Equal(Frames.Data(Created, Delta), sent);
        Assert.False(tap.IsFinished);
        Assert.Equal("gpt-5", tap.Reply.Model); // known from the first event
    }

    [Fact]
    public void WriteError_AfterTwoEvents_IsTheThird()
    {
        var tap = new ResponsesStreamTap();
        Frames.Relay(tap, Frames.Data(Created, Delta) + ": ping\n\n");
        Assert.Equal("event: error\ndata: {\"type\":\"error\",\"code\":\"stream_broken\",\"message\":\"cut\",\"param\":null,\"sequence_number\":2}\n\n",
            Frames.Error(tap, "cut", "stream_broken"));
    }
}
