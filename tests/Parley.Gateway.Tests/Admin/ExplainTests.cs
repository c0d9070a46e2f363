using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Parley.Gateway.Resilience;
using Parley.Gateway.Tests.Harness;
using Parley.Testing;

namespace Parley.Gateway.Tests.Admin;

/// <summary><c>POST /admin/route</c>: where a request would go, and why, without calling anything and without leaving a trace.</summary>
public sealed class ExplainTests
{
    [Fact]
    public async Task Pool_IsExplainedByPriorityShareAndMode()
    {
        await using var gateway = await StartAsync();
        var answer = await gateway.Client.PostAsync("/admin/route", Wire.Chat("gpt-latest"));

        Assert.Equal(200, answer.Status);
        var route = answer.Json;
        Assert.Equal(("gpt", "weighted", "chat", "env:admin"), ((string?)route["model"], (string?)route["pick"], (string?)route["surface"], (string?)route["key"]));
        Assert.Equal("""{"name":"gpt-latest","stable":"none","shares":[{"model":"gpt","share":1}]}""", route["alias"]!.ToJsonString());
        Assert.Equal(
            [
                "1 lab/gpt-4o 0.75 splice priority 1: one of 2 that are well, picked by weight (3)",
                "2 lab/gpt-4o-mini 0.25 splice priority 1: one of 2 that are well, picked by weight (1)",
                "3 claude/claude-sonnet-4-5  translate priority 2: used only when every target of priority 1 is out or has failed this request",
            ],
            Steps(route));
        Assert.Equal("AnthropicMessages", (string?)route["targets"]![2]!["dialect"]);
        Assert.Equal(2, (int)route["targets"]![0]!["credentials"]!);
        Assert.Empty(route["excluded"]!.AsArray());
        Assert.Equal("The call begins with one of 2 targets by chance or turns; 3 can be tried.", (string?)route["summary"]);
        Assert.Equal("""{"attempts":null,"sameTarget":0,"deadlineSeconds":60,"contentFilter":false,"contextLengthModel":null}""", route["retry"]!.ToJsonString());
        Assert.Equal("""{"connectSeconds":null,"firstByteSeconds":20,"firstTokenSeconds":null,"idleSeconds":null,"totalSeconds":null}""", route["timeouts"]!.ToJsonString());

        // Nothing was called, counted or recorded.
        Assert.Equal(0, gateway.Upstream.Log.Count);
        Assert.Equal(0, (int)(await gateway.Client.FetchAsync("/admin/usage")).Json["total"]!["requests"]!);
        Assert.All((await gateway.Client.FetchAsync("/admin/targets")).Json["items"]!.AsArray(), target => Assert.Equal((0, "unknown"), ((int)target!["requests"]!, (string?)target["state"])));
        await gateway.AssertNothingLeftAsync();
        gateway.Log.AssertKeptSecret();
    }

    [Fact]
    public async Task TargetThatIsOut_ComesLastWithItsWait_AndTheNextPriorityMovesUp()
    {
        var time = new ManualTimeProvider();
        await using var gateway = await StartAsync(time);
        await gateway.Client.PostAsync("/admin/targets/lab/gpt-4o/trip", """{"seconds":40,"reason":"upgrade"}""");
        Assert.Equal(
            [
                "1 lab/gpt-4o-mini 1 splice priority 1: the only one of it that is well",
                "2 claude/claude-sonnet-4-5  translate priority 2: used only when every target of priority 1 is out or has failed this request",
                "3 lab/gpt-4o  splice out for 40 s more (tripped by hand: upgrade); tried only when every target that is well has failed this request, or none is",
            ],
            Steps((await gateway.Client.PostAsync("/admin/route", Wire.Chat("gpt"))).Json));

        await gateway.Client.PostAsync("/admin/targets/lab/gpt-4o-mini/trip", """{"seconds":20}""");
        await gateway.Client.PostAsync("/admin/targets/claude/claude-sonnet-4-5/trip", """{"seconds":30}""");
        var route = (await gateway.Client.PostAsync("/parley/admin/route", Wire.Chat("gpt"))).Json;
        Assert.Equal([20.0, 30.0, 40.0], route["targets"]!.AsArray().Select(target => (double)target!["waitSeconds"]!));
        Assert.StartsWith("Every target is out; the one that is back first is called all the same. The call begins with lab/gpt-4o-mini;", (string?)route["summary"], StringComparison.Ordinal);

        // As it is said, so it happens.
        Assert.Equal("lab", (await gateway.Client.PostAsync(GatewayCalls.Chat, Wire.Chat("gpt"))).Header("x-parley-provider"));
        Assert.Equal("gpt-4o-mini", (string?)JsonNode.Parse(gateway.Upstream.Log.Last.Body.Span)!["model"]);
    }

    [Fact]
    public async Task CountedBreaker_ThatIsOpen_IsExcludedBecauseItLetsNobodyThrough()
    {
        await using var gateway = await StartAsync(new ManualTimeProvider());
        await gateway.Client.PostAsync("/admin/targets/strict/gpt-4o/trip", """{"seconds":12}""");
        var route = (await gateway.Client.PostAsync("/admin/route", Wire.Chat("strict"))).Json;
        Assert.Empty(route["targets"]!.AsArray());
        Assert.Equal("""{"id":"strict/gpt-4o","reason":"out for 12 s more (tripped by hand); the counted rule of its breaker lets nobody through before that"}""", Assert.Single(route["excluded"]!.AsArray())!.ToJsonString());
        Assert.Equal("No target may be called: a call now is answered 503 with Retry-After 12.", (string?)route["summary"]);
        var call = await gateway.Client.PostAsync(GatewayCalls.Chat, Wire.Chat("strict"));
        Assert.Equal((503, "12"), (call.Status, call.Header("Retry-After")));
    }

    [Fact]
    public async Task Asking_TakesNoPermitOfATargetThatIsToFindOut()
    {
        var time = new ManualTimeProvider();
        await using var gateway = await StartAsync(time);
        await gateway.Client.PostAsync("/admin/targets/strict/gpt-4o/trip", """{"seconds":5}""");
        time.Advance(TimeSpan.FromSeconds(5));
        for (var asked = 0; asked < 10; asked++)
        {
            var step = (await gateway.Client.PostAsync("/admin/route", Wire.Chat("strict"))).Json["targets"]![0]!;
            Assert.Equal(("unknown", "may be tried again (was out: tripped by hand)"), ((string?)step["state"], (string?)step["reason"]));
        }

        Assert.Equal(200, (await gateway.Client.PostAsync(GatewayCalls.Chat, Wire.Chat("strict"))).Status);
    }

    [Theory]
    [InlineData("?surface=responses", """{"model":"gpt","input":"x"}""", "responses", "splice")]
    [InlineData("?surface=messages", """{"model":"gpt","max_tokens":9,"messages":[]}""", "messages", "translate")]
    [InlineData("?surface=generateContent&model=gpt", """{"contents":[]}""", "generate_content", "translate")]
    [InlineData("?surface=embeddings", """{"model":"gpt","input":"x"}""", "embeddings", "splice")]
    [InlineData("?surface=countTokens", """{"model":"claude","messages":[]}""", "count_tokens", "splice")]
    public async Task Surface_DecidesDialectAndMode(string query, string body, string surface, string mode)
    {
        await using var gateway = await StartAsync();
        var answer = await gateway.Client.PostAsync("/admin/route" + query, body);
        Assert.True(answer.Status == 200, answer.Body);
        Assert.Equal((surface, mode), ((string?)answer.Json["surface"], (string?)answer.Json["targets"]![0]!["mode"]));
        if (surface == "embeddings")
            Assert.Equal("""{"id":"claude/claude-sonnet-4-5","reason":"its provider speaks no dialect that embeddings can be translated to"}""", Assert.Single(answer.Json["excluded"]!.AsArray())!.ToJsonString());
    }

    [Theory]
    [InlineData("", """{"model":"gtp","messages":[]}""", 404, "model_not_found", "Did you mean 'gpt'?")]
    [InlineData("", """{"messages":[]}""", 400, "bad_request", "'model' is missing")]
    [InlineData("", "no json", 400, "bad_request", "not valid JSON")]
    [InlineData("?surface=chats", """{"model":"gpt"}""", 400, "bad_request", "Did you mean \"chat\"?")]
    [InlineData("?surface=generateContent", """{"contents":[]}""", 400, "bad_request", "?surface=generateContent&model=NAME")]
    [InlineData("?surface=countTokens", """{"model":"gpt","messages":[]}""", 404, "count_tokens_unsupported", "no token counter")]
    [InlineData("?keyId=sk-parley-mixed-up", """{"model":"gpt"}""", 404, "key_not_found", "There is no key with this id.")]
    public async Task Errors_AreThoseOfTheCall_InTheAdminShape(string query, string body, int status, string code, string words)
    {
        await using var gateway = await StartAsync();
        if (query == "?surface=countTokens") body = body.Replace("gpt", "strict", StringComparison.Ordinal);
        var answer = await gateway.Client.PostAsync("/admin/route" + query, body);
        Assert.Equal((status, code), (answer.Status, (string?)answer.Error["code"]));
        Assert.Contains(words, (string?)answer.Error["message"], StringComparison.Ordinal);
        Assert.NotNull((string?)answer.Error["path"]);
        Assert.DoesNotContain("mixed-up", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Key_IsAskedForByItsId_WithItsOwnGrants()
    {
        await using var gateway = await StartAsync();
        var made = (await gateway.Client.PostAsync("/admin/keys", """{"name":"shop","models":["strict"]}""")).Json;
        var query = "/admin/route?keyId=" + (string)made["id"]!;

        var allowed = await gateway.Client.PostAsync(query, Wire.Chat("strict"));
        Assert.Equal((200, (string)made["id"]!), (allowed.Status, (string?)allowed.Json["key"]));
        var refused = await gateway.Client.PostAsync(query, Wire.Chat("gpt"));
        Assert.Equal((403, "model_not_allowed"), (refused.Status, (string?)refused.Error["code"]));

        using var suspend = new HttpRequestMessage(HttpMethod.Patch, "/admin/keys/" + (string)made["id"]!) { Content = Wire.Json("""{"suspended":true}""") };
        Assert.Equal(200, (await gateway.Client.FetchAsync(suspend)).Status);
        Assert.Equal((403, "key_suspended"), (await gateway.Client.PostAsync(query, Wire.Chat("strict")) is var held ? held.Status : 0, (string?)held.Error["code"]));

        var validating = (await gateway.Client.PostAsync("/admin/keys", """{"name":"door","role":"validate"}""")).Json;
        Assert.Equal((403, "role_missing"), (await gateway.Client.PostAsync("/admin/route?keyId=" + (string)validating["id"]!, Wire.Chat("gpt")) is var other ? other.Status : 0, (string?)other.Error["code"]));
    }

    [Fact]
    public async Task SigningInByTheKeyParameter_IsNotTakenForTheQuestion()
    {
        await using var gateway = await StartAsync();
        using var stranger = new HttpClient { BaseAddress = gateway.Client.BaseAddress };
        var answer = await stranger.PostAsync("/admin/route?key=" + GatewayHost.AdminKey, Wire.Chat("gpt"));
        Assert.Equal((200, "env:admin"), (answer.Status, (string?)answer.Json["key"]));
    }

    [Fact]
    public async Task TargetWithoutRoom_ComesAfterThoseWithRoom()
    {
        await using var gateway = await StartAsync();
        var gate = gateway.Services.GetRequiredService<TargetStates>().All.Single(static state => state.Gate is not null).Gate!;
        Assert.True(gate.TryEnter(out _));
        Assert.Equal(
            [
                "1 lab/gpt-4o 1 splice priority 1: the only one of it that has room",
                "2 claude/claude-sonnet-4-5  translate priority 2: used only when every target of priority 1 is out, has no room or has failed this request",
                "3 lab/limited  splice priority 1: it has as many calls as it may (1, \"concurrency\") and is waited for only when no other has room",
            ],
            Steps((await gateway.Client.PostAsync("/admin/route", Wire.Chat("limited"))).Json));
    }

    [Fact]
    public async Task RequestPinnedToACredentialThatIsOut_WaitsForIt_AlthoughTheOtherIsWell()
    {
        await using var gateway = await StartAsync(new ManualTimeProvider());
        var made = await gateway.Client.PostAsync("/v1/responses", """{"model":"gpt","input":"x"}""");
        Assert.True(made.Status == 200, made.Body);
        var next = $$"""{"model":"gpt","input":"y","previous_response_id":"{{made.Json["id"]}}"}""";
        var pinned = (await gateway.Client.PostAsync("/admin/route?surface=responses", next)).Json["targets"]!.AsArray();
        var note = (string)Assert.Single(pinned)!["note"]!;
        Assert.Contains("only with credential ", note, StringComparison.Ordinal);
        var state = gateway.Services.GetRequiredService<TargetStates>().All.Single(state => state.Name == (string)pinned[0]!["id"]!);
        state.Breakers[note[^1] - '1'].Trip(gateway.Services.GetRequiredService<TimeProvider>().GetTimestamp(), TimeSpan.FromSeconds(25));

        var late = Assert.Single((await gateway.Client.PostAsync("/admin/route?surface=responses", next)).Json["targets"]!.AsArray())!;
        Assert.Equal(25, (double?)late["waitSeconds"]);
    }

    private static IEnumerable<string> Steps(JsonNode route) => route["targets"]!.AsArray().Select(step => $"{step!["order"]} {step["id"]} {step["share"]} {step["mode"]} {step["note"]}");

    private static Task<GatewayHost> StartAsync(TimeProvider? time = null) => GatewayHost.StartAsync(new GatewayHostOptions
    {
        Time = time,
        Config = upstream => $$"""
            {
              "providers": {
                "lab": { "type": "openai-compatible", "baseUrl": "{{upstream}}v1", "apiKeys": ["{{Wire.UpstreamKey}}", "sk-upstream-secret-0002"] },
                "strict": { "type": "openai-compatible", "baseUrl": "{{upstream}}v1", "apiKey": "{{Wire.UpstreamKey}}", "breaker": { "rule": "counted", "count": 3 } },
                "claude": { "type": "anthropic", "baseUrl": "{{upstream}}", "apiKey": "{{Wire.UpstreamKey}}" }
              },
              "models": [
                { "modelId": "gpt", "aliases": ["gpt-latest"], "timeouts": { "firstByteSeconds": 20 },
                  "targets": [ { "provider": "lab", "model": "gpt-4o", "weight": 3 }, { "provider": "lab", "model": "gpt-4o-mini" }, { "provider": "claude", "model": "claude-sonnet-4-5", "priority": 2 } ] },
                { "modelId": "limited",
                  "targets": [ { "provider": "lab", "model": "gpt-4o" }, { "provider": "lab", "model": "limited", "concurrency": { "max": 1 } }, { "provider": "claude", "model": "claude-sonnet-4-5", "priority": 2 } ] },
                { "modelId": "strict", "targets": [ { "provider": "strict", "model": "gpt-4o" } ] },
                { "modelId": "claude", "targets": [ { "provider": "claude", "model": "claude-sonnet-4-5" } ] }
              ]
            }
            """,
    });
}
