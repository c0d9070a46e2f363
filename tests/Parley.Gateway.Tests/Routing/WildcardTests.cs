using Microsoft.Extensions.DependencyInjection;
using Parley.Gateway.Resilience;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Routing;

/// <summary>Models whose names hold a star: what matches, where it goes, who may (contracts §7).</summary>
public sealed class WildcardTests(WildcardTests.Gateway fixture) : IClassFixture<WildcardTests.Gateway>
{
    public sealed class Gateway : IAsyncLifetime
    {
        internal GatewayHost Host { get; private set; } = null!;

        public async Task InitializeAsync() => Host = await GatewayHost.StartAsync(new()
        {
            Config = up => $$"""
                {
                  "providers": {
                    "lab": { "type": "openai-compatible", "baseUrl": "{{up}}v1", "apiKey": "{{Wire.UpstreamKey}}" },
                    "eu": { "type": "azure-openai", "endpoint": "{{up}}", "apiKey": "{{Wire.UpstreamKey}}", "deployments": { "gpt-4o": "gpt-4o-mini" }, "allowedModels": ["gpt-4o"] }
                  },
                  "models": [
                    { "modelId": "azure/*", "targets": [ { "provider": "eu", "model": "*" } ] },
                    { "modelId": "gpt-*", "aliases": ["openai/gpt-*"], "targets": [ { "provider": "lab", "model": "gpt-*" } ] },
                    { "modelId": "gpt-*-mini", "targets": [ { "provider": "lab", "model": "*" } ] },
                    { "modelId": "gpt-4o", "targets": [ { "provider": "lab", "model": "gpt-5" } ] },
                    { "modelId": "o*", "targets": [ { "provider": "lab", "model": "one-for-all" } ] }
                  ]
                }
                """,
        });

        public async Task DisposeAsync()
        {
            await Host.DisposeAsync();
            Host.Log.AssertKeptSecret();
        }
    }

    private readonly GatewayHost _gateway = fixture.Host;

    [Theory]
    [InlineData("gpt-4o", "lab", "gpt-5")]
    [InlineData("gpt-4.1", "lab", "gpt-4.1")]
    [InlineData("gpt-4.1-mini", "lab", "4.1")]
    [InlineData("openai/gpt-5", "lab", "gpt-5")]
    // Also before provider/model, which azure/x would be.
    [InlineData("azure/gpt-4o", "eu", "gpt-4o-mini")]
    [InlineData("o3", "lab", "one-for-all")]
    // A prefix that no star covers is a provider's still.
    [InlineData("lab/gpt-4.1", "lab", "gpt-4.1")]
    public async Task Name_GoesToTheLongestMatch(string name, string provider, string model)
    {
        for (var time = 0; time < 2; time++)
        {
            var answer = await _gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat(name));
            // Who was asked, whether or not the simulator knows the model.
            Assert.Equal((provider, model), (answer.Header("x-parley-provider"), answer.Header("x-parley-model")));
        }
    }

    [Theory]
    [InlineData("gpt-")]
    [InlineData("GPT-4.1")]
    [InlineData("claude")]
    public async Task Name_ThatMatchesNothing_Is404(string name)
    {
        var answer = await _gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat(name));
        Assert.Equal((404, "model_not_found"), (answer.Status, (string?)answer.Error["code"]));
        // A pattern is no name that anybody could call by.
        Assert.DoesNotContain("*", answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "azure/gpt-4o", 200)]
    [InlineData("\"models\":[\"azure/*\"]", "azure/gpt-4o", 200)]
    [InlineData("\"models\":[\"azure/gpt-4o\"]", "azure/gpt-4o", 200)]
    [InlineData("\"models\":[\"azure/gpt-4o\"]", "azure/other", 403)]
    [InlineData("\"models\":[\"azure/*\"]", "gpt-4.1", 403)]
    [InlineData("\"models\":[\"gpt-*\"]", "gpt-4.1", 200)]
    [InlineData("\"models\":[\"gpt-*\"]", "openai/gpt-4.1", 200)]
    [InlineData("\"models\":[\"openai/gpt-*\"]", "openai/gpt-4.1", 200)]
    [InlineData("\"models\":[\"openai/gpt-*\"]", "gpt-4.1", 403)]
    // A grant is of an entry: what another entry answers is not in it.
    [InlineData("\"models\":[\"gpt-*\"]", "gpt-4o", 403)]
    [InlineData("\"models\":[\"gpt-*\"]", "gpt-4.1-mini", 403)]
    public async Task Grant_OfAPattern_IsOfWhatItsEntryAnswers(string grants, string name, int status)
    {
        using var client = await _gateway.KeyAsync(grants);
        var answer = await client.PostAsync("/v1/chat/completions", Wire.Chat(name));
        Assert.Equal(status, answer.Status);
    }

    [Fact]
    public async Task Models_ThatTheProviderDoesNotAllow_AreNotLetThroughByAStar()
    {
        var answer = await _gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("azure/gpt-4.1"));
        Assert.Equal((403, "model_not_allowed"), (answer.Status, (string?)answer.Error["code"]));
    }

    [Fact]
    public async Task List_LeavesPatternsOut()
    {
        var list = (await _gateway.Client.FetchAsync("/v1/models")).Json["data"]!.AsArray();
        Assert.Equal(["eu/gpt-4o", "gpt-4o"], list.Select(entry => (string)entry!["id"]!));
    }

    [Fact]
    public async Task Target_OfAMatchedName_HasALiveStateOfItsOwn()
    {
        await _gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("gpt-4-sim"));
        var states = _gateway.Services.GetRequiredService<TargetStates>();
        Assert.Contains(states.All, state => state.Name == "lab/gpt-4-sim");
        Assert.DoesNotContain(states.All, state => state.Name.Contains('*', StringComparison.Ordinal));
    }

    [Fact]
    public async Task Metrics_OfMatchedNames_CarryThePattern()
    {
        await _gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("gpt-77"));
        var metrics = (await _gateway.Client.FetchAsync("/metrics")).Body;
        Assert.Contains("model=\"gpt-*\"", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("gpt-77", metrics, StringComparison.Ordinal);
    }
}
