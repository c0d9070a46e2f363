using Microsoft.Extensions.DependencyInjection;
using Parley.Gateway.Resilience;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Routing;

/// <summary>A name that a key may not use leaves nothing behind: the tables of names have an end, and others need the room.</summary>
public sealed class RefusedNameTests
{
    [Fact]
    public async Task Names_ThatTheKeyMayNotUse_LeaveNoTargetBehind()
    {
        await using var gateway = await GatewayHost.StartAsync(new()
        {
            Config = up => $$"""
                {
                  "providers": {
                    "lab": { "type": "openai-compatible", "baseUrl": "{{up}}v1", "apiKey": "sk-1" },
                    "eu": { "type": "azure-openai", "endpoint": "{{up}}", "apiKey": "sk-1", "deployments": { "gpt-4o": "gpt-4o-mini" } }
                  },
                  "models": [
                    { "modelId": "lab-*", "targets": [ { "provider": "lab", "model": "*" } ] },
                    { "modelId": "own", "targets": [ { "provider": "eu", "model": "gpt-4o" } ] }
                  ]
                }
                """,
        });
        using var caller = await gateway.KeyAsync("\"models\":[\"own\"]");
        var states = gateway.Services.GetRequiredService<TargetStates>();
        var before = states.All.Select(static state => state.Name).Order().ToList();
        for (var i = 0; i < 20; i++)
        {
            foreach (var (name, more) in new[] { ($"lab/n{i}", ""), ($"eu/n{i}", ""), ($"lab-n{i}", ""), ($"n{i}", $",\"deployment\":\"d{i}\""), ("own", $",\"deployment\":\"d{i}\"") })
            {
                var answer = await caller.PostAsync("/v1/chat/completions", Wire.Chat(name, more));
                Assert.Equal((403, "model_not_allowed"), (answer.Status, (string?)answer.Error["code"]));
            }
        }

        Assert.Equal(before, states.All.Select(static state => state.Name).Order());

        // Who may is served, and kept.
        await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("lab/n1"));
        Assert.Contains(states.All, static state => state.Name == "lab/n1");
    }

    [Theory]
    [InlineData("\"models\":[\"own\"],\"providers\":[\"eu\"]", "azure/gpt-4o", 200)]
    [InlineData("\"models\":[\"own\"],\"providers\":[\"eu\"]", "eu/gpt-4o", 200)]
    // Its targets are not all of the provider that is granted.
    [InlineData("\"models\":[\"own\"],\"providers\":[\"lab\"]", "lab/gpt-4o", 403)]
    [InlineData("\"models\":[\"own\"],\"providers\":[\"lab\"]", "azure/gpt-4o", 403)]
    [InlineData("\"models\":[\"own\"]", "azure/gpt-4o", 403)]
    // Not addressed to a provider: the pattern's own grant is asked for.
    [InlineData("\"models\":[\"own\"],\"providers\":[\"eu\"]", "eu-gpt-4o", 403)]
    public async Task ProviderGrant_StaysWhenAPatternIsWritten_WhereItLeadsToThatProvider(string grants, string name, int status)
    {
        await using var gateway = await GatewayHost.StartAsync(new()
        {
            Config = up => $$"""
                {
                  "providers": {
                    "lab": { "type": "openai-compatible", "baseUrl": "{{up}}v1", "apiKey": "sk-1" },
                    "eu": { "type": "azure-openai", "endpoint": "{{up}}", "apiKey": "sk-1" }
                  },
                  "models": [
                    { "modelId": "azure/*", "aliases": [ "eu/*", "eu-*" ], "targets": [ { "provider": "eu", "model": "*" } ] },
                    { "modelId": "lab/*", "targets": [ { "provider": "lab", "model": "*" }, { "provider": "eu", "model": "*" } ] },
                    { "modelId": "own", "targets": [ { "provider": "eu", "model": "gpt-4o" } ] }
                  ]
                }
                """,
        });
        using var caller = await gateway.KeyAsync(grants);
        for (var time = 0; time < 2; time++) Assert.Equal(status, (await caller.PostAsync("/v1/chat/completions", Wire.Chat(name))).Status);
    }
}
