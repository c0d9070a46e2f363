using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Parley.Gateway.Tests.Harness;
using Parley.Gateway.Tests.Resilience.Webhooks;
using Parley.Gateway.Tests.Telemetry;
using Parley.Testing;

namespace Parley.Gateway.Tests.Resilience.Probing;

/// <summary><c>probe</c> of a provider: what is asked, how often, and what it does to the breakers.</summary>
public sealed class ProbeTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Models_IsAskedOnceForEachCredential_AndToldToAllTargets()
    {
        var time = new ManualTimeProvider();
        await using var gateway = await StartAsync(time, "{}", """
            "apiKeys": ["sk-probe-1", "sk-probe-2"]
            """);
        await WebhookTests.AdvanceUntilAsync(time, Second, () => gateway.Upstream.Log.Count >= 2);
        await WaitForStatesAsync(gateway, "healthy");

        var asked = gateway.Upstream.Log.Requests;
        Assert.Equal(2, asked.Count);
        Assert.All(asked, request => Assert.Equal(("GET", "/v1/models", 0), (request.Method, request.PathAndQuery, request.Body.Length)));
        Assert.Equal(["Bearer sk-probe-1", "Bearer sk-probe-2"], asked.Select(request => request.Header("Authorization")).Order(StringComparer.Ordinal));
        Assert.Equal(2, (await MetricsAsync(gateway))["""parley_probes_total{provider="lab",kind="models",result="answered"}"""]);
        // A list costs nothing: it is in no ledger, and no request of the target.
        Assert.Equal(0, (int)(await gateway.Client.FetchAsync("/admin/usage")).Json["total"]!["requests"]!);
        Assert.All(await TargetsAsync(gateway), target => Assert.Equal(0, (int)target["requests"]!));

        // The next turn comes after 30 seconds, a tenth more or less.
        time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(2, gateway.Upstream.Log.Count);
        await WebhookTests.AdvanceUntilAsync(time, Second, () => gateway.Upstream.Log.Count >= 4);
    }

    [Fact]
    public async Task Call_ReopensATargetBeforeACallerHasTo_AndIsInTheLedgerUnderANameOfItsOwn()
    {
        var time = new ManualTimeProvider();
        await using var gateway = await StartAsync(time, """{"kind":"call","intervalSeconds":86400,"timeoutSeconds":5}""");
        gateway.Upstream.Faults.Next(1, "503", "5");
        Assert.Equal(503, (await gateway.Client.PostAsync(GatewayCalls.Chat, Wire.Chat("gpt"))).Status);
        Assert.Equal("open", (string?)(await TargetAsync(gateway, "lab/gpt-4o"))["state"]);
        gateway.Upstream.Log.Clear();

        // While the provider's own wait runs nobody asks it.
        for (var second = 0; second < 4; second++)
        {
            time.Advance(Second);
            await time.WaitForTimersAsync(1, GatewayCalls.Limit());
        }

        Assert.DoesNotContain(gateway.Upstream.Log.Requests, request => AskedFor(request.Body) == "gpt-4o");
        await WebhookTests.AdvanceUntilAsync(time, Second, () => gateway.Upstream.Log.Requests.Any(request => AskedFor(request.Body) == "gpt-4o"));
        var limit = GatewayCalls.Limit();
        JsonNode target;
        while ((string?)(target = await TargetAsync(gateway, "lab/gpt-4o"))["state"] != "healthy") await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, limit);
        Assert.Equal(("answered", 1, 1), ((string?)target["reason"], (int)target["requests"]!, (int)target["failures"]!));
        Assert.Contains(gateway.Log.Lines, line => line.Contains("Target lab/gpt-4o is back in its pool: answered", StringComparison.Ordinal));

        var sent = gateway.Upstream.Log.Requests.First(request => AskedFor(request.Body) == "gpt-4o");
        Assert.Equal("""{"model":"gpt-4o","messages":[{"role":"user","content":"ping"}],"max_tokens":16}""", System.Text.Encoding.UTF8.GetString(sent.Body.Span));
        var record = await RecordOfProbeAsync(gateway);
        Assert.Equal(
            ("parley:probe", "parley-probe", "lab/gpt-4o", 200),
            (record.GetProperty("key").GetString(), record.GetProperty("keyName").GetString(), record.GetProperty("model").GetString(), record.GetProperty("status").GetInt32()));
        Assert.True(record.GetProperty("inputTokens").GetInt64() > 0 && record.GetProperty("outputTokens").GetInt64() > 0);
        Assert.False(record.GetProperty("estimated").GetBoolean());
    }

    [Fact]
    public async Task Call_ThatFails_TakesTheTargetOutAsARealCallDoes()
    {
        var time = new ManualTimeProvider();
        await using var upstream = await CannedUpstream.StartAsync();
        upstream.Answer = context =>
        {
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = "90";
            return Task.CompletedTask;
        };
        await using var gateway = await StartOnAsync(upstream, time, """{"kind":"call","intervalSeconds":10}""");
        await AdvanceUntilOpenAsync(gateway, time);

        var target = await TargetAsync(gateway, "canned/one");
        Assert.Equal(("429", 0), ((string?)target["reason"], (int)target["requests"]!));
        Assert.InRange((DateTimeOffset)target["until"]! - (DateTimeOffset)target["since"]!, TimeSpan.FromSeconds(89), TimeSpan.FromSeconds(91));
        Assert.Equal(429, (await RecordOfProbeAsync(gateway)).GetProperty("status").GetInt32());
    }

    [Fact]
    public async Task Call_WithoutAnAnswerInTime_IsATimeout()
    {
        var time = new ManualTimeProvider();
        await using var upstream = await CannedUpstream.StartAsync();
        upstream.Answer = context => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        await using var gateway = await StartOnAsync(upstream, time, """{"kind":"call","intervalSeconds":10,"timeoutSeconds":2}""");
        await AdvanceUntilOpenAsync(gateway, time);
        Assert.Equal("timeout", (string?)(await TargetAsync(gateway, "canned/one"))["reason"]);
    }

    [Theory]
    [InlineData("models", 403, "{}")]
    [InlineData("models", 404, "{}")]
    [InlineData("models", 429, "{}")]
    [InlineData("models", 501, "{}")]
    [InlineData("models", 302, "")]
    [InlineData("models", 200, "<html>It works!</html>")]
    [InlineData("call", 404, "{}")]
    public async Task Answer_ThatSaysNothingOfTheTarget_LeavesItAsItIs_AndIsSaidOnce(string kind, int status, string body)
    {
        var time = new ManualTimeProvider();
        await using var upstream = await CannedUpstream.StartAsync();
        var asked = 0;
        upstream.Answer = context =>
        {
            if (context.Request.Method == "GET" || AskedFor(CannedUpstream.BodyOf(context)) == "one") Interlocked.Increment(ref asked);
            context.Response.StatusCode = status;
            return context.Response.WriteAsync(body, context.RequestAborted);
        };
        await using var gateway = await StartOnAsync(upstream, time, $$"""{"kind":"{{kind}}","intervalSeconds":5}""");
        await WebhookTests.AdvanceUntilAsync(time, Second, () => Volatile.Read(ref asked) >= 4);
        Assert.Equal(("unknown", null), ((string?)(await TargetAsync(gateway, "canned/one"))["state"], (string?)(await TargetAsync(gateway, "canned/one"))["reason"]));
        var what = kind == "call" ? "canned/one" : "the models of canned";
        Assert.Single(gateway.Log.Lines, line => line.Contains($"The probe of {what} got an answer that says nothing of its health (status {status})", StringComparison.Ordinal));
        Assert.True((await MetricsAsync(gateway))[$$"""parley_probes_total{provider="canned",kind="{{kind}}",result="refused"}"""] >= 3);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task List_ThatFailsAsEveryCallWould_TakesTheTargetsOut_AndBringsThemBack(int status)
    {
        var time = new ManualTimeProvider();
        await using var upstream = await CannedUpstream.StartAsync();
        upstream.Answer = context =>
        {
            context.Response.StatusCode = status;
            return context.Response.WriteAsync("""{"data":[]}""", context.RequestAborted);
        };
        await using var gateway = await StartOnAsync(upstream, time, """{"intervalSeconds":10}""");
        await AdvanceUntilOpenAsync(gateway, time);
        Assert.Equal($"{status} (list of models)", (string?)(await TargetAsync(gateway, "canned/one"))["reason"]);

        upstream.Answer = context => context.Response.WriteAsync("""{"data":[]}""", context.RequestAborted);
        await WebhookTests.AdvanceUntilAsync(time, Second, () => gateway.Log.Lines.Any(line => line.Contains("Target canned/one is back in its pool: answered", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(503)]
    [InlineData(429)]
    public async Task List_SaysNothingOfAModelThatFails_AndKeepsNoCallerFromFindingOut(int status)
    {
        var time = new ManualTimeProvider();
        await using var upstream = await CannedUpstream.StartAsync();
        var listed = 0;
        upstream.Answer = context =>
        {
            if (context.Request.Method == "GET") Interlocked.Increment(ref listed);
            else if (AskedFor(CannedUpstream.BodyOf(context)) == "one") context.Response.StatusCode = status;
            return context.Response.WriteAsync("""{"data":[]}""", context.RequestAborted);
        };
        await using var gateway = await StartOnAsync(upstream, time, """{"intervalSeconds":10}""");
        await gateway.Client.PostAsync(GatewayCalls.Chat, Wire.Chat("canned/one"));
        Assert.Equal("open", (string?)(await TargetAsync(gateway, "canned/one"))["state"]);
        await WebhookTests.AdvanceUntilAsync(time, Second, () => Volatile.Read(ref listed) >= 6);

        var target = await TargetAsync(gateway, "canned/one");
        Assert.Equal(("unknown", $"may be tried again (was out: {status})"), ((string?)target["state"], (string?)target["reason"]));
        Assert.Equal("healthy", (string?)(await TargetAsync(gateway, "canned/two"))["state"]);
    }

    [Fact]
    public async Task Probe_WhoseFailureTheRuleDoesNotCount_ComesAgainInItsTurnAndNotEverySecond()
    {
        var time = new ManualTimeProvider();
        await using var upstream = await CannedUpstream.StartAsync();
        var asked = 0;
        upstream.Answer = context =>
        {
            if (AskedFor(CannedUpstream.BodyOf(context)) == "one") Interlocked.Increment(ref asked);
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        };
        await using var gateway = await StartOnAsync(upstream, time, """{"kind":"call","intervalSeconds":600}""", more: """
            , "breaker": { "rule": "counted", "count": 3, "statuses": [429] }
            """);
        await WebhookTests.AdvanceUntilAsync(time, TimeSpan.FromSeconds(5), () => Volatile.Read(ref asked) == 1);
        await gateway.Client.PostAsync("/admin/targets/canned/one/trip", """{"seconds":5}""");
        await WebhookTests.AdvanceUntilAsync(time, Second, () => Volatile.Read(ref asked) == 2);
        for (var second = 0; second < 60; second++)
        {
            time.Advance(Second);
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, GatewayCalls.Limit());
        }

        Assert.Equal(2, Volatile.Read(ref asked));
    }

    [Fact]
    public async Task TargetsThatHang_DoNotKeepTheOthersFromTheirTurn()
    {
        var time = new ManualTimeProvider();
        await using var upstream = await CannedUpstream.StartAsync();
        var asked = new System.Collections.Concurrent.ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        upstream.Answer = context =>
        {
            asked.AddOrUpdate(AskedFor(CannedUpstream.BodyOf(context)), 1, static (_, count) => count + 1);
            return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        };
        await using var gateway = await StartOnAsync(upstream, time, """{"kind":"call","intervalSeconds":2,"timeoutSeconds":2}""", more: """
            , "breaker": { "rule": "off" }
            """);
        await WebhookTests.AdvanceUntilAsync(time, Second, () => asked.Values.Sum() >= 90);

        // Six that all hang, and four places: each has had its turns, whichever stands first in the plan.
        Assert.Equal(6, asked.Count);
        Assert.All(asked.Values, static count => Assert.InRange(count, 12, 18));
    }

    [Fact]
    public async Task Reload_WithAShorterInterval_CountsFromNow()
    {
        var time = new ManualTimeProvider();
        await using var upstream = await CannedUpstream.StartAsync();
        var asked = 0;
        upstream.Answer = context =>
        {
            Interlocked.Increment(ref asked);
            return context.Response.WriteAsync("""{"data":[]}""", context.RequestAborted);
        };
        await using var gateway = await StartOnAsync(upstream, time, """{"intervalSeconds":3600}""");
        await WebhookTests.AdvanceUntilAsync(time, TimeSpan.FromSeconds(60), () => Volatile.Read(ref asked) == 1);
        await gateway.ReloadAsync("\"intervalSeconds\":3600", "\"intervalSeconds\":20");
        var reloaded = time.GetUtcNow();
        await WebhookTests.AdvanceUntilAsync(time, Second, () => Volatile.Read(ref asked) == 2);
        Assert.InRange(time.GetUtcNow() - reloaded, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Probes_RunFourAtATime_NeverTwoOfOneTarget_AndEndWithTheHost()
    {
        var time = new ManualTimeProvider();
        await using var upstream = await CannedUpstream.StartAsync();
        var (running, most, release) = (new List<string>(), 0, new TaskCompletionSource());
        upstream.Answer = async context =>
        {
            lock (running)
            {
                running.Add(AskedFor(CannedUpstream.BodyOf(context)));
                most = Math.Max(most, running.Count);
            }

            await release.Task.WaitAsync(context.RequestAborted);
        };
        await using var gateway = await StartOnAsync(upstream, time, """{"kind":"call","intervalSeconds":600,"timeoutSeconds":600}""", """
            "apiKeys": ["sk-canned-1", "sk-canned-2"]
            """);
        await WebhookTests.AdvanceUntilAsync(time, TimeSpan.FromSeconds(10), () => Volatile.Read(ref most) == 4);
        for (var second = 0; second < 30; second++)
        {
            time.Advance(Second);
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, GatewayCalls.Limit());
        }

        lock (running) Assert.Equal((4, 4), (running.Count, running.Distinct(StringComparer.Ordinal).Count()));
        await gateway.StopAsync(GatewayCalls.Limit());
        Assert.DoesNotContain(gateway.Log.Lines, line => line.Contains("is out of its pool", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Reload_StartsAndStopsProbes()
    {
        var time = new ManualTimeProvider();
        await using var upstream = await CannedUpstream.StartAsync();
        var asked = 0;
        upstream.Answer = async context =>
        {
            Interlocked.Increment(ref asked);
            await context.Response.WriteAsync("""{"data":[]}""", context.RequestAborted);
        };
        await using var gateway = await StartOnAsync(upstream, time, """{"intervalSeconds":2}""");
        await WebhookTests.AdvanceUntilAsync(time, Second, () => Volatile.Read(ref asked) >= 2);

        await gateway.ReloadAsync(""", "probe": {"intervalSeconds":2}""", "");
        await WebhookTests.AdvanceUntilAsync(time, Second, () => gateway.Log.Lines.Any(line => line.Contains("Probes: 0 are made", StringComparison.Ordinal)));
        var before = Volatile.Read(ref asked);
        for (var second = 0; second < 20; second++)
        {
            time.Advance(Second);
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, GatewayCalls.Limit());
        }

        Assert.InRange(Volatile.Read(ref asked), before, before + 1);
        await gateway.ReloadAsync("\"apiKey\": \"sk-canned\"", """
            "apiKey": "sk-canned", "probe": {"intervalSeconds":2}
            """);
        await WebhookTests.AdvanceUntilAsync(time, Second, () => Volatile.Read(ref asked) >= before + 2);
    }

    [Fact]
    public async Task ProviderOfCallersOwnTokens_IsNotProbed_AndThatIsSaid()
    {
        var time = new ManualTimeProvider();
        await using var gateway = await StartAsync(time, "{}", """
            "auth": { "kind": "caller-bearer" }
            """);
        await WebhookTests.AdvanceUntilAsync(time, Second, () => gateway.Log.Lines.Any(line => line.Contains("Provider lab has a \"probe\" but is called with its callers' own tokens", StringComparison.Ordinal)));
        Assert.Equal(0, gateway.Upstream.Log.Count);
    }

    private static async Task AdvanceUntilOpenAsync(GatewayHost gateway, ManualTimeProvider time)
    {
        var limit = GatewayCalls.Limit();
        while ((string?)(await TargetAsync(gateway, "canned/one"))["state"] != "open")
        {
            time.Advance(TimeSpan.FromMilliseconds(500));
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, limit);
        }
    }

    private static async Task WaitForStatesAsync(GatewayHost gateway, string state)
    {
        var limit = GatewayCalls.Limit();
        while ((await TargetsAsync(gateway)).SelectMany(target => target["credentials"]!.AsArray()).Any(credential => (string?)credential!["state"] != state))
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, limit);
    }

    private static async Task<JsonElement> RecordOfProbeAsync(GatewayHost gateway)
    {
        var limit = GatewayCalls.Limit();
        while (true)
        {
            using var answer = JsonDocument.Parse((await gateway.Client.FetchAsync("/admin/requests?key=parley:probe")).Body);
            foreach (var item in answer.RootElement.GetProperty("items").EnumerateArray()) return item.Clone();
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, limit);
        }
    }

    private static async Task<IReadOnlyDictionary<string, double>> MetricsAsync(GatewayHost gateway) =>
        PrometheusReader.Read((await gateway.Client.FetchAsync("/metrics")).Body).Samples;

    private static async Task<IReadOnlyList<JsonNode>> TargetsAsync(GatewayHost gateway) =>
        [.. (await gateway.Client.FetchAsync("/admin/targets")).Json["items"]!.AsArray().Select(item => item!)];

    private static async Task<JsonNode> TargetAsync(GatewayHost gateway, string id) => (await gateway.Client.FetchAsync("/admin/targets/" + id)).Json;

    private static string AskedFor(ReadOnlyMemory<byte> body) => body.IsEmpty ? "" : (string?)JsonNode.Parse(body.Span)!["model"] ?? "";

    private static Task<GatewayHost> StartAsync(TimeProvider time, string probe, string credential = "\"apiKey\": \"sk-upstream-secret-0001\"") => GatewayHost.StartAsync(new GatewayHostOptions
    {
        Time = time,
        Config = upstream => $$"""
            {
              "providers": { "lab": { "type": "openai-compatible", "baseUrl": "{{upstream}}v1", {{credential}}, "probe": {{probe}} } },
              "models": [
                { "modelId": "gpt", "targets": [ { "provider": "lab", "model": "gpt-4o" } ] },
                { "modelId": "other", "targets": [ { "provider": "lab", "model": "gpt-4o" }, { "provider": "lab", "model": "gpt-4o-mini" } ] }
              ]
            }
            """,
    });

    private static Task<GatewayHost> StartOnAsync(
        CannedUpstream upstream, TimeProvider time, string probe, string credential = "\"apiKey\": \"sk-canned\"", string more = "") => GatewayHost.StartAsync(new GatewayHostOptions
        {
            Time = time,
            Config = _ => $$"""
            {
              "providers": { "canned": { "type": "openai-compatible", "baseUrl": "{{upstream.Address}}v1", {{credential}}, "probe": {{probe}}{{more}} } },
              "models": [ { "modelId": "gpt", "targets": [ {{string.Join(", ", ((string[])["one", "two", "three", "four", "five", "six"]).Select(name => $$"""{ "provider": "canned", "model": "{{name}}" }"""))}} ] } ]
            }
            """,
        });
}
