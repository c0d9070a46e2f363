using Parley.Dialects.Conversations;

namespace Parley.Dialects.Tests.AnthropicMessages;

/// <summary>What Anthropic answers 400 to, in requests of callers of other dialects.</summary>
public sealed class MessagesForeignTests
{
    [Fact]
    public void Conversation_ThatBeginsWithTheAssistant_GetsTheLeastOfQuestionsInFront()
    {
        var (body, losses, _) = Write("""{"model":"m","messages":[{"role":"assistant","content":"Welcome!"},{"role":"user","content":"Hi"}]}""");
        Messages.AssertJson("""[{"role":"user","content":"."},{"role":"assistant","content":"Welcome!"},{"role":"user","content":"Hi"}]""", body["messages"]);
        Assert.Equal(["messages"], Messages.Paths(losses));
    }

    [Fact]
    public void AnyJsonObject_AsATool_SaysThatAllMembersAreTaken()
    {
        var (body, _, writing) = Write("""{"model":"m","response_format":{"type":"json_object"},"messages":[{"role":"user","content":"Hi"}]}""");
        Messages.AssertJson("""{"type":"object","additionalProperties":true}""", body["tools"]![0]!["input_schema"]);
        Assert.Contains("whatever members", body["tools"]![0]!["description"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal("parley_output", writing.OutputTool.ToText());
    }

    [Fact]
    public void Results_ByTheThousand_TakeTimeInProportion()
    {
        Growth.IsInProportion(5000, count =>
        {
            var calls = Growth.Repeat(count, i => $$$$$"""{"id":"c{{{{{i}}}}}","type":"function","function":{"name":"f","arguments":"{}"}}""");
            var results = Growth.Repeat(count, i => $$"""{"role":"user","content":"y"},{"role":"tool","tool_call_id":"c{{i}}","content":"x"}""");
            return $$"""{"model":"m","messages":[{"role":"user","content":"Hi"},{"role":"assistant","tool_calls":[{{calls}}]},{{results}}]}""";
        }, body => Write(body));
    }

    private static (System.Text.Json.Nodes.JsonNode Body, LossReport Losses, RequestWriting Writing) Write(string chat) =>
        Messages.Write(DialectCodecs.Of(Dialect.OpenAIChat).ReadRequest(Messages.Json(chat), default), Messages.Target("claude-sonnet-4-5"));
}
