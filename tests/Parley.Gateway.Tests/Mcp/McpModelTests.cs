using System.Text.Json.Nodes;
using Parley.Gateway.Tests.Harness;
using static Parley.Gateway.Tests.Mcp.McpWire;

namespace Parley.Gateway.Tests.Mcp;

/// <summary>The catalogue and the saved prompts over MCP.</summary>
[Trait("Contract", "4.mcp")]
public sealed class McpModelTests : IAsyncLifetime
{
    private GatewayHost _gateway = null!;

    public async Task InitializeAsync() => _gateway = await GatewayHost.StartAsync(new GatewayHostOptions
    {
        Variables = new Dictionary<string, string> { ["OPENAI_PROMPT"] = "You are terse." },
        Config = static upstream => $$$"""
            {
              "providers": { "lab": { "type": "openai-compatible", "baseUrl": "{{{upstream}}}v1", "apiKey": "sk-upstream-secret-0001" } },
              "models": [ { "modelId": "gpt", "targets": [ { "provider": "lab", "model": "gpt-4o" } ] },
                          { "modelId": "team/small model", "targets": [ { "provider": "lab", "model": "gpt-4o-mini" } ] } ],
              "prompts": {
                "reviewer": "You review code. {{unknown}} {{ stays",
                "translator": { "description": "Translates", "text": "Into {{language}}, {{tone}}: {{language}}!",
                                "arguments": [ { "name": "language", "description": "Which", "required": true }, { "name": "tone" } ] }
              }
            }
            """,
    });

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    [Fact]
    public async Task Models_OverToolAndResources_AreThoseOfTheKey()
    {
        using var client = _gateway.CreateClient(await _gateway.KeyAsync("""{"name":"small","models":["team/small model"]}"""));
        var (status, text) = await SendAsync(client, "resources/list");
        Assert.Equal(200, status);
        Assert.Equal(["parley://models", "parley://models/team%2Fsmall%20model"], Message(text)["result"]!["resources"]!.AsArray().Select(static one => (string)one!["uri"]!));

        var list = await ReadAsync(client, "parley://models");
        var called = Message((await SendAsync(client, "tools/call", "\"name\":\"list_models\"", "list_models")).Text)["result"]!;
        Assert.Equal(list.ToJsonString(), called["structuredContent"]!.ToJsonString());
        Assert.Equal(list.ToJsonString(), JsonNode.Parse((string)called["content"]![0]!["text"]!)!.ToJsonString());
        Assert.Equal(["team/small model"], list["models"]!.AsArray().Select(static model => (string)model!["id"]!));
        Assert.Equal(list["models"]![0]!.ToJsonString(), (await ReadAsync(client, "parley://models/team%2Fsmall%20model")).ToJsonString());
        Assert.Equal(list["models"]![0]!.ToJsonString(), (await ReadAsync(client, "parley://models/team/small model")).ToJsonString());
    }

    [Theory]
    [InlineData("parley://models/gpt")]
    [InlineData("parley://models/")]
    [InlineData("parley://modelsx")]
    [InlineData("parley://models/%")]
    [InlineData("file:///etc/passwd")]
    public async Task Resource_ThatIsNoneOfTheKeys_IsUnknown(string uri)
    {
        using var client = _gateway.CreateClient(await _gateway.KeyAsync("""{"name":"small","models":["team/small model"]}"""));
        var error = Message((await SendAsync(client, "resources/read", $"\"uri\":\"{uri}\"", uri)).Text)["error"]!;
        Assert.Equal((-32602, $"There is no resource {uri}.", uri), ((int)error["code"]!, (string)error["message"]!, (string)error["data"]!["uri"]!));
        using var older = await client.SendAsync(
            Post($$$"""{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"{{{uri}}}"}}""", ("MCP-Protocol-Version", "2025-11-25")), GatewayCalls.Limit());
        Assert.Equal(-32002, (int)Message(await older.Content.ReadAsStringAsync(GatewayCalls.Limit()))["error"]!["code"]!);
    }

    [Fact]
    public async Task Completion_OfAModelsId_KnowsTheModels()
    {
        var (_, text) = await SendAsync(_gateway.Client, "completion/complete", "\"ref\":{\"type\":\"ref/resource\",\"uri\":\"parley://models/{id}\"},\"argument\":{\"name\":\"id\",\"value\":\"TE\"}");
        Assert.Equal("""{"values":["team/small model"],"total":1,"hasMore":false}""", Message(text)["result"]!["completion"]!.ToJsonString());
    }

    [Fact]
    public async Task Prompts_OfFileAndVariable_AreListedInOrder()
    {
        var (_, text) = await SendAsync(_gateway.Client, "prompts/list");
        Assert.Equal(
            """[{"name":"default","description":"The system prompt of /chat and /completion."},{"name":"reviewer"},{"name":"translator","description":"Translates","arguments":[{"name":"language","description":"Which","required":true},{"name":"tone","required":false}]}]""",
            Message(text)["result"]!["prompts"]!.ToJsonString());
    }

    [Theory]
    [InlineData("default", "", "You are terse.")]
    [InlineData("reviewer", "", "You review code. {{unknown}} {{ stays")]
    [InlineData("translator", "\"language\":\"German\",\"tone\":\"formal\"", "Into German, formal: German!")]
    [InlineData("translator", "\"language\":\"{{tone}}\",\"tone\":\"{{language}}\"", "Into {{tone}}, {{language}}: {{tone}}!")]
    [InlineData("translator", "\"language\":\"German\"", "Into German, : German!")]
    public async Task Prompt_WithItsArguments_IsTheTextThatWasSaved(string name, string arguments, string expected)
    {
        var (_, text) = await SendAsync(_gateway.Client, "prompts/get", "\"name\":\"" + name + "\",\"arguments\":{" + arguments + "}", name);
        var message = Message(text)["result"]!["messages"]!.AsArray().Single()!;
        Assert.Equal(("user", expected), ((string)message["role"]!, (string)message["content"]!["text"]!));
    }

    [Theory]
    [InlineData("translator", "The argument 'language' is missing: a text is expected.")]
    [InlineData("nobody", "Unknown prompt: nobody")]
    public async Task Prompt_ThatCannotBeHad_IsAnErrorThatSaysWhy(string name, string message)
    {
        var error = Message((await SendAsync(_gateway.Client, "prompts/get", $"\"name\":\"{name}\"", name)).Text)["error"]!;
        Assert.Equal((-32602, message), ((int)error["code"]!, (string)error["message"]!));
    }

    private static async Task<(int Status, string Text)> SendAsync(HttpClient client, string method, string parameters = "", string? name = null)
    {
        using var answer = await client.SendAsync(Post(Request(method, parameters), Headers(method, name)), GatewayCalls.Limit());
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(GatewayCalls.Limit()));
    }

    private static async Task<JsonNode> ReadAsync(HttpClient client, string uri)
    {
        var contents = Message((await SendAsync(client, "resources/read", $"\"uri\":\"{uri}\"", uri)).Text)["result"]!["contents"]![0]!;
        Assert.Equal((uri, "application/json"), ((string)contents["uri"]!, (string)contents["mimeType"]!));
        return JsonNode.Parse((string)contents["text"]!)!;
    }
}
