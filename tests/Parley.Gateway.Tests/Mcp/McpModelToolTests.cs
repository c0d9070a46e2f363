using System.Text.Json.Nodes;
using Parley.Gateway.Tests.Harness;
using static Parley.Gateway.Tests.Mcp.McpWire;

namespace Parley.Gateway.Tests.Mcp;

/// <summary>Configured models as tools, and the argument that names one (contracts §4).</summary>
[Trait("Contract", "4.mcp")]
public sealed class McpModelToolTests
{
    private const string Question = "\"arguments\":{\"query\":\"hello\"}";

    [Fact]
    public async Task Tools_ThereIsOneForEachIdAndAliasThatTheKeyMayUse()
    {
        await using var gateway = await StartAsync();
        string[] all = ["model-free", "model-gpt", "model-gpt-4_1", "model-swift", "model-team_small"];
        Assert.Equal(all, await ModelToolsAsync(gateway.Client));
        using var some = gateway.CreateClient(await gateway.KeyAsync("""{"name":"some","models":["team/small","swift"]}"""));
        Assert.Equal(["model-swift", "model-team_small"], await ModelToolsAsync(some));
        using var one = gateway.CreateClient(await gateway.KeyAsync("""{"name":"one","tools":["model-gpt"]}"""));
        Assert.Equal(["model-gpt"], await ModelToolsAsync(one));
        var hidden = await CallAsync(some, "model-gpt", Question);
        Assert.Equal("Unknown tool: model-gpt", (string)hidden["error"]!["message"]!);
    }

    [Theory]
    [InlineData("model-team_small", Question, "gpt-4o-mini", """[{"role":"user","content":"hello"}]""")]
    [InlineData("model-swift", Question, "gpt-4o-mini", """[{"role":"user","content":"hello"}]""")]
    [InlineData("completion", "\"arguments\":{\"query\":\"hello\",\"model\":\"team/small\"}", "gpt-4o-mini", """[{"role":"user","content":"hello"}]""")]
    [InlineData("completion", Question, "gpt-4o", """[{"role":"user","content":"hello"}]""")]
    [InlineData("model-team_small", "\"arguments\":{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}", "gpt-4o-mini", """[{"role":"system","content":"Be terse."},{"role":"user","content":"hi"}]""")]
    [InlineData("chat", "\"arguments\":{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"model\":\"swift\"}", "gpt-4o-mini", """[{"role":"system","content":"Be terse."},{"role":"user","content":"hi"}]""")]
    [InlineData("chat", "\"arguments\":{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}", "gpt-4o", """[{"role":"system","content":"Be terse."},{"role":"user","content":"hi"}]""")]
    public async Task Call_AsksTheModelThatIsNamed(string tool, string arguments, string upstreamModel, string messages)
    {
        await using var upstream = await CannedUpstream.StartAsync();
        JsonNode? sent = null;
        upstream.Answer = context =>
        {
            sent = JsonNode.Parse(CannedUpstream.BodyOf(context));
            context.Response.ContentType = "application/json";
            return Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(
                context.Response, """{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"well"},"finish_reason":"stop"}]}""");
        };
        await using var gateway = await StartAsync(upstream.Address);
        var result = (await CallAsync(gateway.Client, tool, arguments))["result"]!;
        Assert.Equal("""{"content":"well"}""", result["structuredContent"]!.ToJsonString());
        Assert.Equal((upstreamModel, messages), ((string)sent!["model"]!, sent["messages"]!.ToJsonString()));
    }

    [Fact]
    public async Task Chat_WithAModelThatTheKeyMayNotUse_IsRefusedByThePipeline()
    {
        await using var gateway = await StartAsync();
        using var some = gateway.CreateClient(await gateway.KeyAsync("""{"name":"some","models":["team/small"]}"""));
        foreach (var model in (string[])["gpt", "nobody"])
        {
            var result = (await CallAsync(some, "completion", $"\"arguments\":{{\"query\":\"hello\",\"model\":\"{model}\"}}"))["result"]!;
            Assert.True((bool)result["isError"]!);
            Assert.Contains(model, (string)result["content"]![0]!["text"]!, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Tools_OfManyModels_AreTheFirstHundredByName_UnlessTheKeyListsFurtherOnes()
    {
        var models = string.Join(", ", Enumerable.Range(0, 120).Select(static index => $$"""{ "modelId": "m{{index:000}}", "targets": [ { "provider": "lab", "model": "gpt-4o" } ] }"""));
        await using var gateway = await GatewayHost.StartAsync(new()
        {
            Config = upstream => $$"""{ "providers": { "lab": { "type": "openai-compatible", "baseUrl": "{{upstream}}v1", "apiKey": "sk-upstream-secret-0001" } }, "models": [ {{models}} ] }""",
        });
        Assert.Equal(Enumerable.Range(0, 100).Select(static index => $"model-m{index:000}"), await ModelToolsAsync(gateway.Client));
        using var last = gateway.CreateClient(await gateway.KeyAsync("""{"name":"last","tools":["model-m119"]}"""));
        Assert.Equal(["model-m119"], await ModelToolsAsync(last));
        var answer = await CallAsync(gateway.Client, "completion", "\"arguments\":{\"query\":\"hello\",\"model\":\"m119\"}");
        Assert.Null(answer["result"]!["isError"]);
    }

    private static Task<GatewayHost> StartAsync(string? address = null) => GatewayHost.StartAsync(new()
    {
        Variables = new Dictionary<string, string> { ["OPENAI_PROMPT"] = "Be terse." },
        Config = upstream => $$"""
            {
              "providers": { "lab": { "type": "openai-compatible", "baseUrl": "{{address ?? upstream}}v1", "apiKey": "sk-upstream-secret-0001" } },
              "defaults": { "model": "gpt" },
              "models": [ { "modelId": "gpt", "aliases": ["gpt-4.1"], "targets": [ { "provider": "lab", "model": "gpt-4o" } ] },
                          { "modelId": "team/small", "targets": [ { "provider": "lab", "model": "gpt-4o-mini" } ] },
                          { "modelId": "free", "aliases": ["free-*"], "targets": [ { "provider": "lab", "model": "gpt-4o" } ] } ],
              "aliases": { "swift": "team/small" }
            }
            """,
    });

    private static async Task<string[]> ModelToolsAsync(HttpClient client)
    {
        using var answer = await client.SendAsync(Post(Request("tools/list"), Headers("tools/list")), GatewayCalls.Limit());
        var tools = Message(await answer.Content.ReadAsStringAsync(GatewayCalls.Limit()))["result"]!["tools"]!.AsArray();
        return [.. tools.Select(static tool => (string)tool!["name"]!).Where(static name => name.StartsWith("model-", StringComparison.Ordinal))];
    }

    private static async Task<JsonNode> CallAsync(HttpClient client, string tool, string arguments)
    {
        using var answer = await client.SendAsync(Post(Request("tools/call", $"\"name\":\"{tool}\",{arguments}"), Headers("tools/call", tool)), GatewayCalls.Limit());
        return Message(await answer.Content.ReadAsStringAsync(GatewayCalls.Limit()));
    }
}
