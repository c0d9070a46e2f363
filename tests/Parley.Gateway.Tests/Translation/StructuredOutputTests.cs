using System.Text.Json.Nodes;
using Parley.Dialects;

namespace Parley.Gateway.Tests.Translation;

/// <summary>A schema asked for in front of models without one: the tool that stands for it is never seen by the caller.</summary>
public sealed class StructuredOutputTests(TranslationFixture fixture) : IClassFixture<TranslationFixture>
{
    private const string Tool = "parley_output";
    private const string Schema = """{"type":"object","properties":{"city":{"type":"string"},"days":{"type":"integer"}},"required":["city","days"],"additionalProperties":false}""";

    public static TheoryData<string, string> Pairs()
    {
        var pairs = new TheoryData<string, string>();
        // On a splice the caller's own words pass as they came, so Messages in front of Claude has nothing to show here.
        foreach (var surface in CallerSurface.All.Where(surface => surface.Dialect != Dialect.AnthropicMessages))
        {
            foreach (var target in ProviderTarget.All.Where(target => target != ProviderTarget.BedrockLlama)) pairs.Add(surface.Name, target.Id);
        }

        return pairs;
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    [Trait("Contract", "5.anthropic-rules")]
    public async Task Schema_ComesBackAsContent(string surfaceName, string targetId)
    {
        var (gateway, surface) = (fixture.Gateway, CallerSurface.Of(surfaceName));
        var answer = await gateway.AskAsync(surface, targetId, "good day", Wanted(surface));
        Assert.True(answer.Status == 200, answer.Body);
        var said = SurfaceAnswer.Read(surface, answer.Body);
        var content = JsonNode.Parse(said.Text)!.AsObject();
        Assert.Equal(["city", "days"], content.Select(member => member.Key));
        Assert.Equal(1, (int)content["days"]!);
        Assert.True(said.IsWhole, answer.Body);
        Assert.DoesNotContain(Tool, answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("tool_calls\":[{", answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("chat")]
    [InlineData("chat-stream")]
    [InlineData("responses-stream")]
    [InlineData("gemini-array")]
    [Trait("Contract", "5.anthropic-rules")]
    public async Task AzureClaude_IsMadeToCallTheTool(string surfaceName)
    {
        var gateway = fixture.Gateway;
        await gateway.AskAsync(CallerSurface.Of(surfaceName), "on-azure-claude", "good day", Wanted(CallerSurface.Of(surfaceName)));
        var sent = gateway.Sent();
        Assert.Equal([Tool], sent["tools"]!.AsArray().Select(tool => (string)tool!["name"]!));
        Assert.Equal((Tool, "tool"), ((string?)sent["tool_choice"]!["name"], (string?)sent["tool_choice"]!["type"]));
        Assert.Null(sent["output_config"]);
    }

    [Theory]
    [InlineData("chat")]
    [InlineData("chat-stream")]
    [InlineData("responses")]
    [InlineData("messages-stream")]
    [InlineData("gemini")]
    public async Task Llama_CannotBeMadeTo_AndWhatItSaysIsTheContent(string surfaceName)
    {
        var (gateway, surface) = (fixture.Gateway, CallerSurface.Of(surfaceName));
        // It calls the tool of its own will …
        var called = await gateway.AskAsync(surface, "on-bedrock-llama", $"call:{Tool}", Wanted(surface));
        Assert.True(called.Status == 200, called.Body);
        var config = gateway.Sent()["toolConfig"]!;
        Assert.Equal([Tool], config["tools"]!.AsArray().Select(tool => (string)tool!["toolSpec"]!["name"]!));
        Assert.Null(config["toolChoice"]?["tool"]);
        var said = SurfaceAnswer.Read(surface, called.Body);
        Assert.Equal(["city", "days"], JsonNode.Parse(said.Text)!.AsObject().Select(member => member.Key));
        Assert.True(said.IsWhole, called.Body);
        Assert.DoesNotContain($"\"{Tool}\"", called.Body, StringComparison.Ordinal);

        // … or it speaks.
        var spoke = SurfaceAnswer.Read(surface, (await gateway.AskAsync(surface, "on-bedrock-llama", "good day", Wanted(surface))).Body);
        Assert.Equal(("[simulated] good day", true), (spoke.Text, spoke.IsWhole));
    }

    private static string Wanted(CallerSurface surface) => surface.Dialect switch
    {
        Dialect.OpenAIChat => ""","response_format":{"type":"json_schema","json_schema":{"name":"trip","strict":true,"schema":""" + Schema + "}}",
        Dialect.OpenAIResponses => ""","text":{"format":{"type":"json_schema","name":"trip","strict":true,"schema":""" + Schema + "}}",
        Dialect.AnthropicMessages => ""","output_config":{"format":{"type":"json_schema","schema":""" + Schema + "}}",
        _ => ""","generationConfig":{"responseMimeType":"application/json","responseJsonSchema":""" + Schema + "}",
    };
}
