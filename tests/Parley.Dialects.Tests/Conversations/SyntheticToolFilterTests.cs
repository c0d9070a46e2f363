using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Tests.OpenAIChat;

namespace Parley.Dialects.Tests.Conversations;

public sealed class SyntheticToolFilterTests
{
    private const string Output = """{"index":0,"id":"a","function":{"name":"parley_output","arguments":"{\"x\":\"\\u00e9\"}"}}""";
    private const string Other = """{"index":1,"id":"b","function":{"name":"f","arguments":"{}"}}""";

    [Fact]
    public void Call_OfTheOutputTool_BecomesTheText()
    {
        using var reply = Filtered(Delta($$"""{"tool_calls":[{{Output}}]}"""));
        Assert.Equal([(ReplyPartKind.Text, """{"x":"\u00e9"}""")], reply.Parts.Select(p => (p.Kind, p.Text.ToText())));
        Assert.Equal((FinishReason.Stop, false), (reply.Ending!.Finish, reply.Ending.RawFinish.IsPresent));
        Assert.Equal("stop", ChatRun.WriteReply(reply)["choices"]![0]!["finish_reason"]!.ToString());
    }

    [Fact]
    public void Call_BesideAnother_LeavesTheReason()
    {
        using var reply = Filtered(Delta($$"""{"tool_calls":[{{Output}},{{Other}}]}"""));
        Assert.Equal([ReplyPartKind.Text, ReplyPartKind.ToolCall], reply.Parts.Select(p => p.Kind));
        Assert.Equal("b", reply.Parts[1].Id.ToText());
        Assert.Equal(FinishReason.ToolCalls, reply.Ending!.Finish);
    }

    [Fact]
    public void PlainText_InPlaceOfTheCall_Passes()
    {
        using var reply = Filtered(Delta("""{"content":"{}"}"""));
        Assert.Equal([(ReplyPartKind.Text, "{}")], reply.Parts.Select(p => (p.Kind, p.Text.ToText())));
    }

    [Fact]
    public void Text_BesideTheCall_IsLeftOutAndReported()
    {
        var losses = new LossReport();
        using var reply = Filtered([Delta("""{"content":"Here is "}"""), Delta("""{"content":"the result:"}"""), Delta($$"""{"tool_calls":[{{Output}}]}"""), Delta("""{"content":" Done."}""")], losses);
        Assert.Equal([(0, ReplyPartKind.Text, """{"x":"\u00e9"}""")], reply.Parts.Select(p => (p.Part, p.Kind, p.Text.ToText())));
        Assert.Equal(["reply.content.text"], losses.Losses.Select(loss => loss.Path));
    }

    [Fact]
    public void Text_BeforeTheCallAlone_IsReported()
    {
        var losses = new LossReport();
        using var reply = Filtered([Delta("""{"content":"Here is "}"""), Delta($$"""{"tool_calls":[{{Output}}]}""")], losses);
        Assert.Equal("""{"x":"\u00e9"}""", Assert.Single(reply.Parts).Text.ToText());
        Assert.Equal(["reply.content.text"], losses.Losses.Select(loss => loss.Path));
    }

    [Fact]
    public void Call_ASecondTime_IsLeftOutAndReported()
    {
        var losses = new LossReport();
        var second = Output.Replace("\"index\":0,\"id\":\"a\"", "\"index\":1,\"id\":\"b\"", StringComparison.Ordinal);
        using var reply = Filtered([Delta($$"""{"tool_calls":[{{Output}},{{second}}]}""")], losses);
        Assert.Equal("""{"x":"\u00e9"}""", Assert.Single(reply.Parts).Text.ToText());
        Assert.Equal(["reply.content.text"], losses.Losses.Select(loss => loss.Path));
    }

    // A provider that ends without a finish reason, or fails: what it said until then is not kept back.
    [Theory]
    [InlineData(ReplyEventKind.Completed)]
    [InlineData(ReplyEventKind.Failed)]
    public void Text_ThatStillWaitsAtTheEnd_IsGiven(ReplyEventKind end)
    {
        using var folded = new FoldedReply();
        var filter = new SyntheticToolFilter(JsonString.Literal("parley_output"u8), new LossReport(), folded);
        filter.Accept(new ReplyEvent(ReplyEventKind.PartStarted) { PartKind = ReplyPartKind.Text });
        filter.Accept(new ReplyEvent(ReplyEventKind.Delta) { PartKind = ReplyPartKind.Text, Text = JsonString.From("so far") });
        Assert.Empty(folded.Parts);
        filter.Accept(new ReplyEvent(end));
        Assert.Equal("so far", Assert.Single(folded.Parts).Text.ToText());
    }

    [Fact]
    public void Text_BesideAnotherCall_StaysInItsPlace()
    {
        var losses = new LossReport();
        using var reply = Filtered([Delta("""{"content":"I ask "}"""), Delta("""{"content":"first."}"""), Delta($$"""{"tool_calls":[{{Other}}]}""")], losses);
        Assert.Equal([(ReplyPartKind.Text, "I ask first."), (ReplyPartKind.ToolCall, "{}")], reply.Parts.Select(p => (p.Kind, p.Text.ToText())));
        Assert.Empty(losses.Losses);
    }

    [Fact]
    public void Text_LongerThanIsHeld_IsGivenBeforeTheEnd()
    {
        using var folded = new FoldedReply();
        var filter = new SyntheticToolFilter(JsonString.Literal("parley_output"u8), new LossReport(), folded);
        filter.Accept(new ReplyEvent(ReplyEventKind.PartStarted) { PartKind = ReplyPartKind.Text });
        var piece = JsonString.From(new string('a', 1 << 16));
        for (var i = 0; i < 17; i++) filter.Accept(new ReplyEvent(ReplyEventKind.Delta) { PartKind = ReplyPartKind.Text, Text = piece });
        Assert.Equal(17 << 16, folded.Parts[0].Text.Raw.Length);
        filter.Accept(new ReplyEvent(ReplyEventKind.Delta) { PartKind = ReplyPartKind.Text, Text = piece });
        Assert.Equal(18 << 16, folded.Parts[0].Text.Raw.Length);
    }

    [Fact]
    public void Choices_WaitEachForItself()
    {
        var losses = new LossReport();
        const string Second = """{"id":"c","choices":[{"index":1,"delta":{"content":"{}"}}]}""";
        using var reply = Filtered([Delta("""{"content":"Here:"}"""), Second, Delta($$"""{"tool_calls":[{{Output}}]}""")], losses);
        Assert.Equal([(0, """{"x":"\u00e9"}"""), (1, "{}")], reply.Parts.Select(p => (p.Choice, p.Text.ToText())).Order());
    }

    private static FoldedReply Filtered(string delta) => Filtered([delta], new LossReport());

    private static FoldedReply Filtered(string[] deltas, LossReport losses)
    {
        var folded = new FoldedReply();
        var filter = new SyntheticToolFilter(JsonString.Literal("parley_output"u8), losses, new OrderChecker(folded));
        ChatRun.Stream(ChatRun.Events([.. deltas, """{"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}""", "[DONE]"]), filter);
        return folded;
    }

    private static string Delta(string delta) => $$"""{"id":"c","choices":[{"index":0,"delta":{{delta}}}]}""";
}
