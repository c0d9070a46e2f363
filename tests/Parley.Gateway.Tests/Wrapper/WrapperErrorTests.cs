using System.Text.Json.Nodes;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Wrapper;

[Trait("Contract", "4.errors")]
public sealed class WrapperErrorTests
{
    [Theory]
    [InlineData("401", 401)]
    [InlineData("403", 500)]
    [InlineData("429-7", 429)]
    [InlineData("500", 503)]
    [InlineData("503", 503)]
    [InlineData("529", 503)]
    [InlineData("408", 503)]
    [InlineData("close-headers", 503)]
    [InlineData("cut-body", 503)]
    [InlineData("404", 500)]
    [InlineData("400-content-filter", 500)]
    [InlineData("empty", 500)]
    public async Task ProviderFails_IsThatStatusWithADetail(string fault, int status)
    {
        await using var gateway = await WrapperHost.StartAsync($"sim-fault-{fault}");
        using var client = await gateway.KeyAsync();
        var completion = await client.FetchAsync("/completion?query=" + Wire.Prompt);
        // A provider's 401 is not about the caller's key, and no other key would help.
        Assert.Equal((status, null), (completion.Status, completion.Header("WWW-Authenticate")));
        AssertDetail(completion);
        if (status == 429) Assert.Equal("7", completion.Header("Retry-After"));
        var chat = await client.PostAsync("/chat", $$"""{"messages":[{"role":"user","content":"{{Wire.Prompt}}"}]}""");
        Assert.Equal(status, chat.Status);
        AssertDetail(chat);
        gateway.Log.AssertKeptSecret();
    }

    [Fact]
    [Trait("Contract", "1.no-credentials")]
    public async Task NoCredentials_Is503NamingTheVariable()
    {
        await using var gateway = await GatewayHost.StartAsync(new()
        {
            Config = static _ => """{ "models": [ { "modelId": "claude", "modelName": "claude-sonnet-4-5", "providerName": "Anthropic" } ] }""",
        });
        var answer = await gateway.Client.FetchAsync("/completion");
        Assert.Equal((503, """{"detail":"The model 'claude' cannot answer: ANTHROPIC_API_KEY is not set."}"""), (answer.Status, answer.Body));
    }

    [Theory]
    [InlineData("gone", 500)]
    [InlineData("", 503)]
    public async Task DefaultModelThatIsNone_IsTheOperatorsFault(string deployment, int status)
    {
        await using var gateway = await GatewayHost.StartAsync(new()
        {
            Variables = new Dictionary<string, string> { ["OPENAI_MODEL_DEPLOYMENT_NAME"] = deployment },
            Config = static _ => "{}",
        });
        var answer = await gateway.Client.FetchAsync("/completion");
        Assert.Equal(status, answer.Status);
        AssertDetail(answer);
    }

    [Fact]
    public async Task ParleysOwnRefusals_KeepTheirStatusInTheSameShape()
    {
        await using var gateway = await WrapperHost.StartAsync(more: """ "limits": { "bodyBytes": 1024 }, """);
        using var nobody = gateway.CreateClient(null);
        using var metrics = await gateway.KeyAsync("\"role\":\"metrics\"");
        using var other = await gateway.KeyAsync("\"models\":[\"other\"]");
        foreach (var path in (string[])["/health", "/completion", "/chat"])
        {
            var method = path == "/chat" ? HttpMethod.Post : HttpMethod.Get;
            var wrong = await gateway.Client.FetchAsync(new HttpRequestMessage(HttpMethod.Put, path));
            Assert.Equal(405, wrong.Status);
            AssertDetail(wrong);
            var keyless = await nobody.FetchAsync(new HttpRequestMessage(method, path + "/"));
            Assert.Equal((401, "Bearer"), (keyless.Status, keyless.Header("WWW-Authenticate")));
            AssertDetail(keyless);
            var forbidden = await metrics.FetchAsync(new HttpRequestMessage(method, path));
            Assert.Equal(403, forbidden.Status);
            AssertDetail(forbidden);
        }

        var notGranted = await other.FetchAsync("/completion");
        Assert.Equal(403, notGranted.Status);
        AssertDetail(notGranted);
        var large = await gateway.Client.PostAsync("/chat", $$"""{"messages":[{"role":"user","content":"{{new string('x', 2000)}}"}]}""");
        Assert.Equal(413, large.Status);
        AssertDetail(large);
        var text = await gateway.Client.FetchAsync(new HttpRequestMessage(HttpMethod.Post, "/chat") { Content = new StringContent("hello") });
        Assert.Equal(415, text.Status);
        AssertDetail(text);
    }

    [Fact]
    public async Task BusyModel_Is429WithRetryAfter()
    {
        await using var held = await HeldUpstream.StartAsync();
        await using var gateway = await GatewayHost.StartAsync(new()
        {
            Config = _ => $$"""
                { "providers": { "x": { "type": "openai", "apiKey": "k", "baseUrl": "{{held.Address}}v1" } },
                  "models": [ { "modelId": "m", "targets": [ { "provider": "x", "model": "m" } ], "concurrency": { "max": 1, "queue": 0 } } ] }
                """,
        });
        var first = gateway.Client.FetchAsync("/completion");
        var call = await held.NextAsync();
        var answer = await gateway.Client.FetchAsync("/completion");
        Assert.Equal(429, answer.Status);
        AssertDetail(answer);
        Assert.NotNull(answer.Header("Retry-After"));
        await call.AnswerAsync("""{"id":"c","object":"chat.completion","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"at last"},"finish_reason":"stop"}]}""");
        Assert.Equal(200, (await first).Status);
    }

    [Theory]
    [InlineData("", """{"type":"missing","loc":["body"],"msg":"Field required","input":null}""")]
    [InlineData("null", """{"type":"missing","loc":["body"],"msg":"Field required","input":null}""")]
    [InlineData("[1]", """{"type":"model_attributes_type","loc":["body"],"msg":"Input should be a valid dictionary or object to extract fields from","input":[1]}""")]
    [InlineData("{}", """{"type":"missing","loc":["body","messages"],"msg":"Field required","input":{}}""")]
    [InlineData("""{"messages":"x"}""", """{"type":"list_type","loc":["body","messages"],"msg":"Input should be a valid list","input":"x"}""")]
    [InlineData("""{"messages":null}""", """{"type":"list_type","loc":["body","messages"],"msg":"Input should be a valid list","input":null}""")]
    [InlineData("""{"messages":[]}""", """{"type":"too_short","loc":["body","messages"],"msg":"List should have at least 1 item after validation, not 0","input":[]}""")]
    [InlineData("""{"messages":["x"]}""", """{"type":"model_attributes_type","loc":["body","messages",0],"msg":"Input should be a valid dictionary or object to extract fields from","input":"x"}""")]
    [InlineData("""{"messages":[{"role":"user"}]}""", """{"type":"missing","loc":["body","messages",0,"content"],"msg":"Field required","input":{"role":"user"}}""")]
    [InlineData("""{"messages":[{"content":"x"}]}""", """{"type":"missing","loc":["body","messages",0,"role"],"msg":"Field required","input":{"content":"x"}}""")]
    [InlineData("""{"messages":[{"role":"user","content":null}]}""", """{"type":"string_type","loc":["body","messages",0,"content"],"msg":"Input should be a valid string","input":null}""")]
    [InlineData("""{"messages":[{"role":1,"content":"x"}]}""", """{"type":"string_type","loc":["body","messages",0,"role"],"msg":"Input should be a valid string","input":1}""")]
    [InlineData("""{"messages":[{"role":"pirate","content":"x"}]}""", """{"type":"literal_error","loc":["body","messages",0,"role"],"msg":"Input should be 'system', 'developer', 'user' or 'assistant'","input":"pirate"}""")]
    [InlineData("""{"messages":[""", """{"type":"json_invalid","loc":["body",13],"msg":"JSON decode error","input":{}}""")]
    public async Task WrongBody_Is422AsFastApiSaysIt(string body, string detail)
    {
        await using var gateway = await WrapperHost.StartAsync();
        var answer = await gateway.Client.PostAsync("/chat", body);
        Assert.Equal((422, "application/json", $$"""{"detail":[{{detail}}]}"""), (answer.Status, answer.Header("Content-Type"), answer.Body));
        Assert.Equal(0, gateway.Upstream.Log.Count);
    }

    [Fact]
    public async Task SeveralFaults_AreAllTold_UpToAHundred()
    {
        await using var gateway = await WrapperHost.StartAsync();
        var two = await gateway.Client.PostAsync("/chat", """{"messages":[{"role":"user","content":"x"},{}]}""");
        Assert.Equal("""[["body","messages",1,"role"],["body","messages",1,"content"]]""", new JsonArray([.. two.Json["detail"]!.AsArray().Select(static fault => fault!["loc"]!.DeepClone())]).ToJsonString());
        var many = await gateway.Client.PostAsync("/chat", $$"""{"messages":[{{string.Join(',', Enumerable.Repeat("1", 10_000))}}]}""");
        Assert.Equal((422, 100), (many.Status, many.Json["detail"]!.AsArray().Count));
        var echo = await gateway.Client.PostAsync("/chat", $$"""{"messages":"{{new string('x', 100_000)}}"}""");
        Assert.Equal("""{"detail":[{"type":"list_type","loc":["body","messages"],"msg":"Input should be a valid list","input":null}]}""", echo.Body);
    }

    private static void AssertDetail(Wire.Answer answer)
    {
        Assert.Equal(["detail"], answer.Json.AsObject().Select(static member => member.Key));
        Assert.NotEmpty(answer.Json["detail"]!.GetValue<string>());
        Assert.DoesNotContain(Wire.UpstreamKey, answer.Body, StringComparison.Ordinal);
    }
}
