using System.Text.Json.Nodes;
using Parley.Gateway.Tests.Harness;
using Parley.Testing;

namespace Parley.Gateway.Tests.Admin;

/// <summary>
/// <c>GET /admin/targets</c>, trip and reset. Lesson 2.18 of other gateways (LiteLLM #25504: a cooldown that nobody can see) is why state, reason
/// and time are all there.
/// </summary>
public sealed class TargetEndpointsTests
{
    [Fact]
    public async Task Targets_NeverCalled_AreListedAsUnknownInTheOrderOfTheirIds()
    {
        await using var gateway = await StartAsync();
        var items = (await gateway.Client.FetchAsync("/admin/targets")).Json["items"]!.AsArray();

        Assert.Equal(["anthropic/claude-sonnet-4-5", "lab/gpt-4o", "lab/parley/echo"], items.Select(item => (string)item!["id"]!));
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""
            {"id":"lab/gpt-4o","provider":"lab","model":"gpt-4o",
             "models":[{"id":"best","index":1,"priority":2,"weight":1},{"id":"gpt","index":0,"priority":1,"weight":3}],
             "state":"unknown","reason":null,"since":null,"until":null,
             "credentials":[{"number":1,"state":"unknown","reason":null,"since":null,"until":null},{"number":2,"state":"unknown","reason":null,"since":null,"until":null}],
             "inFlight":0,"latencyMilliseconds":null,"requests":0,"failures":0,"lastStatus":null,"lastFailureAt":null,"missing":null}
            """),
            Without(items[1]!, "capacity")),
            items[1]!.ToJsonString());
        Assert.Equal("ANTHROPIC_API_KEY is not set", (string?)items[0]!["missing"]);
    }

    [Fact]
    public async Task Target_AfterCalls_TellsStateTimesAndCounts()
    {
        var time = new ManualTimeProvider();
        await using var gateway = await StartAsync(time);
        Assert.Equal(200, (await gateway.Client.PostAsync(GatewayCalls.Chat, Wire.Chat("mini"))).Status);
        gateway.Upstream.Faults.Next(1, "503", "7");
        Assert.Equal(503, (await gateway.Client.PostAsync(GatewayCalls.Chat, Wire.Chat("mini"))).Status);

        // A slash of the id may be sent as it is or encoded, and the other prefix is the same place.
        foreach (var path in (string[])["/admin/targets/lab/parley/echo", "/admin/targets/lab%2Fparley%2fecho", "/parley/admin/targets/lab/parley/echo"])
        {
            var target = (await gateway.Client.FetchAsync(path)).Json;
            Assert.Equal("lab/parley/echo", (string?)target["id"]);
            Assert.Equal((2, 1, 503), ((int)target["requests"]!, (int)target["failures"]!, (int)target["lastStatus"]!));
            Assert.Equal(time.GetUtcNow(), (DateTimeOffset)target["lastFailureAt"]!);
            // One of the two credentials is out, the other is still used.
            var credentials = target["credentials"]!.AsArray();
            var open = Assert.Single(credentials, credential => (string?)credential!["state"] == "open")!;
            Assert.Equal(("503", time.GetUtcNow(), time.GetUtcNow().AddSeconds(7)), ((string?)open["reason"], (DateTimeOffset)open["since"]!, (DateTimeOffset)open["until"]!));
            Assert.Equal("healthy", (string?)target["state"]);
            Assert.Null(target["until"]);
        }

        time.Advance(TimeSpan.FromSeconds(7));
        var later = (await gateway.Client.FetchAsync("/admin/targets/lab/parley/echo")).Json["credentials"]!.AsArray();
        Assert.Contains(later, credential => (string?)credential!["reason"] == "may be tried again (was out: 503)" && (string?)credential["state"] == "unknown");
        Assert.DoesNotContain("sk-upstream", (await gateway.Client.FetchAsync("/admin/targets")).Body, StringComparison.Ordinal);
        gateway.Log.AssertKeptSecret();
    }

    [Fact]
    public async Task Trip_TakesTheTargetOut_UntilResetBringsItBack()
    {
        var time = new ManualTimeProvider();
        await using var gateway = await StartAsync(time);
        const string Id = "/admin/targets/lab/gpt-4o";

        var tripped = await gateway.Client.PostAsync(Id + "/trip", """{"seconds":120,"reason":"maintenance of the rack"}""");

        Assert.Equal(200, tripped.Status);
        Assert.Equal(
            ("open", "tripped by hand: maintenance of the rack", time.GetUtcNow(), time.GetUtcNow().AddMinutes(2)),
            ((string?)tripped.Json["state"], (string?)tripped.Json["reason"], (DateTimeOffset)tripped.Json["since"]!, (DateTimeOffset)tripped.Json["until"]!));
        Assert.All(tripped.Json["credentials"]!.AsArray(), credential => Assert.Equal("open", (string?)credential!["state"]));
        var elsewhere = await gateway.Client.PostAsync(GatewayCalls.Chat, Wire.Chat("gpt"));
        Assert.Equal((200, "lab/parley/echo"), (elsewhere.Status, elsewhere.Header("x-parley-provider") + "/" + AskedUpstream(gateway)));
        Assert.Contains(gateway.Log.Lines, line => line.Contains("Target lab/gpt-4o is out of its pool until", StringComparison.Ordinal) && line.Contains("POST …/reset brings it back", StringComparison.Ordinal));
        Assert.Contains(gateway.Log.Lines, line => line.Contains("Audit: target lab/gpt-4o was taken out by env:admin", StringComparison.Ordinal));

        // A shorter one, without a body, does not shorten it.
        var again = await gateway.Client.PostAsync(Id + "/trip", "");
        Assert.Equal(time.GetUtcNow().AddMinutes(2), (DateTimeOffset)again.Json["until"]!);

        var reset = await gateway.Client.PostAsync(Id.Replace("/admin", "/parley/admin", StringComparison.Ordinal).Replace("lab/gpt", "lab%2Fgpt", StringComparison.Ordinal) + "/reset", "");
        Assert.Equal((200, "unknown", "reset by hand"), (reset.Status, (string?)reset.Json["state"], (string?)reset.Json["reason"]));
        Assert.Equal(200, (await gateway.Client.PostAsync(GatewayCalls.Chat, Wire.Chat("gpt"))).Status);
        Assert.Equal("gpt-4o", AskedUpstream(gateway));
    }

    [Fact]
    public async Task Trip_WithoutABody_LastsAsLongAsTheBreakerSays()
    {
        var time = new ManualTimeProvider();
        await using var gateway = await StartAsync(time);
        var tripped = await gateway.Client.PostAsync("/admin/targets/lab/gpt-4o/trip", "");
        Assert.Equal((time.GetUtcNow().AddSeconds(30), "tripped by hand"), ((DateTimeOffset)tripped.Json["until"]!, (string?)tripped.Json["reason"]));
    }

    [Theory]
    [InlineData("""{"seconds":0}""", "seconds")]
    [InlineData("""{"seconds":"60"}""", "seconds")]
    [InlineData("""{"seconds":1e9}""", "seconds")]
    [InlineData("""{"reason":""}""", "reason")]
    [InlineData("""{"reason":"two\nlines"}""", "reason")]
    [InlineData("""{"second":60}""", "second")]
    [InlineData("""{"reason":"\ud800"}""", "/admin/targets/lab/gpt-4o/trip")]
    [InlineData("""{"\udc00":1}""", "/admin/targets/lab/gpt-4o/trip")]
    [InlineData("[]", "/admin/targets/lab/gpt-4o/trip")]
    [InlineData("{", "/admin/targets/lab/gpt-4o/trip")]
    public async Task Trip_WrongBody_IsRefusedNamingTheField_AndChangesNothing(string body, string path)
    {
        await using var gateway = await StartAsync();
        var refused = await gateway.Client.PostAsync("/admin/targets/lab/gpt-4o/trip", body);
        Assert.Equal((400, path), (refused.Status, (string?)refused.Error["path"]));
        if (path == "second") Assert.Contains("Did you mean \"seconds\"?", (string?)refused.Error["message"], StringComparison.Ordinal);
        Assert.Equal("unknown", (string?)(await gateway.Client.FetchAsync("/admin/targets/lab/gpt-4o")).Json["state"]);
    }

    [Fact]
    public async Task UnknownTarget_Is404InTheAdminShapeWithTheNearestId()
    {
        await using var gateway = await StartAsync();
        foreach (var answer in (Wire.Answer[])[await gateway.Client.FetchAsync("/admin/targets/lab/gpt4o"), await gateway.Client.PostAsync("/admin/targets/lab%2Fgpt4o/trip", "")])
        {
            Assert.Equal((404, "target_not_found"), (answer.Status, (string?)answer.Error["code"]));
            Assert.Contains("Did you mean 'lab/gpt-4o'?", (string?)answer.Error["message"], StringComparison.Ordinal);
        }

        Assert.Equal((404, "not_found"), (await gateway.Client.PostAsync("/admin/targets/lab/gpt-4o/open", "") is var wrong ? wrong.Status : 0, (string?)wrong.Error["code"]));
    }

    [Fact]
    public async Task Targets_AreForAdmins()
    {
        await using var gateway = await StartAsync();
        using var inference = await gateway.KeyAsync();
        foreach (var path in (string[])["/admin/targets", "/admin/targets/lab/gpt-4o", "/parley/admin/targets"])
            Assert.Equal(403, (await inference.FetchAsync(path)).Status);
        Assert.Equal(403, (await inference.PostAsync("/admin/targets/lab/gpt-4o/trip", "")).Status);
        Assert.Equal(403, (await inference.PostAsync("/admin/route", Wire.Chat("gpt"))).Status);
    }

    [Fact]
    public async Task AddressedTarget_IsListedOnceItWasCalled_AndNotBecauseSomebodyAsked()
    {
        await using var gateway = await StartAsync();
        using var stranger = await gateway.KeyAsync("""
            "models":["gpt"]
            """);
        Assert.Equal(403, (await stranger.PostAsync(GatewayCalls.Chat, Wire.Chat("lab/never-called"))).Status);
        Assert.Equal(200, (await gateway.Client.PostAsync(GatewayCalls.Chat, Wire.Chat("lab/gpt-4.1"))).Status);

        var ids = (await gateway.Client.FetchAsync("/admin/targets")).Json["items"]!.AsArray().ToDictionary(item => (string)item!["id"]!);
        Assert.Equal(["anthropic/claude-sonnet-4-5", "lab/gpt-4.1", "lab/gpt-4o", "lab/parley/echo"], ids.Keys);
        Assert.Equal((1, 0), ((int)ids["lab/gpt-4.1"]!["requests"]!, ids["lab/gpt-4.1"]!["models"]!.AsArray().Count));
    }

    private static JsonNode Without(JsonNode node, string member)
    {
        node.AsObject().Remove(member);
        return node;
    }

    // The upstream model that the simulator was asked for last.
    private static string AskedUpstream(GatewayHost gateway) => (string)JsonNode.Parse(gateway.Upstream.Log.Last.Body.Span)!["model"]!;

    private static Task<GatewayHost> StartAsync(TimeProvider? time = null) => GatewayHost.StartAsync(new GatewayHostOptions
    {
        Time = time,
        Config = upstream => $$"""
            {
              "providers": { "lab": { "type": "openai-compatible", "baseUrl": "{{upstream}}v1", "apiKeys": ["sk-upstream-secret-0001", "sk-upstream-secret-0002"] } },
              "models": [
                { "modelId": "claude", "modelName": "claude-sonnet-4-5", "providerName": "Anthropic" },
                { "modelId": "gpt", "targets": [ { "provider": "lab", "model": "gpt-4o", "weight": 3 }, { "provider": "lab", "model": "parley/echo", "priority": 2 } ] },
                { "modelId": "mini", "targets": [ { "provider": "lab", "model": "parley/echo" } ] },
                { "modelId": "best", "targets": [ { "provider": "lab", "model": "parley/echo" }, { "provider": "lab", "model": "gpt-4o", "priority": 2 } ] }
              ]
            }
            """,
    });
}
