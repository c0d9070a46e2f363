using System.Text.Json.Nodes;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.SimpleApi;

[Trait("Contract", "1.models")]
public sealed class SimpleModelsTests
{
    private const string Catalogue = """
        { "modelId": "zeta", "modelName": "gpt-4o", "providerName": "openai", "temperature": 0.7, "supportsVision": false, "description": "Fast \u00e4 \"one\"" },
        { "modelId": "Alpha", "aliases": ["alpha-latest"], "temperature": 1,
          "targets": [ { "provider": "azure", "model": "gpt-4o" }, { "provider": "anthropic", "model": "claude-sonnet-4-5" } ] },
        { "modelId": "llama", "targets": [ { "provider": "bedrock", "model": "us.meta.llama3-3-70b-instruct-v1:0" } ] },
        { "modelId": "own", "targets": [ { "provider": "groq", "model": "nobody-knows-it" } ] },
        { "modelId": "wild-*", "targets": [ { "provider": "gemini", "model": "gemini-*" } ] }
        """;

    private const string Aliases = """, "aliases": { "chat": "zeta", "split": { "split": [ { "model": "own" }, { "model": "llama" } ] } }""";

    [Fact]
    public async Task List_Admin_IsEveryNameWithItsSixKeys()
    {
        await using var gateway = await SimpleHost.StartAsync(Catalogue, """, "aliases": { "chat": "zeta" }""");
        var answer = await gateway.Client.FetchAsync("/api/models");
        Assert.Equal((200, "application/json"), (answer.Status, answer.Header("Content-Type")));
        const string Expected = """
            {"models":[
              {"modelId":"Alpha","modelName":"gpt-4o","providerName":"Azure OpenAI","temperature":1,"supportsVision":true,"description":""},
              {"modelId":"alpha-latest","modelName":"gpt-4o","providerName":"Azure OpenAI","temperature":1,"supportsVision":true,"description":""},
              {"modelId":"chat","modelName":"gpt-4o","providerName":"OpenAI","temperature":0.7,"supportsVision":false,"description":"Fast ä \"one\""},
              {"modelId":"llama","modelName":"us.meta.llama3-3-70b-instruct-v1:0","providerName":"AWS Bedrock","temperature":null,"supportsVision":false,"description":""},
              {"modelId":"own","modelName":"nobody-knows-it","providerName":"Groq","temperature":null,"supportsVision":false,"description":""},
              {"modelId":"zeta","modelName":"gpt-4o","providerName":"OpenAI","temperature":0.7,"supportsVision":false,"description":"Fast ä \"one\""}
            ],"count":6}
            """;
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Expected), answer.Json), answer.Body);
        Assert.Equal(0, gateway.Upstream.Log.Count);
    }

    [Theory]
    [InlineData("\"models\":[\"Alpha\"]", "Alpha,alpha-latest")]
    [InlineData("\"models\":[\"alpha-latest\"]", "alpha-latest")]
    [InlineData("\"models\":[\"chat\",\"nothing\"]", "chat")]
    [InlineData("\"models\":[\"own\"]", "own,split")]
    [InlineData("\"models\":[\"nothing\"]", "")]
    public async Task List_LimitedKey_IsWhatItMayUse_AndAllOfThatAnswers(string grants, string names)
    {
        await using var gateway = await SimpleHost.StartAsync(Catalogue.Replace("nobody-knows-it", "gpt-4o", StringComparison.Ordinal), Aliases);
        using var client = await gateway.KeyAsync(grants);
        var answer = await client.FetchAsync("/api/models");
        var listed = answer.Json["models"]!.AsArray().Select(static model => (string)model!["modelId"]!).ToList();
        Assert.Equal(names, string.Join(',', listed));
        Assert.Equal(listed.Count, (int)answer.Json["count"]!);
        foreach (var name in listed)
        {
            var chat = await client.AskAsync(name);
            Assert.Equal((200, name), (chat.Status, (string?)chat.Json["modelId"]));
        }
    }

    [Fact]
    public async Task List_SeveralTargets_SaysTheFirstOfTheFile_AsItIsWritten()
    {
        await using var gateway = await GatewayHost.StartAsync(new()
        {
            Config = static upstream => $$"""
                { "providers": { "az": { "type": "azure-openai", "endpoint": "{{upstream}}", "apiKey": "k", "deployments": { "sonnet": { "deployment": "prod-claude", "family": "anthropic" } } } },
                  "models": [ { "modelId": "m", "targets": [ { "provider": "az", "model": "sonnet", "priority": 2 }, { "provider": "az", "model": "gpt-4o", "priority": 1 } ] } ] }
                """,
        });
        var model = (await gateway.Client.FetchAsync("/api/models")).Json["models"]!.AsArray().Single()!;
        Assert.Equal(("sonnet", "Azure OpenAI", true), ((string?)model["modelName"], (string?)model["providerName"], (bool)model["supportsVision"]!));
    }

    [Fact]
    public async Task List_NothingConfigured_IsTheSimulatedModel()
    {
        await using var gateway = await GatewayHost.StartAsync(new() { Config = null });
        var answer = await gateway.Client.FetchAsync("/api/models");
        Assert.Equal("""{"models":[{"modelId":"parley/echo","modelName":"parley/echo","providerName":"Simulator","temperature":null,"supportsVision":false,"description":""}],"count":1}""", answer.Body);
        Assert.Equal("""{"response":"[simulated] hello","modelId":"parley/echo","providerName":"Simulator"}""", (await gateway.Client.AskAsync("parley/echo")).Body);
    }

    [Fact]
    [Trait("Contract", "1.no-credentials")]
    public async Task NoCredentials_IsListed_AndAskedSaysTheVariable()
    {
        await using var gateway = await GatewayHost.StartAsync(new()
        {
            Config = static _ => """
                { "models": [ { "modelId": "claude", "modelName": "claude-sonnet-4-5", "providerName": "anthropic" }, { "modelId": "llama", "modelName": "meta.llama3-70b-instruct-v1:0", "providerName": "AWS Bedrock" },
                  { "modelId": "az", "modelName": "gpt-4o", "providerName": "Azure OpenAI" }, { "modelId": "gpt", "modelName": "gpt-4o", "providerName": "OpenAI" } ] }
                """,
        });
        var listed = (await gateway.Client.FetchAsync("/api/models")).Json["models"]!.AsArray();
        Assert.Equal([("az", "Azure OpenAI"), ("claude", "Anthropic"), ("gpt", "OpenAI"), ("llama", "AWS Bedrock")], listed.Select(static model => ((string)model!["modelId"]!, (string)model["providerName"]!)));
        foreach (var (id, variable) in ((string, string)[])[("claude", "ANTHROPIC_API_KEY"), ("llama", "AWS_ACCESS_KEY_ID"), ("az", "AZURE_OPENAI_ENDPOINT"), ("gpt", "OPENAI_API_KEY")])
        {
            var here = await gateway.Client.AskAsync(id);
            Assert.Equal($$"""{"error":"The model '{{id}}' cannot answer: {{variable}} is not set"}""", here.Body);
            Assert.Equal((500, null), (here.Status, here.Header("Retry-After")));
            var elsewhere = await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat(id));
            Assert.Equal(503, elsewhere.Status);
            Assert.Contains($"{variable} is not set", (string?)elsewhere.Error["message"], StringComparison.Ordinal);
        }
    }
}
