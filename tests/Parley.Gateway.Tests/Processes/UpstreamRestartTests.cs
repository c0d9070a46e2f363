using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Parley.Gateway.Configuration;
using Parley.Gateway.Resilience;
using Parley.Gateway.Resilience.Breakers;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Processes;

/// <summary>
/// Three real providers' processes are killed and started again under 200 clients: as long as one lives nobody is told of a failure who had
/// not been sent a byte, and each is in use again as soon as its breaker lets one call find out.
/// </summary>
public sealed class UpstreamRestartTests
{
    private const int Clients = 200;

    // The default is 30 s; the test waits for it once for each kill. PARLEY_LONG_TESTS=1 takes the default.
    private static readonly TimeSpan Open = Environment.GetEnvironmentVariable("PARLEY_LONG_TESTS") == "1" ? TimeSpan.FromSeconds(30) : TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Upstreams_KilledAndRestarted_FailNobodyWhoHadNotBeenSentAByte()
    {
        using var a = await UpstreamProcess.StartAsync();
        using var b = await UpstreamProcess.StartAsync();
        using var c = await UpstreamProcess.StartAsync();
        UpstreamProcess[] upstreams = [a, b, c];
        await using var gateway = await GatewayHost.StartAsync(new GatewayHostOptions { Config = _ => Config(upstreams) });
        var failed = new ConcurrentQueue<string>();
        long whole = 0, begun = 0;
        using var over = new CancellationTokenSource();
        var clients = Enumerable.Range(0, Clients).Select(number => Task.Run(async () =>
        {
            while (!over.IsCancellationRequested)
            {
                var (isWhole, isBegun, text) = await CallAsync(gateway, isStream: number % 2 == 0);
                if (isWhole) Interlocked.Increment(ref whole);
                else if (isBegun) Interlocked.Increment(ref begun);
                else failed.Enqueue(text);
            }
        })).ToList();

        // One after the other, then two at once: one lives all the time.
        foreach (var dying in (UpstreamProcess[][])[[a], [b], [c], [a, b], [b, c]])
        {
            await UntilAsync(() => Volatile.Read(ref whole), more: Clients);
            foreach (var upstream in dying) await upstream.KillAsync();
            await UntilAsync(() => Volatile.Read(ref whole), more: Clients);
            foreach (var upstream in dying) await upstream.RestartAsync();
            await UntilAllAreUsedAsync(gateway);
        }

        await over.CancelAsync();
        await Task.WhenAll(clients);
        Assert.True(failed.IsEmpty, $"{failed.Count} calls failed, {whole} answered, {begun} broken in mid-stream; first: {failed.FirstOrDefault()}");
        Assert.True(whole > 10 * Clients, $"only {whole} calls");
        await gateway.AssertNothingLeftAsync();
    }

    private static async Task<(bool IsWhole, bool IsBegun, string Text)> CallAsync(GatewayHost gateway, bool isStream)
    {
        using var answer = await gateway.SendAsync(GatewayCalls.Chat, GatewayCalls.Body(GatewayCalls.Chat, isStream), GatewayCalls.Limit());
        var text = await answer.Content.ReadAsStringAsync(GatewayCalls.Limit());
        if ((int)answer.StatusCode != 200) return (false, false, $"{(int)answer.StatusCode} {text}");
        var isBroken = isStream && text.Contains("\"error\":", StringComparison.Ordinal);
        // Cut between the finish reason and its end marker: finished all the same (contracts §6).
        var isWhole = isStream ? !isBroken && text.Contains("\"finish_reason\":\"stop\"", StringComparison.Ordinal) : text.EndsWith('}');
        return (isWhole, isBroken, text);
    }

    // The promise: the breaker's time and one request. On top of it what a busy machine needs to run 200 clients.
    private static async Task UntilAllAreUsedAsync(GatewayHost gateway)
    {
        var catalog = gateway.Services.GetRequiredService<SnapshotHolder>().Current.Catalog;
        Assert.True(catalog.TryFindCatalogued("gpt", out var model));
        using var limit = new CancellationTokenSource(Open + TimeSpan.FromSeconds(15), TimeProvider.System);
        while (model.Targets.Any(static target => StateOf(target.State) != BreakerState.Healthy))
        {
            Assert.False(limit.IsCancellationRequested, string.Join(", ", model.Targets.Select(static target => $"{target.Name} {StateOf(target.State)}")));
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken.None);
        }
    }

    private static BreakerState StateOf(TargetState target) => target.Breakers[0].StateAt(TimeProvider.System.GetTimestamp());

    private static async Task UntilAsync(Func<long> count, long more)
    {
        var wanted = count() + more;
        while (count() < wanted) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, GatewayCalls.Limit());
    }

    private static string Config(UpstreamProcess[] upstreams)
    {
        var breaker = $$"""{ "rule": "simple", "openSeconds": {{Open.TotalSeconds}} }""";
        var providers = upstreams.Select((upstream, i) => $$""" "p{{i}}": { "type": "openai-compatible", "baseUrl": "{{upstream.Address}}v1", "apiKey": "{{Wire.UpstreamKey}}", "breaker": {{breaker}} } """);
        var targets = upstreams.Select((_, i) => $$"""{ "provider": "p{{i}}", "model": "gpt-4o" }""");
        return $$"""{ "providers": { {{string.Join(',', providers)}} }, "models": [ { "modelId": "gpt", "targets": [ {{string.Join(',', targets)}} ] } ] }""";
    }
}
