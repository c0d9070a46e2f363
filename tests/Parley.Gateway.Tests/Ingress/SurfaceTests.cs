using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Ingress;

/// <summary>Every surface of contracts §§2, 3, 5 that speaks OpenAI's formats, from outside.</summary>
public sealed class SurfaceTests(SurfaceTests.Gateway fixture) : IClassFixture<SurfaceTests.Gateway>
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
                    "azure": { "type": "azure-openai", "endpoint": "{{up}}", "apiKey": "{{Wire.UpstreamKey}}", "apiVersion": "2024-10-21",
                               "deployments": { "chat": "gpt-4o", "embed": "text-embedding-3-small" }, "allowedModels": ["chat", "embed"] }
                  },
                  "models": [
                    { "modelId": "gpt", "targets": [ { "provider": "lab", "model": "gpt-4o" } ] },
                    { "modelId": "org/emb", "targets": [ { "provider": "lab", "model": "text-embedding-3-small" } ] }
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

    public static TheoryData<string, bool> PrefixesAndModes()
    {
        var data = new TheoryData<string, bool>();
        foreach (var prefix in (string[])["/v1", "/openai/v1", "/api/v1", "/llm/v1"])
        {
            data.Add(prefix, false);
            data.Add(prefix, true);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(PrefixesAndModes))]
    [Trait("Contract", "2.chat")]
    [Trait("Contract", "3.chat")]
    [Trait("Contract", "5.chat")]
    public async Task Chat_UnderEveryPrefix_Answers(string prefix, bool streams)
    {
        var answer = await _gateway.Client.PostAsync($"{prefix}/chat/completions", Wire.Chat("gpt", streams ? ",\"stream\":true" : ""));
        AssertAnswered(answer, streams, "lab", "gpt-4o");
        if (streams) Assert.EndsWith("data: [DONE]\n\n", answer.Body, StringComparison.Ordinal);
        else Assert.Equal($"[simulated] {Wire.Prompt}", (string?)answer.Json["choices"]![0]!["message"]!["content"]);
    }

    [Theory]
    [MemberData(nameof(PrefixesAndModes))]
    [Trait("Contract", "2.responses")]
    [Trait("Contract", "5.responses")]
    public async Task Responses_UnderEveryPrefix_Answers(string prefix, bool streams)
    {
        var answer = await _gateway.Client.PostAsync($"{prefix}/responses", Wire.Responses("gpt", streams ? ",\"stream\":true" : ""));
        AssertAnswered(answer, streams, "lab", "gpt-4o");
        Assert.Contains(streams ? "event: response.completed" : "\"completed\"", answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v1")]
    [InlineData("/openai/v1")]
    [InlineData("/api/v1")]
    [InlineData("/llm/v1")]
    [Trait("Contract", "5.embeddings")]
    public async Task Embeddings_UnderEveryPrefix_Answers(string prefix)
    {
        var answer = await _gateway.Client.PostAsync($"{prefix}/embeddings", Wire.Embeddings("org/emb"));
        AssertAnswered(answer, false, "lab", "text-embedding-3-small");
        Assert.Equal("embedding", (string?)answer.Json["data"]![0]!["object"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Chat_AzureDeploymentPath_GoesToTheConfiguredDeployment(bool streams)
    {
        // The SDK sends no `model` here; the name in the path is the configured key, and allowedModels list that key.
        var body = $$"""{"messages":[{"role":"user","content":"{{Wire.Prompt}}"}]{{(streams ? ",\"stream\":true" : "")}}}""";
        var answer = await _gateway.Client.PostAsync("/openai/deployments/chat/chat/completions?api-version=2024-06-01", body);
        AssertAnswered(answer, streams, "azure", "gpt-4o");
        Assert.Equal("/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21", _gateway.Upstream.Log.Last.PathAndQuery);
        Assert.Equal(Wire.UpstreamKey, _gateway.Upstream.Log.Last.Header("api-key"));
    }

    [Fact]
    public async Task Embeddings_AzureDeploymentPath_Answers()
    {
        var answer = await _gateway.Client.PostAsync("/openai/deployments/embed/embeddings?api-version=2024-06-01", $$"""{"input":"{{Wire.Prompt}}"}""");
        AssertAnswered(answer, false, "azure", "text-embedding-3-small");
    }

    [Theory]
    [InlineData("gpt", "lab")]
    [InlineData("org%2Femb", "lab")]
    [InlineData("azure%2Fchat", "azure")]
    public async Task AzureDeploymentPath_NameOfTheCatalogue_IsFoundAfterTheDeployments(string name, string provider)
    {
        var operation = name.EndsWith("emb", StringComparison.Ordinal) ? "embeddings" : "chat/completions";
        var body = operation == "embeddings" ? "{\"input\":\"x\"}" : "{\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}";
        var answer = await _gateway.Client.PostAsync($"/openai/deployments/{name}/{operation}?api-version=2024-06-01", body);
        Assert.Equal((200, provider), (answer.Status, answer.Header("x-parley-provider")));
    }

    [Fact]
    public async Task AzureDeploymentPath_DeploymentsOwnNameThatAllowedModelsListByItsKey_IsAllowed()
    {
        var answer = await _gateway.Client.PostAsync("/openai/deployments/GPT-4o/chat/completions?api-version=2024-06-01", Wire.Chat("x"));
        Assert.Equal((200, "gpt-4o"), (answer.Status, answer.Header("x-parley-model")));
    }

    [Fact]
    public async Task Responses_AzurePath_GoesToTheVersionlessAddressOfTheResource()
    {
        var answer = await _gateway.Client.PostAsync("/openai/responses?api-version=2025-03-01-preview", Wire.Responses("chat"));
        AssertAnswered(answer, false, "azure", "gpt-4o");
        Assert.Equal("/openai/v1/responses?api-version=preview", _gateway.Upstream.Log.Last.PathAndQuery);
    }

    [Theory]
    [InlineData("/openai/deployments/none/chat/completions?api-version=2024-06-01")]
    [InlineData("/openai/deployments/chta/chat/completions?api-version=2024-06-01")]
    public async Task AzureDeploymentPath_UnknownName_IsDeploymentNotFound(string path)
    {
        var answer = await _gateway.Client.PostAsync(path, Wire.Chat("x"));
        Assert.Equal((404, "DeploymentNotFound"), (answer.Status, (string?)answer.Error["code"]));
        Assert.Contains(path.Split('/')[3], (string?)answer.Error["message"], StringComparison.Ordinal);
        Assert.Contains("\"deployments\"", (string?)answer.Error["message"], StringComparison.Ordinal);
    }

    private static void AssertAnswered(Wire.Answer answer, bool streams, string provider, string model)
    {
        Assert.Equal(200, answer.Status);
        Assert.StartsWith(streams ? "text/event-stream" : "application/json", answer.Header("Content-Type"), StringComparison.Ordinal);
        Assert.Equal((provider, model, "1"), (answer.Header("x-parley-provider"), answer.Header("x-parley-model"), answer.Header("x-parley-attempts")));
        Assert.Equal(26, answer.Header("x-request-id")!.Length);
        Assert.NotNull(answer.Header("x-parley-upstream-request-id"));
    }
}
