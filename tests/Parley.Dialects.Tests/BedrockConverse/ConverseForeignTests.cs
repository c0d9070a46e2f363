using System.Text.Json.Nodes;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.Tests.BedrockConverse;

/// <summary>What Bedrock answers 400 to, in requests of callers of other dialects.</summary>
public sealed class ConverseForeignTests
{
    private const string Budgeted = "anthropic.claude-3-7-sonnet-20250219-v1:0";

    [Fact]
    public void StrictTool_OfAnotherDialect_HasALoweredSchema()
    {
        var (body, lost, _) = Write("""
            {"model":"m","messages":[{"role":"user","content":"Hi"}],"tools":[{"type":"function","function":{"name":"f","strict":true,
            "parameters":{"type":"object","properties":{"n":{"type":"integer","minimum":1,"maximum":9}},"required":["n"]}}}]}
            """);
        Converse.AssertSame(
            """{"toolSpec":{"name":"f","inputSchema":{"json":{"type":"object","properties":{"n":{"type":"integer"}},"required":["n"],"additionalProperties":false}},"strict":true}}""",
            body["toolConfig"]!["tools"]![0]!.ToJsonString());
        Assert.Equal(["tools[0].parameters.properties.n.minimum", "tools[0].parameters.properties.n.maximum"], lost);
    }

    [Fact]
    public void ThinkingBudget_InAnOpenToolTurnWithoutASignedThought_IsLeftOut()
    {
        const string Open = """
            {"model":"m","reasoning_effort":"high","messages":[{"role":"user","content":"Hi"},
             {"role":"assistant","tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"a","content":"x"}]}
            """;
        var (body, lost, _) = Write(Open, Budgeted);
        Assert.Null(body["additionalModelRequestFields"]);
        Assert.Null(body["inferenceConfig"]);
        Assert.Equal(["reasoning_effort", "tools"], lost);
        // Adaptive thinking knows no such rule.
        Converse.AssertSame("""{"thinking":{"type":"adaptive"},"output_config":{"effort":"high"}}""", Write(Open, "anthropic.claude-opus-4-7").Body["additionalModelRequestFields"]!.ToJsonString());
    }

    [Fact]
    public void StartedAnswer_WhileTheModelThinks_IsLeftOut()
    {
        const string Started = """{"model":"m","reasoning_effort":"low","max_completion_tokens":20000,"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"So"}]}""";
        var (body, lost, _) = Write(Started, Budgeted);
        Converse.AssertSame("""[{"role":"user","content":[{"text":"Hi"}]}]""", body["messages"]!.ToJsonString());
        Assert.Equal(["messages[1].prefill"], lost);
        Assert.Equal(2, Write(Started.Replace("low", "none", StringComparison.Ordinal), Budgeted).Body["messages"]!.AsArray().Count);
    }

    [Fact]
    public void ThinkingBudget_WithoutALimit_ComesWithTheLimitItWasCountedFrom()
    {
        var (body, lost, _) = Write("""{"model":"m","reasoning_effort":"high","messages":[{"role":"user","content":"Hi"}]}""", Budgeted);
        Converse.AssertSame("""{"maxTokens":64000}""", body["inferenceConfig"]!.ToJsonString());
        Converse.AssertSame("""{"thinking":{"type":"enabled","budget_tokens":51200}}""", body["additionalModelRequestFields"]!.ToJsonString());
        Assert.Empty(lost);
        Assert.Null(Write("""{"model":"m","reasoning_effort":"high","messages":[{"role":"user","content":"Hi"}]}""", "anthropic.claude-opus-4-7").Body["inferenceConfig"]);
    }

    [Fact]
    public void Conversation_ThatBeginsWithTheAssistant_GetsTheLeastOfQuestionsInFront()
    {
        var (body, lost, _) = Write("""{"model":"m","messages":[{"role":"system","content":"S"},{"role":"assistant","content":"Welcome!"},{"role":"user","content":"Hi"}]}""");
        Converse.AssertSame(
            """[{"role":"user","content":[{"text":"."}]},{"role":"assistant","content":[{"text":"Welcome!"}]},{"role":"user","content":[{"text":"Hi"}]}]""",
            body["messages"]!.ToJsonString());
        Assert.Equal(["messages"], lost);
    }

    [Fact]
    public void AnyJsonObject_AsATool_SaysThatAllMembersAreTaken()
    {
        var (body, _, writing) = Write("""{"model":"m","response_format":{"type":"json_object"},"messages":[{"role":"user","content":"Hi"}]}""");
        var tool = body["toolConfig"]!["tools"]![0]!["toolSpec"]!;
        Converse.AssertSame("""{"type":"object","additionalProperties":true}""", tool["inputSchema"]!["json"]!.ToJsonString());
        Assert.Contains("whatever members", tool["description"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal("parley_output", writing.OutputTool.ToText());
    }

    [Fact]
    public void Image_ForAModelWithoutEyes_IsReported()
    {
        var conversation = new Conversation(Dialect.OpenAIChat);
        var turn = new Turn(TurnRole.User, 0);
        turn.Parts.Add(new TextPart(JsonString.From("Look")) { Index = 0 });
        turn.Parts.Add(new MediaPart(MediaKind.Image, MediaSourceKind.Url, JsonString.From("https://example.com/a.png")) { Index = 1 });
        conversation.Turns.Add(turn);
        var (body, lost, _) = Converse.Write(conversation, "openai.gpt-oss-20b-1:0");
        Converse.AssertSame("""{"messages":[{"role":"user","content":[{"text":"Look"}]}]}""", body);
        Assert.Equal(["messages[0].content[1].image"], lost);
    }

    [Fact]
    public void ToolsAndResults_ByTheThousand_TakeTimeInProportion()
    {
        Growth.IsInProportion(2500, count =>
        {
            var calls = Growth.Repeat(count, i => $$$$$"""{"id":"c{{{{{i}}}}}","type":"function","function":{"name":"f{{{{{i}}}}}","arguments":"{}"}}""");
            var results = Growth.Repeat(count, i => $$"""{"role":"tool","tool_call_id":"c{{i}}","content":"x"}""");
            var tools = Growth.Repeat(count, i => $$$$$"""{"type":"function","function":{"name":"f{{{{{i}}}}}"}}""");
            return $$"""{"model":"m","messages":[{"role":"user","content":"Hi"},{"role":"assistant","tool_calls":[{{calls}}]},{{results}}],"tools":[{{tools}}]}""";
        }, body => Write(body));
    }

    [Fact]
    public void Documents_OfOneName_TakeTimeInProportion()
    {
        Growth.IsInProportion(2500, count =>
        {
            var files = Growth.Repeat(count, _ => """{"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,aGk="}}""");
            return $$"""{"model":"m","messages":[{"role":"user","content":[{{files}}]}]}""";
        }, body => Write(body));
    }

    private static (JsonNode Body, List<string> Lost, RequestWriting Writing) Write(string chat, string model = Converse.Claude)
    {
        var (body, lost, writing) = Converse.Write(DialectCodecs.Of(Dialect.OpenAIChat).ReadRequest(Converse.Value(chat), default), model);
        return (JsonNode.Parse(body)!, lost, writing);
    }
}
