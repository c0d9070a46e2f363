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

    private static FoldedReply Filtered(string delta)
    {
        var folded = new FoldedReply();
        var filter = new SyntheticToolFilter(JsonString.Literal("parley_output"u8), new LossReport(), new OrderChecker(folded));
        ChatRun.Stream(ChatRun.Events([delta, """{"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}""", "[DONE]"]), filter);
        return folded;
    }

    private static string Delta(string delta) => $$"""{"id":"c","choices":[{"index":0,"delta":{{delta}}}]}""";
}
