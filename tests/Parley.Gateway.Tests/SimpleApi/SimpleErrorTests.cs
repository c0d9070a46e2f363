using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.SimpleApi;

[Trait("Contract", "1.errors")]
public sealed class SimpleErrorTests
{
    [Theory]
    [InlineData("401", 500)]
    [InlineData("403", 500)]
    [InlineData("404", 500)]
    [InlineData("408", 500)]
    [InlineData("429-7", 429)]
    [InlineData("429-bare", 429, "1")]
    [InlineData("500", 500)]
    [InlineData("503", 500)]
    [InlineData("529", 500)]
    [InlineData("400-content-filter", 400)]
    [InlineData("400-context-length", 400)]
    [InlineData("close-headers", 500)]
    [InlineData("cut-body", 500)]
    [InlineData("empty", 500)]
    public async Task ProviderFails_IsThatStatus(string fault, int status, string retryAfter = "7")
    {
        await using var gateway = await SimpleHost.StartAsync(SimpleHost.Model("openai", $"sim-fault-{fault}"));
        using var client = await gateway.KeyAsync();
        foreach (var answer in (Wire.Answer[])[await client.AskAsync("m", Wire.Prompt), await client.LookAsync("m")])
        {
            Assert.NotEmpty(answer.AssertError(status));
            Assert.Null(answer.Header("WWW-Authenticate"));
            if (status == 429) Assert.Equal(retryAfter, answer.Header("Retry-After"));
        }

        gateway.Log.AssertKeptSecret();
    }

    [Theory]
    [InlineData("anthropic", "400-context-length", 400)]
    [InlineData("anthropic", "529", 500)]
    [InlineData("gemini", "429", 429)]
    [InlineData("bedrock", "401", 500)]
    [InlineData("bedrock", "500", 500)]
    public async Task TranslatedProviderFails_IsThatStatusToo(string provider, string fault, int status)
    {
        await using var gateway = await SimpleHost.StartAsync(SimpleHost.Model(provider, $"sim-fault-{fault}"));
        Assert.NotEmpty((await gateway.Client.AskAsync("m")).AssertError(status));
    }

    [Fact]
    public async Task NobodyListens_Is500_WithoutTheAddress()
    {
        await using var gateway = await GatewayHost.StartAsync(new()
        {
            Config = static _ => """{ "providers": { "x": { "type": "openai", "apiKey": "k", "baseUrl": "http://127.0.0.1:1/v1" } }, "models": [ { "modelId": "m", "targets": [ { "provider": "x", "model": "m" } ] } ] }""",
        });
        Assert.Equal("The provider could not be reached. Try again.", (await gateway.Client.AskAsync("m")).AssertError(500));
    }

    [Theory]
    [InlineData("", "The request has no body. Send a JSON object.")]
    [InlineData("  ", "The request has no body. Send a JSON object.")]
    [InlineData("{", "The body is not valid JSON, or nested deeper than 64 levels.")]
    [InlineData("""{"prompt":"x","modelId":"m"}}""", "The body is not valid JSON, or nested deeper than 64 levels.")]
    [InlineData("[]", "The body must be a JSON object.")]
    [InlineData("null", "The body must be a JSON object.")]
    [InlineData("{}", "'prompt' is missing.")]
    [InlineData("""{"prompt":null,"modelId":"m"}""", "'prompt' is missing.")]
    [InlineData("""{"prompt":"","modelId":"m"}""", "'prompt' must not be empty.")]
    [InlineData("""{"prompt":["x"],"modelId":"m"}""", "'prompt' must be a string.")]
    [InlineData("""{"prompt":"x"}""", "'modelId' is missing.")]
    [InlineData("""{"prompt":"x","modelId":""}""", "'modelId' must not be empty.")]
    [InlineData("""{"prompt":"x","modelId":7}""", "'modelId' must be a string.")]
    [InlineData("""{"prompt":"x","modelId":"a\u0007b"}""", "'modelId' must not hold control characters.")]
    public async Task WrongBody_Is400(string body, string message)
    {
        await using var gateway = await SimpleHost.StartAsync(SimpleHost.Model("openai", "gpt-4o"));
        Assert.Equal(message, (await gateway.Client.PostAsync("/api/chat", body)).AssertError(400));
        Assert.Equal(0, gateway.Upstream.Log.Count);
    }

    [Fact]
    public async Task ParleysOwnRefusals_HaveTheSameShape()
    {
        await using var gateway = await SimpleHost.StartAsync(SimpleHost.Model("openai", "gpt-4o"), """, "limits": { "bodyBytes": 1024 } """);
        using var nobody = gateway.CreateClient(null);
        using var wrong = gateway.CreateClient("not-a-key-of-ours-0001");
        using var metrics = await gateway.KeyAsync("\"role\":\"metrics\"");
        using var other = await gateway.KeyAsync("\"models\":[\"other\"]");
        (await nobody.AskAsync("m")).AssertError(401);
        (await nobody.FetchAsync("/api/models")).AssertError(401);
        (await nobody.FetchAsync("/api/nothing")).AssertError(401);
        (await wrong.AskAsync("m")).AssertError(401);
        (await metrics.AskAsync("m")).AssertError(403);
        (await metrics.FetchAsync("/api/models")).AssertError(403);
        (await other.AskAsync("m")).AssertError(403);
        Assert.StartsWith("The model 'mm' does not exist. Did you mean 'm'? GET /api/models lists", (await gateway.Client.AskAsync("mm")).AssertError(404), StringComparison.Ordinal);
        (await gateway.Client.FetchAsync("/api")).AssertError(404);
        (await gateway.Client.FetchAsync("/api/nothing/at/all")).AssertError(404);
        foreach (var (method, path) in ((string, string)[])[("GET", "/api/chat"), ("PUT", "/api/chat/vision"), ("POST", "/api/models"), ("DELETE", "/api/ping")])
        {
            var answer = await gateway.Client.FetchAsync(new HttpRequestMessage(new HttpMethod(method), path));
            answer.AssertError(405);
            Assert.NotEmpty(answer.Header("Allow")!);
        }

        (await gateway.Client.AskAsync("m", new string('x', 2000))).AssertError(413);
        (await gateway.Client.FetchAsync(new HttpRequestMessage(HttpMethod.Post, "/api/chat") { Content = new StringContent("""{"prompt":"x","modelId":"m"}""") })).AssertError(415);
        Assert.Equal(0, gateway.Upstream.Log.Count);
    }

    [Fact]
    public async Task BusyModel_Is503WithRetryAfter()
    {
        await using var held = await HeldUpstream.StartAsync();
        await using var gateway = await GatewayHost.StartAsync(new()
        {
            Config = _ => $$"""
                { "providers": { "x": { "type": "openai", "apiKey": "k", "baseUrl": "{{held.Address}}v1" } },
                  "models": [ { "modelId": "m", "targets": [ { "provider": "x", "model": "m" } ], "concurrency": { "max": 1, "queue": 0 } } ] }
                """,
        });
        var first = gateway.Client.AskAsync("m");
        var call = await held.NextAsync();
        var answer = await gateway.Client.AskAsync("m");
        answer.AssertError(503);
        Assert.NotNull(answer.Header("Retry-After"));
        await call.AnswerAsync("""{"id":"c","object":"chat.completion","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"at last"},"finish_reason":"stop"}]}""");
        Assert.Equal("at last", (string?)(await first).Json["response"]);
    }

    [Fact]
    public async Task NoTargetLeft_Is503WithRetryAfter()
    {
        await using var gateway = await Resilience.Pools.StartAsync(["sim-fault-429-60", "sim-fault-429-50"], provider: """ "breaker": { "rule": "counted", "count": 1 }, """, time: new Parley.Testing.ManualTimeProvider());
        (await gateway.Client.AskAsync("gpt")).AssertError(429);
        var answer = await gateway.Client.AskAsync("gpt");
        Assert.StartsWith("Every provider of the model 'gpt' is out for the moment.", answer.AssertError(503), StringComparison.Ordinal);
        Assert.Equal("50", answer.Header("Retry-After"));
    }
}
