using System.Text;
using Microsoft.AspNetCore.Http;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Routing;

/// <summary>The rules of <c>pick</c> through a whole gateway, on every surface.</summary>
public sealed class PickRuleTests
{
    public static TheoryData<string, string> Prompts() => new()
    {
        { "/v1/chat/completions", """{"model":"gpt","messages":[{"role":"system","content":"SYSTEM"},{"role":"user","content":"TURN"}]}""" },
        { "/v1/responses", """{"model":"gpt","instructions":"SYSTEM","input":"TURN"}""" },
        { "/v1/messages", """{"model":"gpt","max_tokens":50,"system":"SYSTEM","messages":[{"role":"user","content":"TURN"}]}""" },
        { "/v1beta/models/gpt:generateContent", """{"systemInstruction":{"parts":[{"text":"SYSTEM"}]},"contents":[{"role":"user","parts":[{"text":"TURN"}]}]}""" },
    };

    // Every time another target would cost the cached prefix (LiteLLM #6784: 0.085 % of tokens were cached when balanced, 99.4 % when pinned).
    [Theory]
    [MemberData(nameof(Prompts))]
    public async Task PromptCache_SameSystemText_SameTarget(string path, string body)
    {
        await using var gateway = await GatewayHost.StartAsync(new GatewayHostOptions { Config = static upstream => Config("prompt-cache", upstream, upstream, upstream) });
        var targets = new HashSet<string>();
        for (var system = 0; system < 8; system++)
        {
            var owners = new HashSet<string>();
            for (var turn = 0; turn < 4; turn++)
                owners.Add(await AskAsync(gateway, path, body.Replace("SYSTEM", $"s{system}", StringComparison.Ordinal).Replace("TURN", $"t{turn}", StringComparison.Ordinal)));
            targets.Add(Assert.Single(owners));
        }

        Assert.InRange(targets.Count, 2, 3);
    }

    [Fact]
    public async Task RoundRobin_Requests_TakeTurns()
    {
        await using var gateway = await GatewayHost.StartAsync(new GatewayHostOptions { Config = static upstream => Config("round-robin", upstream, upstream, upstream) });
        var order = new List<string>();
        for (var i = 0; i < 6; i++) order.Add(await AskAsync(gateway, GatewayCalls.Chat, GatewayCalls.Body(GatewayCalls.Chat, stream: i % 2 == 0)));
        Assert.Equal(["t0", "t1", "t2", "t0", "t1", "t2"], order);
    }

    [Fact]
    public async Task MostCapacity_GoesWhereTheLimitsAreLessUsed_AlsoAfterA429()
    {
        await using var small = await CannedUpstream.StartAsync();
        await using var large = await CannedUpstream.StartAsync();
        small.Answer = static context => AnswerAsync(context, 200, 30);
        large.Answer = static context => AnswerAsync(context, 200, 90);
        await using var gateway = await GatewayHost.StartAsync(new GatewayHostOptions { Config = _ => Config("most-capacity", small.Address, large.Address) });
        // One that has told nothing counts as the other, so chance decides until both are known.
        var seen = new HashSet<string>();
        for (var i = 0; i < 100 && seen.Count < 2; i++) seen.Add(await AskAsync(gateway));
        Assert.Equal(2, seen.Count);
        for (var i = 0; i < 5; i++) Assert.Equal("t1", await AskAsync(gateway));

        // Its breaker is off: what the 429 says of the limit is all that keeps it out.
        large.Answer = static context => AnswerAsync(context, 429, 0);
        Assert.Equal("t0", await AskAsync(gateway));
        large.Answer = static context => AnswerAsync(context, 200, 100);
        for (var i = 0; i < 5; i++) Assert.Equal("t0", await AskAsync(gateway));
    }

    private static Task<string> AskAsync(GatewayHost gateway) => AskAsync(gateway, GatewayCalls.Chat, GatewayCalls.Body(GatewayCalls.Chat, stream: false));

    private static async Task<string> AskAsync(GatewayHost gateway, string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await gateway.Client.PostAsync(path, content);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return answer.Headers.GetValues("x-parley-provider").Single();
    }

    private static Task AnswerAsync(HttpContext context, int status, int remaining)
    {
        context.Response.StatusCode = status;
        context.Response.Headers["x-ratelimit-limit-requests"] = "100";
        context.Response.Headers["x-ratelimit-remaining-requests"] = $"{remaining}";
        context.Response.Headers["x-ratelimit-reset-requests"] = "30s";
        return CannedUpstream.Bytes("""{"choices":[{"index":0,"message":{"role":"assistant","content":"hi"},"finish_reason":"stop"}]}"""u8.ToArray(), "application/json", status: status)(context);
    }

    private static string Config(string pick, params string[] upstreams)
    {
        var providers = upstreams.Select((address, index) => $$"""
            "t{{index}}": { "type": "openai-compatible", "baseUrl": "{{address}}v1", "apiKey": "k" }
            """);
        var targets = upstreams.Select((_, index) => $$"""{ "provider": "t{{index}}", "model": "gpt-4o" }""");
        return $$"""
            { "providers": { {{string.Join(", ", providers)}} },
              "models": [ { "modelId": "gpt", "pick": "{{pick}}", "targets": [ {{string.Join(", ", targets)}} ] } ] }
            """;
    }
}
