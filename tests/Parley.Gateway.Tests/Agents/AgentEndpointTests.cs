using System.Text.Json;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Agents;

[Trait("Contract", "4.agents")]
public sealed class AgentEndpointTests
{
    [Fact]
    public async Task List_TellsEveryAgentByName()
    {
        await using var gateway = await AgentGateway.StartAsync(("news", "foundry", "news"), ("bing-grounding", "foundry-classic", "asst_bing"));
        Assert.Equal(
            """{"agents":[{"name":"bing-grounding","description":"Asks the agent bing-grounding a question.","kind":"foundry-classic"},{"name":"news","description":"Asks the agent news a question.","kind":"foundry"}]}""",
            await gateway.Client.GetStringAsync("/agents"));
    }

    [Theory]
    [InlineData("", "", 400, "query")]
    [InlineData("", "{}", 400, "query")]
    [InlineData("", """{"query":""}""", 400, "query")]
    [InlineData("", """{"query":"  "}""", 400, "query")]
    [InlineData("", """{"query":7}""", 400, "query")]
    [InlineData("", """{"query":"x","stream":"yes"}""", 400, "stream")]
    [InlineData("", "[]", 400, "JSON object")]
    [InlineData("", "{", 400, "JSON object")]
    [InlineData("?query=x", "", 200, "[simulated] x")]
    [InlineData("?query=x", "{}", 200, "[simulated] x")]
    [InlineData("?query=x", """{"query":"y"}""", 200, "[simulated] y")]
    [InlineData("?query=x&stream=true", "", 200, "event: done")]
    [InlineData("", """{"query":"x","stream":true}""", 200, "event: done")]
    [InlineData("?stream=true", """{"query":"x","stream":false}""", 200, "{\"content\":\"[simulated] x\"")]
    public async Task Ask_Body_IsReadOrRefused(string address, string body, int status, string expected)
    {
        await using var gateway = await AgentGateway.StartAsync(("news", "foundry", "news"));
        using var answer = await gateway.Client.PostAsync("/agents/news" + address, body.Length == 0 ? null : GatewayCalls.Json(body), GatewayCalls.Limit());
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Contains(expected, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        if (status == 400) gateway.AssertNothingLeftAtFoundry();
    }

    [Fact]
    public async Task Ask_TooLong_NamesTheField()
    {
        await using var gateway = await AgentGateway.StartAsync(("news", "foundry", "news"));
        Assert.Equal(200, (await gateway.AskAsync("news", new string('x', 32_000))).Status);
        var (status, body) = await gateway.AskAsync("news", new string('x', 32_001));
        Assert.Equal((400, """{"error":{"message":"'query' has 32001 characters; at most 32000 are possible.","type":"invalid_request_error","param":"query","code":null}}"""), (status, body));
    }

    [Fact]
    public async Task Ask_UnknownAgent_NamesTheNearest()
    {
        await using var gateway = await AgentGateway.StartAsync(("bing-grounding", "foundry", "news"));
        var (status, body) = await gateway.AskAsync("bing-groundin");
        Assert.Equal((404, """{"error":{"message":"There is no agent 'bing-groundin'. Did you mean 'bing-grounding'?","type":"invalid_request_error","param":"name","code":"agent_not_found"}}"""), (status, body));
    }

    [Fact]
    public async Task Ask_WithoutAKeyOrARole_IsRefused()
    {
        await using var gateway = await AgentGateway.StartAsync(("news", "foundry", "news"));
        using var nobody = gateway.CreateClient(null);
        Assert.Equal(401, (int)(await nobody.PostAsync("/agents/news?query=x", null)).StatusCode);
        using var made = await gateway.Client.PostAsync("/admin/keys", GatewayCalls.Json("""{"name":"m","role":"metrics"}"""));
        using var document = JsonDocument.Parse(await made.Content.ReadAsStringAsync());
        using var metrics = gateway.CreateClient(document.RootElement.GetProperty("key").GetString());
        Assert.Equal(403, (int)(await metrics.PostAsync("/agents/news?query=x", null)).StatusCode);
        Assert.Equal(405, (int)(await gateway.Client.GetAsync("/agents/news")).StatusCode);
    }

    [Fact]
    public async Task Ask_KeyWithAListOfTools_SeesAndAsksThoseAlone()
    {
        await using var gateway = await AgentGateway.StartAsync(("news", "foundry", "news"), ("other", "foundry", "other"));
        using var made = await gateway.Client.PostAsync("/admin/keys", GatewayCalls.Json("""{"name":"t","tools":["news"]}"""));
        using var document = JsonDocument.Parse(await made.Content.ReadAsStringAsync());
        using var limited = gateway.CreateClient(document.RootElement.GetProperty("key").GetString());
        Assert.Equal("""{"agents":[{"name":"news","description":"Asks the agent news a question.","kind":"foundry"}]}""", await limited.GetStringAsync("/agents"));
        Assert.Equal(200, (int)(await limited.PostAsync("/agents/news?query=x", null)).StatusCode);
        Assert.Equal(404, (int)(await limited.PostAsync("/agents/other?query=x", null)).StatusCode);
    }

    [Fact]
    public async Task Ask_AfterAReload_UsesTheNewAgents()
    {
        await using var gateway = await AgentGateway.StartAsync(("news", "foundry", "news"));
        await gateway.ReloadAsync("\"news\": {", "\"latest\": {");
        Assert.Equal(404, (await gateway.AskAsync("news")).Status);
        Assert.Equal(200, (await gateway.AskAsync("latest")).Status);
    }

    [Fact]
    public async Task Stream_Headers_KeepProxiesFromHoldingIt()
    {
        await using var gateway = await AgentGateway.StartAsync(("news", "foundry", "news"));
        using var answer = await gateway.Client.PostAsync("/agents/news?query=x&stream=true", null, GatewayCalls.Limit());
        Assert.Equal(("text/event-stream", "no", "no-transform, no-cache"), (answer.Content.Headers.ContentType!.MediaType, answer.Headers.GetValues("X-Accel-Buffering").Single(), answer.Headers.CacheControl!.ToString().Replace("no-cache, no-transform", "no-transform, no-cache", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Ask_Anything_LogsNeitherQuestionNorToken()
    {
        await using var gateway = await AgentGateway.StartAsync(("good", "foundry-classic", "asst_bing"), ("bad", "foundry", "sim-fault-500"));
        foreach (var name in new[] { "good", "bad" })
        {
            await gateway.AskAsync(name, Wire.Prompt);
            await gateway.StreamAsync(name, Wire.Prompt);
        }

        Assert.DoesNotContain(gateway.Log.Lines, static line => line.Contains(Wire.Prompt, StringComparison.Ordinal) || line.Contains("entra-token", StringComparison.Ordinal));
    }
}
