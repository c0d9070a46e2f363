using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Ingress;

/// <summary><c>/api/v1</c> with <c>AZURE_OPENAI_DEPLOYMENT</c> (contracts §2).</summary>
public sealed class ProxyDeploymentTests
{
    // Written in the file only because the variable's provider signs in with Entra ID; the deployment comes from the variable.
    private static GatewayHostOptions Options { get; } = new()
    {
        Config = up => $$"""
            {
              "providers": {
                "lab": { "type": "openai-compatible", "baseUrl": "{{up}}v1", "apiKey": "{{Wire.UpstreamKey}}" },
                "azure-proxy": { "type": "azure-openai", "endpoint": "{{up}}", "apiKey": "{{Wire.UpstreamKey}}", "apiVersion": "2024-10-21" }
              },
              "models": [ { "modelId": "gpt-4o-mini", "targets": [ { "provider": "lab", "model": "gpt-4o" } ] } ]
            }
            """,
        Variables = new Dictionary<string, string> { ["AZURE_OPENAI_DEPLOYMENT"] = "gpt-4o-mini", ["AZURE_OPENAI_BASE"] = "https://unused.cognitiveservices.azure.com" },
    };

    [Theory]
    [InlineData("\"model\":\"whatever\",")]
    [InlineData("\"model\":\"openai/gpt-4o\",")]
    [InlineData("\"model\":\"\",")]
    [InlineData("\"model\":null,")]
    [InlineData("")]
    [Trait("Contract", "2.chat")]
    [Trait("Contract", "2.responses")]
    [Trait("Contract", "2.deployment")]
    public async Task ApiV1_ModelOutsideTheCatalogue_UsesTheDeployment(string model)
    {
        await using var gateway = await GatewayHost.StartAsync(Options);
        using var client = await gateway.KeyAsync();
        var chat = await client.PostAsync("/api/v1/chat/completions", $$"""{{{model}}"messages":[{"role":"user","content":"{{Wire.Prompt}}"}]}""");
        Assert.Equal((200, "azure-proxy", "gpt-4o-mini"), (chat.Status, chat.Header("x-parley-provider"), chat.Header("x-parley-model")));
        Assert.Equal("/openai/deployments/gpt-4o-mini/chat/completions?api-version=2024-10-21", gateway.Upstream.Log.Last.PathAndQuery);

        var responses = await client.PostAsync("/api/v1/responses", $$"""{{{model}}"input":"{{Wire.Prompt}}"}""");
        Assert.Equal((200, "azure-proxy"), (responses.Status, responses.Header("x-parley-provider")));
        gateway.Log.AssertKeptSecret();
    }

    [Fact]
    [Trait("Contract", "2.deployment")]
    public async Task ApiV1_ModelOfTheCatalogue_IsThatModel()
    {
        await using var gateway = await GatewayHost.StartAsync(Options);
        var answer = await gateway.Client.PostAsync("/api/v1/chat/completions", Wire.Chat("gpt-4o-mini"));
        Assert.Equal((200, "lab", "gpt-4o"), (answer.Status, answer.Header("x-parley-provider"), answer.Header("x-parley-model")));
    }

    [Fact]
    public async Task ApiV1_KeyLimitedToOtherModels_IsRefused()
    {
        await using var gateway = await GatewayHost.StartAsync(Options);
        using var client = await gateway.KeyAsync("\"models\":[\"something-else\"]");
        var answer = await client.PostAsync("/api/v1/chat/completions", Wire.Chat("whatever"));
        Assert.Equal((403, "model_not_allowed"), (answer.Status, (string?)answer.Error["code"]));
        Assert.Equal(0, gateway.Upstream.Log.Count);
    }

    [Theory]
    [InlineData("/v1/chat/completions")]
    [InlineData("/llm/v1/chat/completions")]
    [Trait("Contract", "2.deployment")]
    public async Task OtherPrefixes_DoNotKnowTheDeploymentOfTheProxy(string path)
    {
        await using var gateway = await GatewayHost.StartAsync(Options);
        Assert.Equal(404, (await gateway.Client.PostAsync(path, Wire.Chat("whatever"))).Status);
        Assert.Equal(400, (await gateway.Client.PostAsync(path, "{\"messages\":[]}")).Status);
    }

    [Fact]
    [Trait("Contract", "2.keys")]
    public async Task ApiV1_FunctionsKeyBesideAnUnusedBearer_IsTheCallers()
    {
        await using var gateway = await GatewayHost.StartAsync(Options);
        using var nobody = gateway.CreateClient("unused");
        var byHeader = await nobody.PostAsync("/api/v1/chat/completions", Wire.Chat("x"), ("x-functions-key", GatewayHost.AdminKey));
        Assert.Equal(200, byHeader.Status);
        var byQuery = await nobody.PostAsync($"/api/v1/chat/completions?code={GatewayHost.AdminKey}", Wire.Chat("x"));
        Assert.Equal(200, byQuery.Status);
        Assert.DoesNotContain(gateway.Upstream.Log.Requests, r => r.PathAndQuery.Contains(GatewayHost.AdminKey, StringComparison.Ordinal)
            || r.Headers.Any(h => h.Value.Contains(GatewayHost.AdminKey, StringComparison.Ordinal) || h.Value.Contains("unused", StringComparison.Ordinal)));
        gateway.Log.AssertKeptSecret();
    }
}
