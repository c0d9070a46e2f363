using Parley.Gateway.Tests.Harness;
using Parley.Testing;

namespace Parley.Gateway.Tests.Telemetry;

/// <summary>The metrics of targets: one series for each target of the catalogue, never one for a name that a caller made up (failures.md §1.28).</summary>
public sealed class TargetMetricsTests
{
    [Fact]
    public async Task Target_StateOpeningsAndLatency_AreToldByName()
    {
        var time = new ManualTimeProvider();
        await using var gateway = await GatewayHost.StartAsync(new GatewayHostOptions { Time = time });
        Assert.Equal(0, (await ReadAsync(gateway))["""parley_target_state{target="lab/gpt-4o"}"""]);
        await gateway.Client.PostAsync(GatewayCalls.Chat, Wire.Chat("gpt"));
        var healthy = await ReadAsync(gateway);
        Assert.Equal((1, 0, 0), (healthy["""parley_target_state{target="lab/gpt-4o"}"""], healthy["""parley_target_in_flight{target="lab/gpt-4o"}"""], healthy["""parley_target_open_credentials{target="lab/gpt-4o"}"""]));

        gateway.Upstream.Faults.Next(1, "429");
        await gateway.Client.PostAsync(GatewayCalls.Chat, Wire.Chat("gpt"));
        var open = await ReadAsync(gateway);
        Assert.Equal((3, 1, 1), (open["""parley_target_state{target="lab/gpt-4o"}"""], open["""parley_target_open_credentials{target="lab/gpt-4o"}"""], open["""parley_target_openings_total{target="lab/gpt-4o",reason="rate_limit"}"""]));

        await gateway.Client.PostAsync("/admin/targets/lab/gpt-4o/reset", "");
        await gateway.Client.PostAsync("/admin/targets/lab/gpt-4o/trip", "");
        Assert.Equal(1, (await ReadAsync(gateway))["""parley_target_openings_total{target="lab/gpt-4o",reason="by_hand"}"""]);
    }

    [Fact]
    public async Task AddressedTargets_AreCountedTogether()
    {
        await using var gateway = await GatewayHost.StartAsync();
        foreach (var name in (string[])["gpt-4o-mini", "gpt-4.1"])
        {
            gateway.Upstream.Faults.Next(1, "500");
            await gateway.Client.PostAsync(GatewayCalls.Chat, Wire.Chat("lab/" + name));
        }

        var metrics = await ReadAsync(gateway);
        Assert.Equal(2, metrics["""parley_target_openings_total{target="other",reason="server_error"}"""]);
        Assert.DoesNotContain(metrics.Keys, key => key.Contains("gpt-4o-mini", StringComparison.Ordinal) || key.Contains("gpt-4.1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ConcurrencyOfNamesThatAStarMatched_IsCountedTogether()
    {
        await using var gateway = await GatewayHost.StartAsync(new GatewayHostOptions
        {
            Config = upstream => $$"""
                {
                  "providers": { "lab": { "type": "openai-compatible", "baseUrl": "{{upstream}}v1", "apiKey": "{{Wire.UpstreamKey}}" } },
                  "models": [
                    { "modelId": "gpt-*", "targets": [ { "provider": "lab", "model": "gpt-*", "concurrency": { "max": 3 } } ] },
                    { "modelId": "fixed", "targets": [ { "provider": "lab", "model": "gpt-4o", "concurrency": { "max": 3 } } ] }
                  ]
                }
                """,
        });
        foreach (var name in (string[])["gpt-made-1", "gpt-made-2", "fixed"]) await gateway.Client.PostAsync(GatewayCalls.Chat, Wire.Chat(name));
        var metrics = await ReadAsync(gateway);
        Assert.Equal(
            ["parley_target_calls_running{target=\"lab/gpt-4o\"}", "parley_target_calls_running{target=\"other\"}"],
            metrics.Keys.Where(key => key.StartsWith("parley_target_calls_running", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(metrics.Keys, key => key.Contains("gpt-made", StringComparison.Ordinal));
    }

    private static async Task<IReadOnlyDictionary<string, double>> ReadAsync(GatewayHost gateway) => PrometheusReader.Read((await gateway.Client.FetchAsync("/metrics")).Body).Samples;
}
