using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Hosting;

/// <summary>No file at all: providers from the variables, and the simulated model (contracts §7).</summary>
public sealed class VariablesTests
{
    [Fact]
    public async Task Nothing_Configured_TheSimulatedModelAnswers()
    {
        await using var gateway = await StartAsync([]);
        Assert.Equal(["parley/echo"], await ModelsAsync(gateway));
        var chat = await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("parley/echo"));
        Assert.Equal((200, "simulator", $"[simulated] {Wire.Prompt}"), (chat.Status, chat.Header("x-parley-provider"), (string?)chat.Json["choices"]![0]!["message"]!["content"]));
        var responses = await gateway.Client.PostAsync("/v1/responses", Wire.Responses("parley/echo"));
        Assert.Contains($"[simulated] {Wire.Prompt}", responses.Body, StringComparison.Ordinal);
        var embeddings = await gateway.Client.PostAsync("/v1/embeddings", Wire.Embeddings("parley/echo"));
        Assert.Equal((200, "simulator"), (embeddings.Status, embeddings.Header("x-parley-provider")));
        Assert.Equal(404, (await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("gpt-4o"))).Status);
    }

    [Fact]
    [Trait("Contract", "4.variables")]
    [Trait("Contract", "4.own-key")]
    public async Task OnlyProvider_FromVariables_TakesAnyName()
    {
        await using var gateway = await StartAsync(
        [
            ("OPENAI_ENDPOINT", "{upstream}"), ("OPENAI_API_KEY", Wire.UpstreamKey), ("OPENAI_MODEL_DEPLOYMENT_NAME", "gpt-4o"), ("OPENAI_API_VERSION", "2024-06-01"),
        ]);
        using var client = await gateway.KeyAsync();
        var answer = await client.PostAsync("/v1/chat/completions", Wire.Chat("gpt-4.1"));
        Assert.Equal((200, "azure-wrapper", "gpt-4.1"), (answer.Status, answer.Header("x-parley-provider"), answer.Header("x-parley-model")));
        Assert.Equal("/openai/deployments/gpt-4.1/chat/completions?api-version=2024-06-01", gateway.Upstream.Log.Last.PathAndQuery);
        Assert.Equal(Wire.UpstreamKey, gateway.Upstream.Log.Last.Header("api-key"));
        Assert.Equal(["azure-wrapper/gpt-4o", "parley/echo"], await ModelsAsync(gateway));
        gateway.Log.AssertKeptSecret();
    }

    [Fact]
    [Trait("Contract", "5.chat")]
    public async Task TwoProviders_FromVariables_NeedTheirPrefix()
    {
        await using var gateway = await StartAsync([("AZURE_OPENAI_ENDPOINT", "{upstream}"), ("AZURE_OPENAI_API_KEY", Wire.UpstreamKey), ("OPENAI_API_KEY", "sk-never-sent")]);
        Assert.Equal(404, (await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("gpt-4o"))).Status);
        var answer = await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("azure/gpt-4o"));
        Assert.Equal((200, "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21"), (answer.Status, gateway.Upstream.Log.Last.PathAndQuery));
    }

    [Fact]
    public async Task ModelsFile_Alone_IsTheCatalogue()
    {
        var directory = Directory.CreateTempSubdirectory("parley-models-").FullName;
        try
        {
            await File.WriteAllTextAsync(
                Path.Combine(directory, "models_config.json"),
                """{"models":[{"modelId":"az","modelName":"gpt-4o","providerName":"Azure OpenAI"},{"modelId":"cl","modelName":"claude-3","providerName":"Anthropic"}]}""");
            await using var gateway = await StartAsync([("AZURE_OPENAI_ENDPOINT", "{upstream}"), ("AZURE_OPENAI_API_KEY", Wire.UpstreamKey)], directory);
            Assert.Equal(200, (await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("az"))).Status);
            Assert.Equal(["az", "cl"], await ModelsAsync(gateway));
            var missing = await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("cl"));
            Assert.Equal(503, missing.Status);
            Assert.Contains("ANTHROPIC_API_KEY is not set", (string?)missing.Error["message"], StringComparison.Ordinal);
            Assert.NotNull(missing.Header("Retry-After"));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<string[]> ModelsAsync(GatewayHost gateway) =>
        [.. (await gateway.Client.FetchAsync("/v1/models")).Json["data"]!.AsArray().Select(entry => (string)entry!["id"]!)];

    private static Task<GatewayHost> StartAsync((string Name, string Value)[] variables, string? directory = null) =>
        GatewayHost.StartAsync(new() { Config = null, Variables = variables.ToDictionary(v => v.Name, v => v.Value), Directory = directory });
}
