using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Agents;

/// <summary>A key's list of tools holds for agents on every surface, not over MCP alone.</summary>
[Trait("Contract", "4.agents")]
public sealed class AgentToolsOfKeyTests
{
    [Fact]
    public async Task Agents_ThatTheKeyDoesNotList_AreNeitherShownNorAsked()
    {
        await using var gateway = await StartAsync();
        using var one = await gateway.KeyAsync("\"tools\":[\"poet\"]");
        Assert.Equal("""{"agents":[{"name":"poet","description":"Asks the agent poet a question.","kind":"model"}]}""", (await one.FetchAsync("/agents")).Body);
        Assert.Equal(200, (await one.PostAsync("/agents/poet", """{"query":"hello"}""")).Status);
        var refused = await one.PostAsync("/agents/chat", """{"query":"hello"}""");
        Assert.Equal((404, "agent_not_found", "There is no agent 'chat'. GET /agents lists those that this key may ask."), (refused.Status, (string)refused.Error["code"]!, (string)refused.Error["message"]!));
        // No hint either: the nearest name is one of another's.
        Assert.DoesNotContain("'chat'", (string)(await one.PostAsync("/agents/chats", """{"query":"hello"}""")).Error["message"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Agent_ThatHasAnotherNameAsATool_IsListedByThatName()
    {
        await using var gateway = await StartAsync();
        using var tool = await gateway.KeyAsync("\"tools\":[\"agent-chat\"]");
        Assert.Equal(200, (await tool.PostAsync("/agents/chat", """{"query":"hello"}""")).Status);
        using var other = await gateway.KeyAsync("\"tools\":[\"chat\"]");
        Assert.Equal(404, (await other.PostAsync("/agents/chat", """{"query":"hello"}""")).Status);
        using var all = await gateway.KeyAsync();
        Assert.Equal(3, (await all.FetchAsync("/agents")).Json["agents"]!.AsArray().Count);
    }

    [Fact]
    [Trait("Contract", "4.bing-grounding")]
    public async Task BingGrounding_ThatTheKeyDoesNotList_Is403InItsShape()
    {
        await using var gateway = await StartAsync();
        using var refused = await gateway.KeyAsync("\"tools\":[\"poet\"]");
        var answer = await refused.FetchAsync(new HttpRequestMessage(HttpMethod.Post, "/bing-grounding?query=hello"));
        Assert.Equal(
            (403, """{"detail":"This key may not ask the agent 'bing-grounding': its tools do not list it. Ask the operator to add it."}"""), (answer.Status, answer.Body));
        using var allowed = await gateway.KeyAsync("\"tools\":[\"bing-grounding\"]");
        Assert.Equal(200, (await allowed.FetchAsync(new HttpRequestMessage(HttpMethod.Post, "/bing-grounding?query=hello"))).Status);
    }

    private static Task<GatewayHost> StartAsync() => GatewayHost.StartAsync(new()
    {
        Config = upstream => $$"""
            {
              "providers": { "lab": { "type": "openai", "baseUrl": "{{upstream}}v1", "apiKey": "sk-upstream-secret-0001" } },
              "models": [ { "modelId": "gpt", "targets": [ { "provider": "lab", "model": "gpt-4o" } ] } ],
              "agents": { "poet": { "kind": "model", "model": "gpt" }, "chat": { "kind": "model", "model": "gpt" }, "bing-grounding": { "kind": "model", "model": "gpt" } }
            }
            """,
    });
}
