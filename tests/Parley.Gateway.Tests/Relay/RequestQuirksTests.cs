using System.Text;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Relay;

/// <summary>A body on the splice path towards a model that would refuse a part of it: what the provider receives, by <c>onUnsupported</c>.</summary>
public sealed class RequestQuirksTests
{
    private const string Sent = """{"model":"MODEL","temperature":0.5,"top_p":1,"max_tokens":9,"messages":[{"role":"user","content":"hi"}],"metadata":{"temperature":1}}""";

    [Theory]
    [InlineData("dropping", """{"model":"o3-mini","max_completion_tokens":9,"messages":[{"role":"user","content":"hi"}],"metadata":{"temperature":1}}""")]
    [InlineData("passing", """{"model":"o3-mini","temperature":0.5,"top_p":1,"max_tokens":9,"messages":[{"role":"user","content":"hi"}],"metadata":{"temperature":1}}""")]
    [InlineData("unknown", """{"model":"canned","temperature":0.5,"top_p":1,"max_tokens":9,"messages":[{"role":"user","content":"hi"}],"metadata":{"temperature":1}}""")]
    [InlineData("canned/gpt-5-nano", """{"model":"gpt-5-nano","max_completion_tokens":9,"messages":[{"role":"user","content":"hi"}],"metadata":{"temperature":1}}""")]
    // Azure: the classic URL names the deployment, whose model is known by its key only.
    [InlineData("azure/o4-mini", """{"model":"prod-a","max_completion_tokens":9,"messages":[{"role":"user","content":"hi"}],"metadata":{"temperature":1}}""")]
    [InlineData("azure/prod-a", """{"model":"prod-a","max_completion_tokens":9,"messages":[{"role":"user","content":"hi"}],"metadata":{"temperature":1}}""")]
    [InlineData("azure/prod-b", """{"model":"prod-b","temperature":0.5,"top_p":1,"max_tokens":9,"messages":[{"role":"user","content":"hi"}],"metadata":{"temperature":1}}""")]
    public async Task Chat_ForAModel_ReachesItAsItMustBe(string model, string expected)
    {
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream);
        var answer = await gateway.Client.PostAsync(GatewayCalls.Chat, Sent.Replace("MODEL", model, StringComparison.Ordinal));
        Assert.True(answer.Status == 200, answer.Body);
        Assert.Equal(expected, Encoding.UTF8.GetString(upstream.Received));
        await gateway.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task Chat_RefusedSettingUnderReject_Is400ThatNamesIt()
    {
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream);
        var refused = await gateway.Client.PostAsync(GatewayCalls.Chat, Sent.Replace("MODEL", "rejecting", StringComparison.Ordinal));
        Assert.Equal((400, "temperature", "unsupported_parameter"), (refused.Status, (string?)refused.Error["param"], (string?)refused.Error["code"]));
        Assert.Empty(upstream.Received);
        // What only has another name, or says the default, is no reason to refuse.
        var mended = await gateway.Client.PostAsync(GatewayCalls.Chat, """{"model":"rejecting","temperature":1,"max_tokens":9}""");
        Assert.Equal(200, mended.Status);
        Assert.Equal("""{"model":"o3-mini","max_completion_tokens":9}""", Encoding.UTF8.GetString(upstream.Received));
        await gateway.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task Chat_EveryEditAtOnce_Fits()
    {
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream);
        const string Body = """
            {"model":"azure/o4-mini","deployment":"o4-mini","endpoint":"ENDPOINT","stream":true,"temperature":0,"top_p":0,"frequency_penalty":1,"presence_penalty":1,
             "logprobs":true,"top_logprobs":1,"logit_bias":{"1":1},"stop":"x","top_k":3,"max_tokens":1,"max_completion_tokens":2}
            """;
        upstream.Answer = CannedUpstream.Bytes("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"u8.ToArray());
        var answer = await gateway.Client.PostAsync(GatewayCalls.Chat, Body.Replace("ENDPOINT", upstream.Address.TrimEnd('/'), StringComparison.Ordinal));
        Assert.True(answer.Status == 200, answer.Body);
        Assert.Equal("""{"stream_options":{"include_usage":true},"model":"prod-a","stream":true,"max_completion_tokens":2}""", Encoding.UTF8.GetString(upstream.Received).Replace("\n", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal));
    }

    private static Task<GatewayHost> StartAsync(CannedUpstream upstream)
    {
        upstream.Answer = CannedUpstream.Bytes("""{"id":"c","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"a"},"finish_reason":"stop"}]}"""u8.ToArray(), "application/json");
        return GatewayHost.StartAsync(new GatewayHostOptions
        {
            Config = _ => $$"""
                {
                  "providers": {
                    "canned": { "type": "openai-compatible", "baseUrl": "{{upstream.Address}}v1", "apiKey": "k" },
                    "azure": { "type": "azure-openai", "endpoint": "{{upstream.Address}}", "apiKey": "k", "apiVersion": "2024-10-21", "deployments": { "o4-mini": "prod-a", "other": "prod-b" } }
                  },
                  "models": [
                    { "modelId": "dropping", "targets": [ { "provider": "canned", "model": "o3-mini" } ] },
                    { "modelId": "rejecting", "onUnsupported": "reject", "targets": [ { "provider": "canned", "model": "o3-mini" } ] },
                    { "modelId": "passing", "onUnsupported": "pass", "targets": [ { "provider": "canned", "model": "o3-mini" } ] },
                    { "modelId": "unknown", "cacheBreakpoints": "auto", "targets": [ { "provider": "canned", "model": "canned" } ] }
                  ]
                }
                """,
        });
    }
}
