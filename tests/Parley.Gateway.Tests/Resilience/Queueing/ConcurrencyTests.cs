using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Parley.Gateway.Resilience;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Resilience.Queueing;

/// <summary><c>concurrency</c> of models and targets through a whole gateway: what runs, what waits, what is refused, and what the metrics say.</summary>
public sealed class ConcurrencyTests
{
    private const string Answer = """{"choices":[{"index":0,"message":{"role":"assistant","content":"hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}""";

    [Fact]
    public async Task Model_IsFull_OneWaitsAndTheNextIsRefusedWith429()
    {
        await using var upstream = await BlockingUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream, model: """, "concurrency": { "max": 1, "queue": 1, "waitSeconds": 20 }""");
        var gate = gateway.Services.GetRequiredService<ModelStates>().Of("gpt", isCatalogued: true).Gate!;
        var running = AskAsync(gateway);
        await upstream.ArrivedAsync(1);
        var waiting = AskAsync(gateway);
        await UntilAsync(() => gate.Waiting == 1);

        using var refused = await AskAsync(gateway);
        Assert.Equal((429, "1"), ((int)refused.StatusCode, refused.Headers.GetValues("Retry-After").Single()));
        var error = (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error");
        Assert.Equal(("rate_limit_error", "concurrency_limit"), (error.GetProperty("type").GetString(), error.GetProperty("code").GetString()));
        Assert.StartsWith("The model 'gpt' is as busy as its operator allows", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Contains("parley_model_requests_running{model=\"gpt\"} 1\n", await MetricsAsync(gateway), StringComparison.Ordinal);
        Assert.Contains("parley_model_requests_waiting{model=\"gpt\"} 1\n", await MetricsAsync(gateway), StringComparison.Ordinal);

        upstream.Release(2);
        using var first = await running;
        using var second = await waiting;
        Assert.Equal((200, 200), ((int)first.StatusCode, (int)second.StatusCode));
        await UntilAsync(() => gate is { Running: 0, Waiting: 0 });
    }

    [Fact]
    public async Task Target_CallerLeavesWhileItWaits_NothingIsSentAndThePlaceIsFree()
    {
        await using var upstream = await BlockingUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream, target: """, "concurrency": { "max": 1, "queue": 1 }""");
        var gate = gateway.Services.GetRequiredService<TargetStates>().All.Single(static target => target.Gate is not null).Gate!;
        var running = AskAsync(gateway);
        await upstream.ArrivedAsync(1);
        using var left = new CancellationTokenSource();
        var waiting = AskAsync(gateway, left.Token);
        await UntilAsync(() => gate.Waiting == 1);
        await left.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await UntilAsync(() => gate.Waiting == 0);

        upstream.Release(1);
        using var first = await running;
        Assert.Equal(200, (int)first.StatusCode);
        Assert.Equal(1, upstream.Calls);
        await UntilAsync(() => gate is { Running: 0, Waiting: 0 });
    }

    [Fact]
    public async Task Pool_OneTargetIsBusy_AnotherWithRoomIsChosen_ThenOneIsWaitedFor()
    {
        await using var upstream = await BlockingUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream, target: """, "concurrency": { "max": 1, "queue": 1 }""", second: """, "priority": 2, "concurrency": { "max": 1 }""");
        var gates = gateway.Services.GetRequiredService<TargetStates>().All.OrderBy(static target => target.Name).Select(static target => target.Gate!).ToList();
        var running = new List<Task<HttpResponseMessage>> { AskAsync(gateway) };
        await upstream.ArrivedAsync(1);
        running.Add(AskAsync(gateway));
        await upstream.ArrivedAsync(2);
        Assert.Equal((1, 1), (gates[0].Running, gates[1].Running));

        running.Add(AskAsync(gateway));
        await UntilAsync(() => gates[0].Waiting == 1);
        using var refused = await AskAsync(gateway);
        Assert.Equal(429, (int)refused.StatusCode);
        Assert.Contains("concurrency_limit", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        // Both are named in the trail, neither was called, and no usage is estimated.
        var record = await gateway.RecordAsync(refused.Headers.GetValues("x-request-id").Single());
        Assert.Equal(["t0/m rate_limited", "t1/m rate_limited"], record.GetProperty("attempts").EnumerateArray().Select(static attempt => $"{attempt.GetProperty("target").GetString()} {attempt.GetProperty("reason").GetString()}"));
        Assert.Equal("rate_limited", record.Flags());

        upstream.Release(3);
        foreach (var answer in await Task.WhenAll(running))
        {
            Assert.Equal(200, (int)answer.StatusCode);
            answer.Dispose();
        }

        Assert.Equal(3, upstream.Calls);
        await UntilAsync(() => gates.All(static gate => gate is { Running: 0, Waiting: 0 }));
    }

    [Fact]
    public async Task Reload_RaisesTheLimit_WaitersRunAtOnce_AndNoLimitCostsNoGate()
    {
        await using var upstream = await BlockingUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream, target: """, "concurrency": { "max": 1, "queue": 5 }""");
        var running = new List<Task<HttpResponseMessage>> { AskAsync(gateway) };
        await upstream.ArrivedAsync(1);
        for (var i = 0; i < 2; i++) running.Add(AskAsync(gateway));
        var gate = gateway.Services.GetRequiredService<TargetStates>().All.Single(static target => target.Gate is not null).Gate!;
        await UntilAsync(() => gate.Waiting == 2);

        await File.WriteAllTextAsync(gateway.ConfigFile, Config(upstream.Address, "", """, "concurrency": { "max": 3, "queue": 5 }""", null));
        using (var reloaded = await gateway.Client.PostAsync("/admin/reload", null)) Assert.True(reloaded.IsSuccessStatusCode);
        await upstream.ArrivedAsync(3);
        upstream.Release(3);
        foreach (var answer in await Task.WhenAll(running))
        {
            Assert.Equal(200, (int)answer.StatusCode);
            answer.Dispose();
        }

        await File.WriteAllTextAsync(gateway.ConfigFile, Config(upstream.Address, "", "", null));
        using (var reloaded = await gateway.Client.PostAsync("/admin/reload", null)) Assert.True(reloaded.IsSuccessStatusCode);
        Assert.Equal((int.MaxValue, 0), (gate.Max, gate.Running));
        Assert.DoesNotContain("parley_target_calls_running", await MetricsAsync(gateway), StringComparison.Ordinal);
    }

    private static Task<HttpResponseMessage> AskAsync(GatewayHost gateway, CancellationToken cancellation = default) =>
        gateway.SendAsync(GatewayCalls.Chat, GatewayCalls.Body(GatewayCalls.Chat, stream: false), cancellation == default ? GatewayCalls.Limit() : cancellation);

    private static Task<string> MetricsAsync(GatewayHost gateway) => gateway.Client.GetStringAsync("/metrics");

    // Queues fill on other threads: asked again until it is so, bounded by a limit that only a defect reaches.
    private static async Task UntilAsync(Func<bool> isSo)
    {
        var limit = GatewayCalls.Limit();
        while (!isSo())
        {
            limit.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private static Task<GatewayHost> StartAsync(BlockingUpstream upstream, string model = "", string target = "", string? second = null) =>
        GatewayHost.StartAsync(new GatewayHostOptions { Config = _ => Config(upstream.Address, model, target, second) });

    private static string Config(string address, string model, string target, string? second) => $$"""
        {
          "providers": { "t0": { "type": "openai-compatible", "baseUrl": "{{address}}v1", "apiKey": "k" }, "t1": { "type": "openai-compatible", "baseUrl": "{{address}}v1", "apiKey": "k" } },
          "models": [ { "modelId": "gpt"{{model}}, "targets": [ { "provider": "t0", "model": "m"{{target}} }{{(second is null ? "" : $$""", { "provider": "t1", "model": "m"{{second}} }""")}} ] } ]
        }
        """;

    /// <summary>A provider whose calls stay open until the test lets them end.</summary>
    private sealed class BlockingUpstream(CannedUpstream upstream) : IAsyncDisposable
    {
        private readonly SemaphoreSlim _arrived = new(0);
        private readonly SemaphoreSlim _released = new(0);
        private int _calls;
        private int _seen;

        internal string Address => upstream.Address;

        internal int Calls => Volatile.Read(ref _calls);

        internal static async Task<BlockingUpstream> StartAsync()
        {
            var upstream = new BlockingUpstream(await CannedUpstream.StartAsync());
            return upstream.Listen();
        }

        /// <summary>Completes when so many calls have come in all.</summary>
        internal async Task ArrivedAsync(int calls)
        {
            for (; _seen < calls; _seen++) await _arrived.WaitAsync(GatewayCalls.Limit());
        }

        internal void Release(int calls) => _released.Release(calls);

        public async ValueTask DisposeAsync()
        {
            await upstream.DisposeAsync();
            _arrived.Dispose();
            _released.Dispose();
        }

        private BlockingUpstream Listen()
        {
            upstream.Answer = async context =>
            {
                Interlocked.Increment(ref _calls);
                _arrived.Release();
                await _released.WaitAsync(context.RequestAborted);
                context.Response.ContentType = "application/json";
                await context.Response.WriteAsync(Answer, context.RequestAborted);
            };
            return this;
        }
    }
}
