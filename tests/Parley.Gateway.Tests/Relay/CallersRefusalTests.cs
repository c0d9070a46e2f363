using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Parley.Gateway.Resilience;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Relay;

/// <summary>A 401 or 403 that the caller caused is told to the caller, and to nobody else: the target that all share stays in its pool.</summary>
public sealed class CallersRefusalTests
{
    private const string Good = """{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"2"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}""";
    private const string Refusal = """{"error":{"message":"No such organization: org-x. key sk-one","type":"invalid_request_error","code":"invalid_organization"}}""";

    [Theory]
    [InlineData("OpenAI-Organization", 401, "")]
    [InlineData("OpenAI-Project", 403, "")]
    [InlineData("Authorization", 401, "\"auth\": { \"kind\": \"caller-bearer\" },")]
    [InlineData("Authorization", 403, "\"auth\": { \"kind\": \"caller-bearer\" },")]
    public async Task CallersOwnHeader_IsRefused_BreakerStaysClosedAndNoOtherKeyIsTried(string header, int status, string provider)
    {
        await using var upstream = await CannedUpstream.StartAsync();
        var calls = 0;
        upstream.Answer = context =>
        {
            Interlocked.Increment(ref calls);
            var isBad = context.Request.Headers[header].ToString().EndsWith("wrong", StringComparison.Ordinal);
            return CannedUpstream.Bytes(Encoding.UTF8.GetBytes(isBad ? Refusal : Good), "application/json", status: isBad ? status : 200)(context);
        };
        var keys = provider.Length == 0 ? "\"sk-one\", \"sk-two\"" : "";
        await using var gateway = await StartAsync(upstream, provider, keys);
        using var client = new HttpClient { BaseAddress = gateway.Address };
        for (var turn = 1; turn <= 20; turn++)
        {
            var answer = await client.PostAsync(GatewayCalls.Chat, Wire.Chat("gpt"), ("api-key", GatewayHost.AdminKey), (header, "Bearer wrong"));

            Assert.Equal(502, answer.Status);
            using var body = JsonDocument.Parse(answer.Body);
            var error = body.RootElement.GetProperty("error");
            Assert.Equal("upstream_authentication", error.GetProperty("code").GetString());
            Assert.Contains(header == "Authorization" ? "bearer token that your request brought" : "OpenAI-Organization or OpenAI-Project header", error.GetProperty("message").GetString(), StringComparison.Ordinal);
            Assert.DoesNotContain("sk-one", answer.Body, StringComparison.Ordinal);
            Assert.Equal(turn, calls);
        }

        AssertIn(gateway, true);
        Assert.Equal(200, (await client.PostAsync(GatewayCalls.Chat, Wire.Chat("gpt"), ("api-key", GatewayHost.AdminKey), ("Authorization", "Bearer right"))).Status);
    }

    [Fact]
    public async Task OperatorsKey_IsRefusedWithoutCallersHeaders_TakesTheTargetOut()
    {
        await using var upstream = await CannedUpstream.StartAsync();
        upstream.Answer = CannedUpstream.Bytes(Encoding.UTF8.GetBytes("""{"error":{"message":"You may not use this model.","code":"model_not_found"}}"""), "application/json", status: 403);
        await using var gateway = await StartAsync(upstream, "", "\"sk-one\"");

        var answer = await gateway.Client.PostAsync(GatewayCalls.Chat, Wire.Chat("gpt"));

        Assert.Equal(502, answer.Status);
        Assert.DoesNotContain("may not use", answer.Body, StringComparison.Ordinal);
        AssertIn(gateway, false);
    }

    [Theory]
    [InlineData("""{"error":{"code":403,"message":"openai/gpt-4o requires moderation on OpenAI. Your input was flagged for \"violence\". No credits were charged.","metadata":{"reasons":["violence"],"flagged_input":"how to","provider_name":"OpenAI","model_slug":"openai/gpt-4o"}}}""")]
    [InlineData("""{"code":"The caller does not have permission to execute the specified operation","error":"Content violates usage guidelines. Model: grok-4-0709, Failed check: SAFETY_CHECK_TYPE_BIO"}""")]
    public async Task ContentFilter_SaysForbidden_IsPassedOnAndTheTargetStays(string refusal)
    {
        await using var upstream = await CannedUpstream.StartAsync();
        var calls = 0;
        upstream.Answer = context =>
        {
            Interlocked.Increment(ref calls);
            return CannedUpstream.Bytes(Encoding.UTF8.GetBytes(refusal), "application/json", status: 403)(context);
        };
        await using var gateway = await StartAsync(upstream, "", "\"sk-one\", \"sk-two\"");

        var answer = await gateway.Client.PostAsync(GatewayCalls.Chat, Wire.Chat("gpt"));

        Assert.Equal((403, refusal), (answer.Status, answer.Body));
        Assert.Equal(1, calls);
        AssertIn(gateway, true);
    }

    private static Task<GatewayHost> StartAsync(CannedUpstream upstream, string provider, string keys) => GatewayHost.StartAsync(new GatewayHostOptions
    {
        Config = _ => $$"""
            {
              "providers": { "a": { {{provider}} "type": "openai-compatible", "baseUrl": "{{upstream.Address}}v1"{{(keys.Length > 0 ? $", \"apiKeys\": [ {keys} ]" : "")}} } },
              "models": [ { "modelId": "gpt", "targets": [ { "provider": "a", "model": "m" } ] } ]
            }
            """,
    });

    private static void AssertIn(GatewayHost gateway, bool isIn)
    {
        var states = gateway.Services.GetRequiredService<TargetStates>();
        var target = states.All.Single(state => state.Name == "a/m");
        Assert.All(target.Breakers, breaker => Assert.Equal(isIn, breaker.IsAvailable(states.Time.GetTimestamp())));
    }
}
