using System.Text;
using System.Text.Json.Nodes;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Providers;

/// <summary>Azure's URLs, credentials and choices, as they arrive at a resource that is as strict as Azure.</summary>
public sealed class AzureProviderTests
{
    private const string Classic = "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21";

    [Theory]
    [InlineData("\"apiVersion\":\"2024-10-21\",", "chat/completions", Classic)]
    [InlineData("\"api_version\":\"2024-10-21\",", "chat/completions", Classic)]
    [InlineData("", "chat/completions", "/openai/v1/chat/completions")]
    [InlineData("\"apiVersion\":\"2024-10-21\",\"urlStyle\":\"v1\",", "chat/completions", "/openai/v1/chat/completions")]
    [InlineData("\"urlStyle\":\"classic\",", "chat/completions", Classic)]
    [InlineData("\"apiVersion\":\"2024-10-21\",", "responses", "/openai/v1/responses?api-version=preview")]
    [InlineData("", "responses", "/openai/v1/responses?api-version=preview")]
    [InlineData("\"responsesApiVersion\":\"2025-03-01-preview\",", "responses", "/openai/responses?api-version=2025-03-01-preview")]
    [InlineData("\"apiVersion\":\"2024-10-21\",\"responsesApiVersion\":\"2025-03-01-preview\",", "responses", "/openai/responses?api-version=2025-03-01-preview")]
    [Trait("Contract", "5.urls")]
    public async Task Url_FollowsStyleAndVersions(string settings, string operation, string expected)
    {
        await using var gateway = await StartAsync(settings + Key);
        var answer = await gateway.Client.PostAsync($"/v1/{operation}", operation == "responses" ? Wire.Responses("gpt") : Wire.Chat("gpt"));
        Assert.Equal((200, expected), (answer.Status, gateway.Upstream.Log.Last.PathAndQuery));
        Assert.Equal(Wire.UpstreamKey, gateway.Upstream.Log.Last.Header("api-key"));
        Assert.Null(gateway.Upstream.Log.Last.Header("Authorization"));
        Assert.Equal("gpt-4o", (string?)JsonNode.Parse(gateway.Upstream.Log.Last.Body.Span)!["model"]);
        gateway.Log.AssertKeptSecret();
    }

    [Fact]
    [Trait("Contract", "5.auth")]
    public async Task Keys_Several_AreTakenInTurnAndARefusedOneIsSkipped()
    {
        var keys = new[] { "sk-upstream-secret-0001-a", "sk-upstream-secret-0001-b", "sk-upstream-secret-0001-c" };
        await using var gateway = await StartAsync("\"apiKeys\":[\"" + string.Join("\",\"", keys) + "\"],", keysAccepted: keys[1..]);
        for (var i = 0; i < 6; i++) Assert.Equal(200, (await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("gpt"))).Status);
        var used = gateway.Upstream.Log.Requests.CountBy(request => request.Header("api-key")!).ToDictionary();
        // The refused one is asked once; its breaker then keeps it out, and its turns fall to the next one.
        Assert.Equal([1, 4, 2], keys.Select(key => used[key]));
        gateway.Log.AssertKeptSecret();
    }

    [Fact]
    public async Task AuthApiKey_Refused_IsTriedOnceAndIs502()
    {
        await using var gateway = await StartAsync($$"""  "auth":{"kind":"api-key","value":"{{Wire.UpstreamKey}}"}, """, keysAccepted: ["another"]);
        var answer = await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("gpt"));
        Assert.Equal((502, "upstream_authentication", "1"), (answer.Status, (string?)answer.Error["code"], answer.Header("x-parley-attempts")));
        Assert.Equal(("azure", "gpt-4o"), (answer.Header("x-parley-provider"), answer.Header("x-parley-model")));
        Assert.Equal(1, gateway.Upstream.Log.Count);
        Assert.DoesNotContain("sk-up", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Contract", "3.backend")]
    public async Task AuthHeader_SendsThatHeader()
    {
        await using var gateway = await StartAsync($$"""  "auth":{"kind":"header","name":"Authorization","value":"Bearer {{Wire.UpstreamKey}}"}, """);
        Assert.Equal(200, (await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("gpt"))).Status);
        Assert.Equal(($"Bearer {Wire.UpstreamKey}", null), (gateway.Upstream.Log.Last.Header("Authorization"), gateway.Upstream.Log.Last.Header("api-key")));
    }

    [Fact]
    [Trait("Contract", "5.auth")]
    public async Task CallerBearer_SendsTheCallersTokenAndNeverAKeyOfOurs()
    {
        await using var gateway = await StartAsync("\"auth\":{\"kind\":\"caller-bearer\"},");
        using var nobody = gateway.CreateClient(null);
        (string, string) key = ("api-key", GatewayHost.AdminKey);
        var passed = await nobody.PostAsync("/v1/chat/completions", Wire.Chat("gpt"), key, ("Authorization", "Bearer eyJ.callers.token"));
        Assert.Equal((200, "Bearer eyJ.callers.token"), (passed.Status, gateway.Upstream.Log.Last.Header("Authorization")));
        gateway.Upstream.Log.Clear();

        string[] refusable =
            [$"Bearer {GatewayHost.AdminKey}", $"Bearer eyJ.a, Bearer {GatewayHost.AdminKey}", $"Bearer {GatewayHost.AdminKey},Bearer eyJ.a", "Basic dTpw", "Bearer "];
        foreach (var authorization in refusable)
        {
            var refused = await nobody.PostAsync("/v1/chat/completions", Wire.Chat("gpt"), key, ("Authorization", authorization));
            Assert.Equal(400, refused.Status);
        }

        Assert.Equal(400, (await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("gpt"))).Status);
        Assert.Equal(0, gateway.Upstream.Log.Count);
        gateway.Log.AssertKeptSecret();
    }

    [Theory]
    [InlineData("gpt-4o-mini", 200, "gpt-4o-mini")]
    [InlineData("Small", 200, "gpt-4o-mini")]
    [InlineData("nothing-like-it", 404, "nothing-like-it")]
    [Trait("Contract", "5.endpoint")]
    [Trait("Contract", "5.deployments")]
    public async Task Deployment_InTheRequest_IsChosenAndTakenOutOfTheBody(string deployment, int status, string arrived)
    {
        await using var gateway = await StartAsync(Key);
        var endpoint = gateway.Upstream.BaseAddress.AbsoluteUri.ToUpperInvariant();
        var body = $$"""{"deployment":"{{deployment}}","model":"gpt","messages":[{"role":"user","content":"{{Wire.Prompt}}"}], "endpoint" : "{{endpoint}}"}""";
        var answer = await gateway.Client.PostAsync("/v1/chat/completions", body);
        Assert.Equal(status, answer.Status);
        var sent = Encoding.UTF8.GetString(gateway.Upstream.Log.Last.Body.Span);
        Assert.Equal(arrived, (string?)JsonNode.Parse(sent)!["model"]);
        Assert.Equal(["model", "messages"], JsonNode.Parse(sent)!.AsObject().Select(member => member.Key));
    }

    [Theory]
    [InlineData("\"endpoint\":\"https://evil.example\"", "endpoint")]
    [InlineData("\"endpoint\":\"http://127.0.0.1:1\"", "endpoint")]
    [InlineData("\"endpoint\":\"\"", "endpoint")]
    [InlineData("\"endpoint\":7", "endpoint")]
    [InlineData("\"deployment\":null", "deployment")]
    [InlineData("\"deployment\":\" \"", "deployment")]
    [Trait("Contract", "5.endpoint")]
    public async Task Choice_ThatIsNotConfigured_Is400AndNothingIsSent(string choice, string param)
    {
        await using var gateway = await StartAsync(Key);
        var answer = await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("gpt", "," + choice));
        Assert.Equal((400, param), (answer.Status, (string?)answer.Error["param"]));
        Assert.Equal(0, gateway.Upstream.Log.Count);
        Assert.DoesNotContain("127.0.0.1", answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"deployment\":\"gpt-4o\"", "deployment")]
    [InlineData("\"endpoint\":\"https://x\"", "endpoint")]
    [Trait("Contract", "5.endpoint")]
    public async Task Choice_OnATargetThatIsNotAzure_Is400(string choice, string param)
    {
        await using var gateway = await StartAsync(Key);
        var answer = await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("plain", "," + choice));
        Assert.Equal((400, param), (answer.Status, (string?)answer.Error["param"]));
    }

    [Theory]
    [InlineData("unheard-of")]
    [InlineData("meta/llama")]
    [Trait("Contract", "5.deployments")]
    public async Task Deployment_OnAModelOutsideTheCatalogue_SelectsTheAzureProvider(string model)
    {
        await using var gateway = await StartAsync(Key);
        var answer = await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat(model, ",\"deployment\":\"small\""));
        Assert.Equal((200, "azure", "gpt-4o-mini"), (answer.Status, answer.Header("x-parley-provider"), answer.Header("x-parley-model")));
    }

    [Theory]
    [InlineData("small", 403)]
    [InlineData("gpt-4o-mini", 403)]
    [InlineData("gpt-4.1", 403)]
    [InlineData("gpt-4o", 200)]
    public async Task Deployment_OfAKeyLimitedToModels_ReachesOnlyThose(string deployment, int status)
    {
        await using var gateway = await StartAsync(Key);
        using var client = await gateway.KeyAsync("\"models\":[\"gpt\",\"gpt-4o\"]");
        Assert.Equal(status, (await client.PostAsync("/v1/chat/completions", Wire.Chat("gpt", $",\"deployment\":\"{deployment}\""))).Status);
    }

    [Theory]
    [InlineData("azure/gpt-4o", 200)]
    [InlineData("azure/GPT-4O-2024-08-06", 200)]
    [InlineData("azure/gpt-4.1", 403)]
    [InlineData("azure/small", 403)]
    public async Task AllowedModels_LetThroughWhatMeansAnAllowedDeployment(string model, int status)
    {
        await using var gateway = await StartAsync(Key + "\"allowedModels\":[\"gpt-4o\"],");
        var answer = await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat(model));
        Assert.Equal(status, answer.Status);
        if (status == 403) Assert.Equal("model_not_allowed", (string?)answer.Error["code"]);
    }

    [Theory]
    [InlineData("/v1/chat/completions")]
    [InlineData("/openai/v1/chat/completions")]
    [Trait("Contract", "5.claude")]
    [Trait("Contract", "5.anthropic-rules")]
    public async Task ClaudeDeployment_OfAChatClient_IsSpokenToAsAnthropic(string path)
    {
        await using var gateway = await StartAsync(Key);
        var answer = await gateway.Client.PostAsync(path, Wire.Chat("azure/sonnet"));
        Assert.Equal(200, answer.Status);
        var sent = gateway.Upstream.Log.Requests.Single();
        Assert.Equal("/anthropic/v1/messages", sent.PathAndQuery);
        Assert.Equal(Wire.UpstreamKey, sent.Header("x-api-key"));
        Assert.Equal("2023-06-01", sent.Header("anthropic-version"));
        Assert.Null(sent.Header("api-key"));
        Assert.Equal("claude-sonnet-4", (string?)System.Text.Json.Nodes.JsonNode.Parse(sent.Body.Span)!["model"]);
    }

    private static string Key => $"\"apiKey\":\"{Wire.UpstreamKey}\",";

    private static Task<GatewayHost> StartAsync(string settings, string[]? keysAccepted = null) => GatewayHost.StartAsync(new()
    {
        Simulator = new() { Keys = keysAccepted ?? [] },
        Config = up => $$"""
            {
              "providers": {
                "azure": { "type": "azure-openai", {{settings}} "endpoint": "{{up}}",
                           "deployments": { "gpt-4o": "gpt-4o", "small": "gpt-4o-mini", "sonnet": "claude-sonnet-4" } },
                "lab": { "type": "openai-compatible", "baseUrl": "{{up}}v1", "apiKey": "{{Wire.UpstreamKey}}" }
              },
              "models": [ { "modelId": "gpt", "targets": [ { "provider": "azure", "model": "gpt-4o" } ] },
                          { "modelId": "plain", "targets": [ { "provider": "lab", "model": "gpt-4o" } ] } ]
            }
            """,
    });
}
