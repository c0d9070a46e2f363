using System.Text.Json.Nodes;
using Parley.Dialects.Tests.Conversations;

namespace Parley.Dialects.Tests.OpenAIResponses;

public sealed class ResponsesOutputToolTests
{
    private const string Schema = """{"type":"json_schema","json_schema":{"name":"o","schema":{"type":"object"}}}""";
    private const string Tools = """[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}]""";

    [Fact]
    public void Schema_ForAModelInNoRow_IsSentAsItWasMeant()
    {
        var (body, _, writing) = Write("", "some-deployment");
        Assert.True(writing.OutputTool.IsEmpty);
        Assert.Equal("json_schema", body["text"]!["format"]!["type"]!.ToString());
    }

    [Theory]
    [InlineData("\"none\"", """{"type":"function","name":"parley_output"}""")]
    [InlineData("\"auto\"", "\"required\"")]
    [InlineData("""{"type":"function","function":{"name":"f"}}""", """{"type":"function","name":"f"}""")]
    public void OutputTool_BesideTheCallersChoice_KeepsIt(string asked, string sent)
    {
        foreach (var target in (Dialect[])[Dialect.OpenAIResponses, Dialect.AnthropicMessages])
        {
            var (body, _, writing) = Write($$""","tools":{{Tools}},"tool_choice":{{asked}}""", target == Dialect.OpenAIResponses ? "gpt-4" : "claude-3-haiku", target);
            Assert.Equal("parley_output", writing.OutputTool.ToText());
            if (target == Dialect.OpenAIResponses) Assert.True(JsonNode.DeepEquals(JsonNode.Parse(sent), body["tool_choice"]), body["tool_choice"]?.ToJsonString());
        }
    }

    private static (JsonNode Body, string[] Lost, Parley.Dialects.Conversations.RequestWriting Writing) Write(string more, string model, Dialect target = Dialect.OpenAIResponses) =>
        Translated.Request(Dialect.OpenAIChat, $$"""{"model":"m","messages":[{"role":"user","content":"hi"}],"response_format":{{Schema}}{{more}}}""", target, model);
}
