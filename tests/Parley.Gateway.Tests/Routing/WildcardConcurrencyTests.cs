using Microsoft.Extensions.DependencyInjection;
using Parley.Gateway.Configuration;
using Parley.Gateway.Resilience;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Routing;

/// <summary>The <c>concurrency</c> of targets behind a name with a star, which are not known before somebody asks.</summary>
public sealed class WildcardConcurrencyTests
{
    [Theory]
    [InlineData("fixed", "lab/fixed")]
    [InlineData("gpt-*", "lab/gpt-1")]
    public async Task TargetOfAPattern_KeepsItsLimitOverReloads(string target, string name)
    {
        await using var gateway = await GatewayHost.StartAsync(new() { Config = up => Config(up, target, 3) });
        await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("gpt-1"));
        var state = gateway.Services.GetRequiredService<TargetStates>().All.Single(state => state.Name == name);
        Assert.Equal(3, state.Gate!.Max);
        foreach (var (max, expected) in new[] { (3, 3), (5, 5), (0, int.MaxValue), (2, 2) })
        {
            await File.WriteAllTextAsync(gateway.ConfigFile, Config(gateway.Upstream.BaseAddress.AbsoluteUri, target, max));
            Assert.Equal(200, (await gateway.Client.PostAsync("/admin/reload", "")).Status);
            Assert.Equal(expected, state.Gate!.Max);
            await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("gpt-1"));
            Assert.Equal(expected, state.Gate!.Max);
        }
    }

    [Fact]
    public async Task TargetNamedInFull_IsOneForAllNamesBeforeAnyCall_AndAfterAReload()
    {
        await using var gateway = await GatewayHost.StartAsync(new() { Config = up => Config(up, "fixed", 3) });
        var snapshots = gateway.Services.GetRequiredService<SnapshotHolder>();
        var state = StateOf("gpt-1");
        Assert.Same(state, StateOf("gpt-2"));
        Assert.Equal(200, (await gateway.Client.PostAsync("/admin/reload", "")).Status);
        Assert.Same(state, StateOf("gpt-3"));
        Assert.Equal(3, state.Gate!.Max);

        TargetState StateOf(string name) => snapshots.Current.Catalog.FindPattern(name, null, out _)!.Targets[0].State;
    }

    private static string Config(string address, string target, int max) => $$"""
        {
          "providers": { "lab": { "type": "openai-compatible", "baseUrl": "{{address}}v1", "apiKey": "sk-1" } },
          "models": [ { "modelId": "gpt-*", "targets": [ { "provider": "lab", "model": "{{target}}"{{(max > 0 ? $", \"concurrency\": {{ \"max\": {max} }}" : "")}} } ] } ]
        }
        """;
}
