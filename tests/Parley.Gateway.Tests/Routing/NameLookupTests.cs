using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Routing;

/// <summary>The order in which a name is looked up, and what a key's grants make of it (contracts §7).</summary>
public sealed class NameLookupTests(NameLookupTests.Gateway fixture) : IClassFixture<NameLookupTests.Gateway>
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
                    "lab2": { "type": "openai-compatible", "baseUrl": "{{up}}v1", "apiKey": "{{Wire.UpstreamKey}}" },
                    "fast": { "type": "groq", "baseUrl": "{{up}}v1", "apiKey": "{{Wire.UpstreamKey}}" },
                    "eu": { "type": "azure-openai", "endpoint": "{{up}}", "apiKey": "{{Wire.UpstreamKey}}",
                            "deployments": { "gpt-4o": "gpt-4o", "house": "gpt-4o-mini", "gpt": "gpt-4.1" } }
                  },
                  "models": [
                    { "modelId": "gpt", "aliases": ["gpt-latest", "lab/shadow"], "targets": [ { "provider": "lab", "model": "gpt-5" } ] }
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
    // model id and alias, exactly, before everything else
    [InlineData("gpt", "lab", "gpt-5")]
    [InlineData("gpt-latest", "lab", "gpt-5")]
    [InlineData("lab/shadow", "lab", "gpt-5")]
    // provider/upstream-model, by name and by type
    [InlineData("lab2/gpt-4o", "lab2", "gpt-4o")]
    [InlineData("fast/gpt-4o", "fast", "gpt-4o")]
    [InlineData("groq/gpt-4o", "fast", "gpt-4o")]
    [InlineData("azure/house", "eu", "gpt-4o-mini")]
    [InlineData("azure-openai/house", "eu", "gpt-4o-mini")]
    [InlineData("eu/gpt-4.1", "eu", "gpt-4.1")]
    // a key of a provider's deployments
    [InlineData("house", "eu", "gpt-4o-mini")]
    [InlineData("gpt-4o", "eu", "gpt-4o")]
    [Trait("Contract", "5.deployments")]
    public async Task Name_IsFoundInOrder(string name, string provider, string model)
    {
        var answer = await _gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat(name));
        Assert.Equal((200, provider, model), (answer.Status, answer.Header("x-parley-provider"), answer.Header("x-parley-model")));
    }

    [Theory]
    [InlineData("LAB/shadow")]
    [InlineData("gpt-4o-mini-high")]
    [InlineData("openai-compatible/gpt-4o")]
    [InlineData("nobody/gpt-4o")]
    [InlineData("lab2/")]
    [InlineData("/gpt-4o")]
    [Trait("Contract", "5.unknown")]
    public async Task Name_ThatNothingFits_Is404(string name)
    {
        var answer = await _gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat(name));
        Assert.Equal((404, "model_not_found", "model"), (answer.Status, (string?)answer.Error["code"], (string?)answer.Error["param"]));
        Assert.Contains("GET /v1/models", (string?)answer.Error["message"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "gpt", 200)]
    [InlineData("", "house", 200)]
    [InlineData("", "lab2/gpt-4o", 403)]
    [InlineData("\"providers\":[\"lab2\"]", "lab2/gpt-4o", 200)]
    [InlineData("\"providers\":[\"lab2\"]", "fast/gpt-4o", 403)]
    [InlineData("\"providers\":[\"eu\"]", "azure/anything", 404)]
    [InlineData("\"models\":[\"gpt\"]", "gpt-latest", 200)]
    [InlineData("\"models\":[\"gpt-latest\"]", "gpt-latest", 200)]
    [InlineData("\"models\":[\"gpt-latest\"]", "gpt", 403)]
    [InlineData("\"models\":[\"gpt-latest\"]", "house", 403)]
    [InlineData("\"models\":[\"lab2/gpt-4o\"]", "lab2/gpt-4o", 200)]
    [InlineData("\"models\":[]", "gpt", 403)]
    [InlineData("\"models\":[],\"providers\":[\"lab2\"]", "lab2/gpt-4o", 200)]
    public async Task Grants_DecideAfterTheNameWasFound(string grants, string name, int status)
    {
        using var client = await _gateway.KeyAsync(grants);
        var answer = await client.PostAsync("/v1/chat/completions", Wire.Chat(name));
        Assert.Equal(status, answer.Status);
        if (status == 403) Assert.Equal("model_not_allowed", (string?)answer.Error["code"]);
    }

    [Fact]
    public async Task Failure_OfTheProvider_AlsoSaysWhoFailed()
    {
        var answer = await _gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("lab2/sim-fault-500"));
        Assert.Equal((500, "lab2", "sim-fault-500", "1"), (answer.Status, answer.Header("x-parley-provider"), answer.Header("x-parley-model"), answer.Header("x-parley-attempts")));
        Assert.Equal(26, answer.Header("x-request-id")!.Length);
    }
}
