using System.Text.Json.Nodes;
using Parley.Gateway.Tests.Harness;
using Parley.Testing;

namespace Parley.Gateway.Tests.Routing;

/// <summary><c>/v1/models</c>: the catalogue as a key sees it, never a provider's own list (contracts §§3, 5).</summary>
public sealed class ModelListTests
{
    private static GatewayHostOptions Options { get; } = new()
    {
        Config = up => $$"""
            {
              "providers": {
                "lab": { "type": "openai-compatible", "baseUrl": "{{up}}v1", "apiKey": "{{Wire.UpstreamKey}}" },
                "azure": { "type": "azure-openai", "endpoint": "{{up}}", "apiKey": "{{Wire.UpstreamKey}}",
                           "deployments": { "chat": "gpt-4o", "hidden": "gpt-4.1" }, "allowedModels": ["chat"] }
              },
              "models": [
                { "modelId": "gpt", "aliases": ["gpt-latest"], "targets": [ { "provider": "lab", "model": "gpt-4o" } ] },
                { "modelId": "org/team/embed-1", "targets": [ { "provider": "azure", "model": "chat" }, { "provider": "lab", "model": "x" } ] },
                { "modelId": "house", "targets": [ { "provider": "lab", "model": "gpt-4o" } ] }
              ]
            }
            """,
    };

    [Fact]
    [Trait("Contract", "5.models")]
    public async Task List_HasEveryFieldOfTheContract()
    {
        var time = new ManualTimeProvider();
        await using var gateway = await GatewayHost.StartAsync(Options with { Time = time });
        var list = (await gateway.Client.FetchAsync("/v1/models")).Json;
        var created = time.GetUtcNow().ToUnixTimeSeconds();
        string Entry(string id, string owner, string capabilities) =>
            $$"""{"id":"{{id}}","object":"model","created":{{created}},"owned_by":"{{owner}}","status":"active","lifecycle_status":"stable"{{capabilities}}}""";
        const string Chat = ""","capabilities":{"chat_completion":true,"embeddings":false}""";
        const string Embedding = ""","capabilities":{"chat_completion":false,"embeddings":true}""";
        var expected = $$"""
            {"object":"list","data":[{{Entry("azure/chat", "azure", "")}},{{Entry("gpt", "lab", Chat)}},{{Entry("gpt-latest", "lab", Chat)}},{{Entry("house", "lab", "")}},{{Entry("org/team/embed-1", "azure", Embedding)}}]}
            """;
        Assert.Equal(JsonNode.Parse(expected)!.ToJsonString(), list.ToJsonString());
        Assert.Equal(0, gateway.Upstream.Log.Count);
    }

    [Theory]
    [InlineData("/models")]
    [InlineData("/v1/models")]
    [InlineData("/openai/v1/models")]
    [InlineData("/api/v1/models")]
    [InlineData("/llm/v1/models")]
    [InlineData("/openai/models")]
    [Trait("Contract", "3.models")]
    [Trait("Contract", "5.models")]
    public async Task ListAndEntry_AreTheSameUnderEveryPrefix(string path)
    {
        await using var gateway = await GatewayHost.StartAsync(Options);
        var list = (await gateway.Client.FetchAsync(path + "?api-version=2024-10-21")).Json["data"]!.AsArray();
        Assert.Equal(["azure/chat", "gpt", "gpt-latest", "house", "org/team/embed-1"], list.Select(entry => (string)entry!["id"]!));
        foreach (var entry in list)
        {
            var id = (string)entry!["id"]!;
            foreach (var written in (string[])[id, Uri.EscapeDataString(id)])
                Assert.Equal(entry.ToJsonString(), (await gateway.Client.FetchAsync($"{path}/{written}")).Json.ToJsonString());
        }

        var unknown = await gateway.Client.FetchAsync($"{path}/hous%2Fe");
        Assert.Equal((404, path == "/openai/models" ? "DeploymentNotFound" : "model_not_found"), (unknown.Status, (string?)unknown.Error["code"]));
        Assert.Contains("Did you mean 'house'?", (string?)unknown.Error["message"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"models\":[\"gpt\"]", "gpt,gpt-latest")]
    [InlineData("\"models\":[\"gpt-latest\",\"azure/chat\"]", "azure/chat,gpt-latest")]
    [InlineData("\"models\":[]", "")]
    [InlineData("\"models\":[],\"providers\":[\"azure\"]", "azure/chat")]
    [InlineData("", "gpt,gpt-latest,house,org/team/embed-1")]
    [Trait("Contract", "5.models")]
    public async Task List_HoldsOnlyWhatTheKeyMayUse(string grants, string expected)
    {
        await using var gateway = await GatewayHost.StartAsync(Options);
        using var client = await gateway.KeyAsync(grants);
        var ids = (await client.FetchAsync("/v1/models")).Json["data"]!.AsArray().Select(entry => (string)entry!["id"]!).ToList();
        Assert.Equal(expected, string.Join(',', ids));
        foreach (var id in (string[])["azure/chat", "gpt", "gpt-latest", "house", "azure/hidden"])
            Assert.Equal(ids.Contains(id) ? 200 : 404, (await client.FetchAsync($"/v1/models/{id}")).Status);
    }

    [Fact]
    public async Task Created_IsWhenItWasFirstSeen_AlsoAfterARestart()
    {
        var directory = Directory.CreateTempSubdirectory("parley-models-").FullName;
        try
        {
            var time = new ManualTimeProvider();
            var first = await CreatedAsync(directory, time);
            time.Advance(TimeSpan.FromDays(3));
            Assert.Equal(first, await CreatedAsync(directory, time));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<long> CreatedAsync(string directory, TimeProvider time)
    {
        await using var gateway = await GatewayHost.StartAsync(Options with { Directory = directory, Time = time });
        return (long)(await gateway.Client.FetchAsync("/v1/models/gpt")).Json["created"]!;
    }
}
