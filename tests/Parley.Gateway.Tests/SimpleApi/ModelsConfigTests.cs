using System.Text.Json.Nodes;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.SimpleApi;

/// <summary>The old service's own file, as it is, beside the addresses of the simulated providers.</summary>
public sealed class ModelsConfigTests
{
    private const string Eleven = """
        {
          "version": "1.2",
          "models": [
            { "modelId": "openai-gpt4o", "modelName": "gpt-4o", "providerName": "OpenAI", "temperature": 0.7, "supportsVision": true, "description": "GPT-4o" , "maxTokens": 4096 },
            { "modelId": "openai-gpt4o-mini", "modelName": "gpt-4o-mini", "providerName": "OpenAI", "temperature": 0.7, "supportsVision": true, "description": "" },
            { "modelId": "openai-o3", "modelName": "o3", "providerName": "OpenAI", "temperature": 1.0, "supportsVision": false, "description": "reasons", "tags": ["a", { "b": 1 }] },
            { "modelId": "azure-gpt4o", "modelName": "gpt-4o", "providerName": "Azure OpenAI", "temperature": 0.5, "supportsVision": true, "description": "GPT-4o on Azure" },
            { "modelId": "azure-gpt41", "modelName": "gpt-4.1", "providerName": "Azure OpenAI", "temperature": 0, "supportsVision": false, "description": "GPT-4.1 on Azure" },
            { "modelId": "claude-sonnet", "modelName": "claude-sonnet-4-5", "providerName": "Anthropic", "temperature": 0.7, "supportsVision": true, "description": "Sonnet" },
            { "modelId": "claude-haiku", "modelName": "claude-3-haiku-20240307", "providerName": "Anthropic", "temperature": 0.7, "supportsVision": true, "description": "Haiku" },
            { "modelId": "bedrock-claude", "modelName": "anthropic.claude-3-5-sonnet-20240620-v1:0", "providerName": "AWS Bedrock", "temperature": 0.7, "supportsVision": true, "description": "Claude on Bedrock" },
            { "modelId": "bedrock-claude-us", "modelName": "us.anthropic.claude-sonnet-4-5-20250929-v1:0", "providerName": "AWS Bedrock", "temperature": 0.7, "supportsVision": true, "description": "" },
            { "modelId": "bedrock-llama3", "modelName": "meta.llama3-70b-instruct-v1:0", "providerName": "AWS Bedrock", "temperature": 0.7, "supportsVision": false, "description": "Llama 3" },
            { "modelId": "bedrock-llama32", "modelName": "us.meta.llama3-2-90b-instruct-v1:0", "providerName": "AWS Bedrock", "temperature": 0.7, "supportsVision": true, "description": "Llama 3.2" }
          ],
          "userStorage": { "tableName": "Users", "partitionKey": "user", "connectionStringEnvVar": "AZURE_STORAGE_CONNECTION_STRING", "kind": "table" }
        }
        """;

    [Fact]
    [Trait("Contract", "1.models-config")]
    public async Task Eleven_AsTheyAre_AreListedAndAnswer()
    {
        await using var started = await StartAsync(static upstream => $$"""{ "providers": {{SimpleHost.Providers(upstream)}} }""");
        var gateway = started.Gateway;
        var listed = await gateway.Client.FetchAsync("/api/models");
        Assert.Equal(11, (int)listed.Json["count"]!);
        var written = JsonNode.Parse(Eleven)!["models"]!.AsArray().OrderBy(static model => (string)model!["modelId"]!, StringComparer.Ordinal).ToList();
        string[] keys = ["modelId", "modelName", "providerName", "temperature", "supportsVision", "description"];
        foreach (var (entry, shown) in written.Zip(listed.Json["models"]!.AsArray()))
        {
            Assert.Equal(keys, shown!.AsObject().Select(static member => member.Key));
            foreach (var key in keys)
            {
                if (key == "temperature") Assert.Equal((double)entry![key]!, (double)shown[key]!);
                else Assert.Equal(entry![key]!.ToJsonString(), shown[key]!.ToJsonString());
            }

            var (id, hasVision) = ((string)entry!["modelId"]!, (bool)entry["supportsVision"]!);
            var answer = await gateway.Client.AskAsync(id);
            Assert.Equal((200, "[simulated] hello", id, (string?)entry["providerName"]), (answer.Status, (string?)answer.Json["response"], (string?)answer.Json["modelId"], (string?)answer.Json["providerName"]));
            var image = await gateway.Client.LookAsync(id);
            Assert.Equal(hasVision ? 200 : 400, image.Status);
        }
    }

    [Fact]
    [Trait("Contract", "1.variables")]
    [Trait("Contract", "1.no-credentials")]
    public async Task Variables_OfTheProvidersInUse_AreAllThatIsNeeded()
    {
        await using var started = await StartAsync(null, ("AZURE_OPENAI_ENDPOINT", "{upstream}"), ("AZURE_OPENAI_API_KEY", Wire.UpstreamKey));
        var gateway = started.Gateway;
        Assert.Equal(11, (int)(await gateway.Client.FetchAsync("/api/models")).Json["count"]!);
        Assert.Equal(200, (await gateway.Client.AskAsync("azure-gpt4o")).Status);
        Assert.Equal("/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21", gateway.Upstream.Log.Last.PathAndQuery);
        Assert.Equal(Wire.UpstreamKey, gateway.Upstream.Log.Last.Header("api-key"));
        Assert.EndsWith("OPENAI_API_KEY is not set", (await gateway.Client.AskAsync("openai-gpt4o")).AssertError(500), StringComparison.Ordinal);
        Assert.EndsWith("ANTHROPIC_API_KEY is not set", (await gateway.Client.AskAsync("claude-haiku")).AssertError(500), StringComparison.Ordinal);
        Assert.EndsWith("AWS_ACCESS_KEY_ID is not set", (await gateway.Client.AskAsync("bedrock-llama3")).AssertError(500), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Contract", "1.variables")]
    public async Task Variables_OfEveryProvider_MakeIt()
    {
        await using var started = await StartAsync(
            static upstream => $$"""
                { "providers": { "openai": { "type": "openai", "baseUrl": "{{upstream}}v1", "apiKey": "${OPENAI_API_KEY}" },
                                 "anthropic": { "type": "anthropic", "baseUrl": "{{upstream}}", "apiKey": "${ANTHROPIC_API_KEY}" }, "bedrock": { "type": "bedrock", "baseUrl": "{{upstream}}" } } }
                """,
            ("OPENAI_API_KEY", "sk-openai"), ("AZURE_OPENAI_ENDPOINT", "{upstream}"), ("AZURE_OPENAI_API_KEY", "azure-key"), ("AZURE_OPENAI_API_VERSION", "2024-06-01"),
            ("ANTHROPIC_API_KEY", "sk-ant"), ("AWS_ACCESS_KEY_ID", "AKIASIMULATED"), ("AWS_SECRET_ACCESS_KEY", "secret"), ("AWS_REGION", "eu-west-1"));
        var gateway = started.Gateway;
        foreach (var (id, header, value) in ((string, string, string)[])[
            ("openai-gpt4o", "Authorization", "Bearer sk-openai"), ("azure-gpt4o", "api-key", "azure-key"), ("claude-sonnet", "x-api-key", "sk-ant"), ("bedrock-llama3", "Authorization", "AWS4-HMAC-SHA256 Credential=AKIASIMULATED/")])
        {
            var answer = await gateway.Client.AskAsync(id);
            Assert.True(answer.Status == 200, $"{id}: {answer.Body}");
            Assert.StartsWith(value, gateway.Upstream.Log.Last.Header(header), StringComparison.Ordinal);
            if (id.StartsWith("azure", StringComparison.Ordinal)) Assert.EndsWith("api-version=2024-06-01", gateway.Upstream.Log.Last.PathAndQuery, StringComparison.Ordinal);
            if (id.StartsWith("bedrock", StringComparison.Ordinal)) Assert.Contains("/eu-west-1/bedrock/aws4_request", gateway.Upstream.Log.Last.Header(header), StringComparison.Ordinal);
        }
    }

    private static async Task<Started> StartAsync(Func<string, string>? config, params (string Name, string Value)[] variables)
    {
        var directory = Directory.CreateTempSubdirectory("parley-models-").FullName;
        await File.WriteAllTextAsync(Path.Combine(directory, "models_config.json"), Eleven);
        return new Started(await GatewayHost.StartAsync(new() { Config = config, Directory = directory, Variables = variables.ToDictionary(static v => v.Name, static v => v.Value) }), directory);
    }

    private sealed record Started(GatewayHost Gateway, string Folder) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Gateway.DisposeAsync();
            Directory.Delete(Folder, recursive: true);
        }
    }
}
