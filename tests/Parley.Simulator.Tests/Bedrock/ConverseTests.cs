using static Parley.Simulator.Tests.SimulatorClient;

namespace Parley.Simulator.Tests.Bedrock;

public sealed class ConverseTests : IAsyncLifetime
{
    private const string Claude = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
    private const string Thinking = """ "inferenceConfig":{"maxTokens":4096},"additionalModelRequestFields":{"thinking":{"type":"enabled","budget_tokens":1024}} """;
    private const string Tools = """ "toolConfig":{"tools":[{"toolSpec":{"name":"weather","inputSchema":{"json":{"type":"object","properties":{"city":{"type":"string"}}}}}}]} """;

    private SimulatorHost host = null!;
    private HttpClient client = null!;

    public async Task InitializeAsync()
    {
        host = await SimulatorHost.StartAsync(new SimulatorOptions(), Soon);
        client = host.CreateClient(key: null);
    }

    public async Task DisposeAsync()
    {
        client.Dispose();
        await host.DisposeAsync();
    }

    [Fact]
    public async Task Plain_HelloToNova_IsTheWholeBody()
    {
        var received = await AskAsync("amazon.nova-pro-v1:0", """{"messages":[{"role":"user","content":[{"text":"hello world"}]}]}""");
        Assert.Equal("""
            {"metrics":{"latencyMs":12},"output":{"message":{"content":[{"text":"[simulated] hello world"}],"role":"assistant"}},"stopReason":"end_turn","usage":{"cacheReadInputTokenCount":0,"cacheReadInputTokens":0,"cacheWriteInputTokenCount":0,"cacheWriteInputTokens":0,"inputTokens":5,"outputTokens":5,"serverToolUsage":{},"totalTokens":10}}
            """, received.Text);
    }

    [Fact]
    public async Task ToolLoop_WithThoughts_IsTakenBackAndItsSignatureChecked()
    {
        const string Ask = """{"role":"user","content":[{"text":"call:weather"}]}""";
        var first = await AskAsync(Claude, $$"""{"messages":[{{Ask}}],{{Thinking}},{{Tools}}}""");
        var message = first.Json.GetProperty("output").GetProperty("message");
        var id = message.GetProperty("content")[1].GetProperty("toolUse").GetProperty("toolUseId").GetString();
        var result = $$"""{"role":"user","content":[{"toolResult":{"toolUseId":"{{id}}","content":[{"json":{ } }],"status":"success"} }]}""";
        var second = $$"""{"messages":[{{Ask}},{{message.GetRawText()}},{{result}}],{{Thinking}},{{Tools}}}""";
        Assert.Equal(200, (await AskAsync(Claude, second)).Status);
        Assert.Equal(400, (await AskAsync(Claude, second.Replace("The user", "the user", StringComparison.Ordinal))).Status);
    }

    [Fact]
    public async Task Stream_JoinsToThePlainBlocks()
    {
        var body = $$"""{"messages":[{"role":"user","content":[{"text":"call:weather"}]}],{{Thinking}},{{Tools}}}""";
        var content = (await AskAsync(Claude, body)).Json.GetProperty("output").GetProperty("message").GetProperty("content");
        var events = (await Received.OfAsync(client, SimulatedSurface.Bedrock(Claude, "converse-stream", body))).Events;
        var deltas = events.Where(e => e.Name == "contentBlockDelta").Select(e => e.Data.GetProperty("delta")).ToList();
        Assert.Equal(content[0].GetProperty("reasoningContent").GetProperty("reasoningText").GetProperty("text").GetString(), string.Concat(deltas
            .Where(d => d.TryGetProperty("reasoningContent", out _)).Select(d => d.GetProperty("reasoningContent").TryGetProperty("text", out var text) ? text.GetString() : "")));
        Assert.Equal("""{"city":"city"}""", string.Concat(deltas.Where(d => d.TryGetProperty("toolUse", out _)).Select(d => d.GetProperty("toolUse").GetProperty("input").GetString())));
        Assert.Equal(["messageStop", "metadata"], events[^2..].Select(e => e.Name!));
        Assert.Equal("tool_use", events[^2].Data.GetProperty("stopReason").GetString());
    }

    [Fact]
    public async Task OnDemand_GuardrailRefusalAndCachePoint()
    {
        Assert.Equal("guardrail_intervened", (await AskAsync(Claude, """{"messages":[{"role":"user","content":[{"text":"simulate:guardrail"}]}]}""")).Json.GetProperty("stopReason").GetString());
        Assert.Equal("content_filtered", (await AskAsync(Claude, """{"messages":[{"role":"user","content":[{"text":"simulate:refusal"}]}]}""")).Json.GetProperty("stopReason").GetString());
        var usage = (await AskAsync(Claude, """{"system":[{"text":"one two three"},{"cachePoint":{"type":"default"}}],"messages":[{"role":"user","content":[{"text":"x"}]}]}""")).Json.GetProperty("usage");
        Assert.Equal((3, 4), (usage.GetProperty("cacheWriteInputTokens").GetInt32(), usage.GetProperty("inputTokens").GetInt32()));
    }

    private Task<Received> AskAsync(string model, string body) => Received.OfAsync(client, SimulatedSurface.Bedrock(model, "converse", body));
}
