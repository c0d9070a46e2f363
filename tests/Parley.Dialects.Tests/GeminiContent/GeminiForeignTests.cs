using System.Text.Json.Nodes;
using Parley.Dialects.Conversations;

namespace Parley.Dialects.Tests.GeminiContent;

/// <summary>What Google answers 400 to, or would not be told, in requests of callers of other dialects.</summary>
public sealed class GeminiForeignTests
{
    [Fact]
    public void ResultsWithImages_BeforeGemini3_StandTogetherInFrontOfTheImages()
    {
        const string Body = """
            {"model":"m","max_tokens":9,"messages":[{"role":"user","content":"Hi"},
             {"role":"assistant","content":[{"type":"tool_use","id":"a","name":"f","input":{}},{"type":"tool_use","id":"b","name":"f","input":{}}]},
             {"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":[{"type":"text","text":"A"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAA"}}]}]},
             {"role":"user","content":[{"type":"text","text":"and"},{"type":"tool_result","tool_use_id":"b","content":"B"}]}]}
            """;
        var contents = Write(Body, "gemini-2.5-flash", Dialect.AnthropicMessages).Body["contents"]!.AsArray();
        Gemini.Equal("""
            [{"role":"user","parts":[{"functionResponse":{"id":"a","name":"f","response":{"output":"A"}}},{"functionResponse":{"id":"b","name":"f","response":{"output":"B"}}}]},
             {"role":"user","parts":[{"inlineData":{"mimeType":"image/png","data":"AAAA"}},{"text":"and"}]}]
            """, new JsonArray([.. contents.Skip(2).Select(content => content!.DeepClone())]).ToJsonString());
    }

    [Fact]
    public void ResultWithAFileOfAnotherStore_IsWrittenWithoutIt()
    {
        const string Body = """
            {"model":"m","max_tokens":9,"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":[{"type":"tool_use","id":"a","name":"f","input":{}}]},
             {"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":[{"type":"text","text":"A"},{"type":"image","source":{"type":"file","file_id":"file_1"}}]}]}]}
            """;
        foreach (var model in (string[])["gemini-3-flash", "gemini-2.5-flash"])
        {
            var (body, lost, _) = Write(Body, model, Dialect.AnthropicMessages);
            Gemini.Equal("""{"id":"a","name":"f","response":{"output":"A"}}""", body["contents"]![2]!["parts"]![0]!["functionResponse"]!.ToJsonString());
            Assert.Single(lost, path => path.EndsWith("file_id", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("gemini-3-flash", """{"thinkingLevel":"MINIMAL"}""", true)]
    [InlineData("gemini-2.5-pro", """{"thinkingBudget":128}""", true)]
    [InlineData("gemini-2.5-flash", """{"thinkingBudget":0}""", false)]
    [InlineData("gemini-2.0-flash", null, false)]
    public void ThinkingSwitchedOff_WhereItCannotBe_IsReported(string model, string? expected, bool isLost)
    {
        var (body, lost, _) = Write("""{"model":"m","reasoning_effort":"none","messages":[{"role":"user","content":"Hi"}]}""", model);
        Assert.Equal(expected, body["generationConfig"]?["thinkingConfig"]?.ToJsonString());
        Assert.Equal(isLost ? ["reasoning_effort"] : [], lost);
    }

    [Fact]
    public void AnyJsonObject_BesideTools_BeforeGemini3_BecomesAForcedTool()
    {
        const string Body = """
            {"model":"m","response_format":{"type":"json_object"},"messages":[{"role":"user","content":"Hi"}],
             "tools":[{"type":"function","function":{"name":"get","parameters":{"type":"object","properties":{"a":{"type":"string"}}}}}]}
            """;
        var (body, lost, writing) = Write(Body, "gemini-2.5-flash");
        Assert.Equal("parley_output", writing.OutputTool.ToText());
        var tool = body["tools"]![0]!["functionDeclarations"]![1]!;
        Gemini.Equal("""{"type":"object","additionalProperties":true}""", tool["parametersJsonSchema"]!.ToJsonString());
        Gemini.Equal("""{"functionCallingConfig":{"mode":"ANY"}}""", body["toolConfig"]!.ToJsonString());
        Assert.Null(body["generationConfig"]);
        Assert.Empty(lost);
        Gemini.Equal("""{"responseMimeType":"application/json"}""", Write(Body, "gemini-3-flash").Body["generationConfig"]!.ToJsonString());
    }

    [Fact]
    public void Signatures_ByTheThousand_TakeTimeInProportion()
    {
        Growth.IsInProportion(1500, count =>
        {
            var calls = Growth.Repeat(count, i =>
                $$$$$"""{"id":"c{{{{{i}}}}}","type":"function","function":{"name":"f","arguments":"{}"},"extra_content":{"google":{"thought_signature":"AAAA"}}}""");
            return $$"""{"model":"m","messages":[{"role":"user","content":"Hi"},{"role":"assistant","tool_calls":[{{calls}}]}]}""";
        }, body => Write(body, "gemini-3-flash"));
    }

    private static (JsonNode Body, List<string> Lost, RequestWriting Writing) Write(string request, string model, Dialect origin = Dialect.OpenAIChat)
    {
        var (body, writing) = Gemini.Write(DialectCodecs.Of(origin).ReadRequest(Gemini.Json(request), default), model);
        return (JsonNode.Parse(body)!, [.. writing.Losses.Losses.Select(loss => loss.Path)], writing);
    }
}
