using System.Text.Json.Nodes;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Wrapper;

/// <summary>The old wrapper's environment, and nothing else.</summary>
public sealed class WrapperVariableTests
{
    [Theory]
    [InlineData("gpt-4o", "system")]
    [InlineData("o3-mini", "developer")]
    [Trait("Contract", "4.variables")]
    public async Task Environment_OfTheOldWrapper_IsAllThatIsNeeded(string deployment, string role)
    {
        await using var gateway = await GatewayHost.StartAsync(new()
        {
            Config = null,
            Variables = Old(("OPENAI_MODEL_DEPLOYMENT_NAME", deployment), ("OPENAI_PROMPT", "Be brief."), ("OPENAI_API_VERSION", "2025-01-01-preview")),
        });
        using var client = await gateway.KeyAsync();
        Assert.Equal("""{"status":"ok","azure_openai":"connected"}""", (await client.FetchAsync("/health")).Body);
        Assert.Equal($"/openai/deployments/{deployment}/chat/completions?api-version=2025-01-01-preview", gateway.Upstream.Log.Last.PathAndQuery);
        Assert.Equal(Wire.UpstreamKey, gateway.Upstream.Log.Last.Header("api-key"));
        Assert.Equal("\"[simulated] hi\"", (await client.FetchAsync("/completion?query=hi")).Body);
        Assert.Equal("\"[simulated] hello\"", (await client.PostAsync("/chat", """{"messages":[{"role":"user","content":"hello"}]}""")).Body);
        var first = JsonNode.Parse(gateway.Upstream.Log.Last.Body.Span)!["messages"]![0]!;
        Assert.Equal((role, "Be brief."), ((string?)first["role"], (string?)first["content"]));
        gateway.Log.AssertKeptSecret();
    }

    [Fact]
    [Trait("Contract", "4.variables")]
    public async Task DotEnv_BesideTheConfiguration_IsRead_AndTheEnvironmentComesFirst()
    {
        var directory = Directory.CreateTempSubdirectory("parley-env-").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(directory, ".env"), "# the wrapper's\nOPENAI_MODEL_DEPLOYMENT_NAME=gpt-4.1\nOPENAI_PROMPT=\"From the file.\"\n");
            await using var gateway = await GatewayHost.StartAsync(new() { Config = null, Directory = directory, Variables = Old(("OPENAI_MODEL_DEPLOYMENT_NAME", "gpt-4o")) });
            Assert.Equal(200, (await gateway.Client.PostAsync("/chat", """{"messages":[{"role":"user","content":"hello"}]}""")).Status);
            Assert.Equal("/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21", gateway.Upstream.Log.Last.PathAndQuery);
            Assert.Equal("From the file.", (string?)JsonNode.Parse(gateway.Upstream.Log.Last.Body.Span)!["messages"]![0]!["content"]);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    [Trait("Contract", "4.own-key")]
    public async Task Key_OfTheResource_IsSentNowhereElse()
    {
        await using var gateway = await GatewayHost.StartAsync(new()
        {
            Config = static upstream => $$"""
                { "providers": { "lab": { "type": "openai-compatible", "baseUrl": "{{upstream}}v1" } },
                  "models": [ { "modelId": "openai", "modelName": "gpt-4o", "providerName": "OpenAI" }, { "modelId": "lab", "targets": [ { "provider": "lab", "model": "gpt-4o" } ] } ] }
                """,
            Variables = Old(("OPENAI_MODEL_DEPLOYMENT_NAME", "gpt-4o")),
        });
        var refused = await gateway.Client.PostAsync("/api/chat", """{"prompt":"x","modelId":"openai"}""");
        Assert.Equal((500, """{"error":"The model 'openai' cannot answer: OPENAI_API_KEY belongs to OPENAI_ENDPOINT; the provider openai is not configured"}"""), (refused.Status, refused.Body));
        Assert.Equal(503, (await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("openai"))).Status);
        Assert.Equal(0, gateway.Upstream.Log.Count);
        // Another provider, even of OpenAI's own kind, is never called with it; the resource itself is.
        await gateway.Client.PostAsync("/api/chat", """{"prompt":"x","modelId":"lab"}""");
        Assert.DoesNotContain(gateway.Upstream.Log.Last.Headers, static header => header.Value.Contains(Wire.UpstreamKey, StringComparison.Ordinal));
        Assert.Equal(200, (await gateway.Client.FetchAsync("/completion")).Status);
        Assert.Equal((Wire.UpstreamKey, null), (gateway.Upstream.Log.Last.Header("api-key"), gateway.Upstream.Log.Last.Header("Authorization")));
    }

    private static Dictionary<string, string> Old(params (string Name, string Value)[] more) =>
        new(more.Select(static pair => KeyValuePair.Create(pair.Name, pair.Value))) { ["OPENAI_ENDPOINT"] = "{upstream}", ["OPENAI_API_KEY"] = Wire.UpstreamKey };
}
