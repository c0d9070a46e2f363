using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Mcp;

/// <summary>Parley's own tools against the simulated provider, over the C# SDK's client.</summary>
[Trait("Contract", "4.mcp")]
public sealed class McpToolTests
{
    private static readonly string[] All = ["agent-chat", "bing-grounding", "chat", "completion", "health", "list_models", "model-gpt", "poet"];

    [Fact]
    public async Task Tools_AreThoseOfTheContractAndOneForEachAgent()
    {
        await using var gateway = await StartAsync();
        await using var client = await McpClientTests.ConnectAsync(gateway, null);
        var tools = await client.ListToolsAsync(cancellationToken: GatewayCalls.Limit());
        Assert.Equal(All, tools.Select(static tool => tool.Name));
        Assert.All(tools, static tool =>
        {
            Assert.NotNull(tool.Title);
            Assert.NotNull(tool.Description);
            Assert.NotNull(tool.ReturnJsonSchema);
            Assert.True(tool.ProtocolTool.Annotations!.ReadOnlyHint);
        });
    }

    [Theory]
    [InlineData("2026-07-28")]
    [InlineData("2025-11-25")]
    [InlineData("2025-06-18")]
    public async Task Tools_EachCalled_AnswerWithTextAndAValueOfTheirSchema(string revision)
    {
        await using var gateway = await StartAsync();
        await using var client = await McpClientTests.ConnectAsync(gateway, revision);
        var message = new[] { new Dictionary<string, object?> { ["role"] = "user", ["content"] = "tell me a little more" } };
        foreach (var (tool, arguments) in new (string, Dictionary<string, object?>)[]
        {
            ("health", []), ("completion", new() { ["query"] = "who are you?" }), ("completion", []), ("chat", new() { ["messages"] = message }), ("list_models", []),
            ("poet", new() { ["query"] = "a line, please" }), ("model-gpt", new() { ["query"] = "who are you?" }), ("model-gpt", new() { ["messages"] = message }),
            ("chat", new() { ["messages"] = message, ["model"] = "gpt" }), ("completion", new() { ["model"] = null }),
        })
        {
            var result = await client.CallToolAsync(tool, arguments, cancellationToken: GatewayCalls.Limit());
            Assert.False(result.IsError == true, $"{tool}: {TextOf(result)}");
            Assert.NotEmpty(TextOf(result));
            Assert.Equal(JsonValueKind.Object, result.StructuredContent!.Value.ValueKind);
        }
    }

    [Fact]
    public async Task Chat_GoesThroughThePipeline_UnderTheCallersKey()
    {
        await using var gateway = await StartAsync();
        var key = await gateway.KeyAsync("""{"name":"narrow","models":["none"]}""");
        await using var narrow = await McpClientTests.ConnectAsync(gateway, null, key);
        var refused = await narrow.CallToolAsync("completion", cancellationToken: GatewayCalls.Limit());
        Assert.True(refused.IsError);
        Assert.Null(refused.StructuredContent);

        await using var client = await McpClientTests.ConnectAsync(gateway, null);
        var answered = await client.CallToolAsync("completion", new Dictionary<string, object?> { ["query"] = "hello" }, cancellationToken: GatewayCalls.Limit());
        Assert.NotEqual(true, answered.IsError);
        var record = await gateway.RecordAsync();
        Assert.Equal(("gpt", 200), (record.GetProperty("model").GetString(), record.GetProperty("status").GetInt32()));
    }

    [Theory]
    [InlineData("chat", "{}", """["messages"]: Field required""")]
    [InlineData("chat", """{"messages":[]}""", """["messages"]: List should have at least 1 item after validation, not 0""")]
    [InlineData("chat", """{"messages":[{"role":"king","content":3}]}""", "[\"messages\",0,\"role\"]: Input should be 'system', 'developer', 'user' or 'assistant'\n[\"messages\",0,\"content\"]: Input should be a valid string")]
    [InlineData("completion", """{"query":3}""", "'query' is not a text.")]
    [InlineData("completion", """{"model":3}""", "'model' is not a text.")]
    [InlineData("chat", """{"messages":[],"model":""}""", "'model' is empty. Leave it out for the default model.")]
    [InlineData("model-gpt", "{}", "Give 'query' (a question) or 'messages' (a conversation).")]
    [InlineData("model-gpt", """{"query":"a","messages":[]}""", "Give either 'query' or 'messages', not both.")]
    [InlineData("model-gpt", """{"query":" "}""", "'query' is empty: it is the question to the model.")]
    [InlineData("model-gpt", """{"query":3}""", "'query' is not a text.")]
    [InlineData("model-gpt", """{"messages":[]}""", """["messages"]: List should have at least 1 item after validation, not 0""")]
    [InlineData("poet", """{"query":" "}""", "'query' is missing or empty: it is the question to the agent.")]
    [InlineData("bing-grounding", """{"query":"news"}""", "The agent 'bing-grounding' is not configured. Set AZURE_AI_PROJECT_ENDPOINT and AZURE_AI_AGENT_ID, or write an agent of that name under \"agents\" in parley.json.")]
    public async Task Tool_WithArgumentsThatAreWrong_SaysSoAsAResult(string tool, string arguments, string message)
    {
        await using var gateway = await StartAsync();
        await using var client = await McpClientTests.ConnectAsync(gateway, null);
        var result = await client.CallToolAsync(
            tool, JsonNode.Parse(arguments)!.AsObject().ToDictionary(static one => one.Key, static one => (object?)one.Value), cancellationToken: GatewayCalls.Limit());
        Assert.Equal((true, message), (result.IsError, TextOf(result)));
    }

    [Fact]
    public async Task Tool_WhoseModelFails_IsAnErrorThatAModelCanRead()
    {
        await using var gateway = await StartAsync("sim-fault-503");
        await using var client = await McpClientTests.ConnectAsync(gateway, null);
        var result = await client.CallToolAsync("completion", cancellationToken: GatewayCalls.Limit());
        Assert.True(result.IsError);
        Assert.NotEmpty(TextOf(result));
        var health = await client.CallToolAsync("health", cancellationToken: GatewayCalls.Limit());
        Assert.True(health.IsError);
        Assert.Equal("error", health.StructuredContent!.Value.GetProperty("status").GetString());
    }

    [Theory]
    [InlineData("completion")]
    [InlineData("model-gpt")]
    [InlineData("poet")]
    public async Task Progress_WhenAskedFor_OnlyGrows(string tool)
    {
        await using var gateway = await StartAsync();
        var meta = McpWire.Meta.Replace("\"_meta\":{", "\"_meta\":{\"progressToken\":1,", StringComparison.Ordinal);
        var parameters = "\"name\":\"" + tool + "\",\"arguments\":{\"query\":\"tell me a little more\"}";
        // Read off the wire: the C# client forgets who wants to be told as soon as it has the answer.
        var (status, text) = await gateway.PostAsync(McpWire.Request("tools/call", parameters, meta), McpWire.Headers("tools/call", tool));
        Assert.Equal(200, status);
        var told = text.Split('\n').Where(static line => line.Contains("notifications/progress", StringComparison.Ordinal))
            .Select(static line => (float)JsonNode.Parse(line["data: ".Length..])!["params"]!["progress"]!).ToList();
        Assert.NotEmpty(told);
        Assert.Equal(told.Order().Distinct(), told);
    }

    [Fact]
    public async Task Client_ThatGivesUp_EndsTheCallToTheProvider()
    {
        await using var upstream = await HeldUpstream.StartAsync();
        await using var gateway = await GatewayHost.StartAsync(new GatewayHostOptions
        {
            Config = _ => $$"""
                {
                  "providers": { "held": { "type": "openai-compatible", "baseUrl": "{{upstream.Address}}v1", "apiKey": "sk-held" } },
                  "models": [ { "modelId": "gpt", "targets": [ { "provider": "held", "model": "m" } ] } ]
                }
                """,
        });
        using var leaving = new CancellationTokenSource();
        var request = McpWire.Post(McpWire.Request("tools/call", "\"name\":\"completion\""), McpWire.Headers("tools/call", "completion"));
        var call = gateway.Client.SendAsync(request, leaving.Token);
        var held = await upstream.NextAsync();
        await leaving.CancelAsync();
        await held.Left;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await gateway.AssertNothingLeftAsync();
    }

    // The answer's headers may be on their way, on another thread, while the tool's calls run.
    [Theory]
    [InlineData("completion")]
    [InlineData("poet")]
    public async Task Tool_CallsAModel_LeavesTheAnswersHeadersAlone(string tool)
    {
        await using var gateway = await StartAsync();
        var body = McpWire.Request("tools/call", $$$"""
            "name":"{{{tool}}}","arguments":{"query":"hello"}
            """);
        using var answer = await gateway.Client.SendAsync(McpWire.Post(body, McpWire.Headers("tools/call", tool)), GatewayCalls.Limit());
        Assert.Contains("[simulated]", await answer.Content.ReadAsStringAsync(GatewayCalls.Limit()), StringComparison.Ordinal);
        Assert.DoesNotContain(answer.Headers, static header => header.Key is "x-parley-provider" or "x-parley-model" or "x-parley-attempts");
    }

    private static Task<GatewayHost> StartAsync(string upstreamModel = "gpt-4o") => GatewayHost.StartAsync(new GatewayHostOptions
    {
        Config = upstream => $$"""
            {
              "providers": { "lab": { "type": "openai-compatible", "baseUrl": "{{upstream}}v1", "apiKey": "sk-upstream-secret-0001" } },
              "models": [ { "modelId": "gpt", "targets": [ { "provider": "lab", "model": "{{upstreamModel}}" } ] } ],
              "agents": {
                "poet": { "kind": "model", "model": "gpt", "description": "Writes a line" },
                "chat": { "kind": "model", "model": "gpt" }
              }
            }
            """,
    });

    private static string TextOf(CallToolResult result) => Assert.IsType<TextContentBlock>(result.Content.Single()).Text;
}
