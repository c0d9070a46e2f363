using System.Net.Http.Headers;
using System.Text;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Ingress;

/// <summary>What callers get wrong, each in OpenAI's and in Azure's shape; nothing of it reaches the provider, an answer or the log.</summary>
public sealed class BadInputTests(BadInputTests.Gateway fixture) : IClassFixture<BadInputTests.Gateway>
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
                    "azure": { "type": "azure-openai", "endpoint": "{{up}}", "apiKey": "{{Wire.UpstreamKey}}", "deployments": { "chat": "gpt-4o" } }
                  },
                  "models": [ { "modelId": "gpt", "targets": [ { "provider": "lab", "model": "gpt-4o" } ] },
                              { "modelId": "secret-model", "targets": [ { "provider": "lab", "model": "gpt-4o" } ] } ],
                  "limits": { "bodyBytes": 65536, "bufferedBytes": 65536 }
                }
                """,
        });

        public async Task DisposeAsync()
        {
            Assert.Equal(0, Host.Upstream.Log.Count);
            await Host.DisposeAsync();
            Host.Log.AssertKeptSecret();
            Assert.DoesNotContain(Host.Log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal) || line.StartsWith("Critical", StringComparison.Ordinal));
        }
    }

    private const string OpenAI = "/v1/chat/completions";
    private const string AzureResponses = "/openai/responses?api-version=2025-03-01-preview";

    private static readonly string Deep = new string('[', 80) + new string(']', 80);
    private static readonly string TooLong = new('m', 300);

    private readonly GatewayHost _gateway = fixture.Host;

    public static TheoryData<string, string> Bodies => new()
    {
        { "", "no body" },
        { "   ", "no body" },
        { "not json", "not valid JSON" },
        { "{\"model\":\"gpt\"", "not valid JSON" },
        { "{\"model\":\"gpt\"} {}", "not valid JSON" },
        { "{\"model\":\"gpt\",}", "not valid JSON" },
        { "[]", "must be a JSON object" },
        { "\"text\"", "must be a JSON object" },
        { "{}", "'model' is missing" },
        { "{\"model\":7}", "'model' must be a string" },
        { "{\"model\":null}", "'model' must be a string" },
        { "{\"model\":\"\"}", "'model' must not be empty" },
        { "{\"model\":\"\\ud800\"}", "'model' must" },
        { $"{{\"model\":\"{TooLong}\"}}", "longer than" },
        { "{\"model\":\"gpt\",\"model\":\"gpt\"}", "'model' is given twice" },
        { "{\"model\":\"gpt\",\"mod\\u0065l\":\"gpt\"}", "'model' is given twice" },
        { "{\"model\":\"gpt\",\"stream\":\"yes\"}", "'stream' must be" },
        { "{\"model\":\"gpt\",\"stream\":1}", "'stream' must be" },
        { $"{{\"model\":\"gpt\",\"x\":{Deep}}}", "nested too deeply" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Body_ThatIsWrong_Is400InTheCallersShape(string body, string says)
    {
        foreach (var path in (string[])[OpenAI, AzureResponses])
        {
            var answer = await _gateway.Client.PostAsync(path, body);
            Assert.Equal(400, answer.Status);
            Assert.Contains(says, (string?)answer.Error["message"], StringComparison.Ordinal);
            Assert.Equal(path == OpenAI ? "invalid_request_error" : null, (string?)answer.Error["type"]);
            Assert.Equal(path == OpenAI ? null : "BadRequest", (string?)answer.Error["code"]);
            Assert.Equal("0", answer.Header("x-parley-attempts"));
        }
    }

    [Fact]
    public async Task ModelWithEscapes_IsTheSameName()
    {
        var unknown = await _gateway.Client.PostAsync(OpenAI, "{\"model\":\"g\\u0070z\"}");
        Assert.Equal((404, "model_not_found"), (unknown.Status, (string?)unknown.Error["code"]));
        Assert.Contains("'gpz' does not exist. Did you mean 'gpt'?", (string?)unknown.Error["message"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text/plain", null)]
    [InlineData("application/x-www-form-urlencoded", null)]
    [InlineData("multipart/form-data; boundary=x", null)]
    [InlineData("application/json", "gzip")]
    [InlineData("application/json", "br")]
    public async Task ContentType_OtherThanPlainJson_Is415(string type, string? encoding)
    {
        foreach (var path in (string[])[OpenAI, AzureResponses])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Wire.Chat("gpt"))) };
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
            if (encoding is not null) request.Content.Headers.ContentEncoding.Add(encoding);
            var answer = await _gateway.Client.FetchAsync(request);
            Assert.Equal((415, path == OpenAI ? "unsupported_media_type" : "415"), (answer.Status, (string?)answer.Error["code"]));
        }
    }

    [Theory]
    [InlineData("nope")]
    [InlineData("azure/nope-1")]
    [InlineData("nobody/gpt")]
    public async Task Model_ThatTheKeyCannotFind_NamesOnlyWhatTheKeyMayUse(string model)
    {
        using var client = await _gateway.KeyAsync("\"models\":[\"gpt\"]");
        foreach (var path in (string[])[OpenAI, AzureResponses])
        {
            var answer = await client.PostAsync(path, Wire.Chat(model));
            Assert.Equal(model.StartsWith("azure/", StringComparison.Ordinal) ? 403 : 404, answer.Status);
            Assert.DoesNotContain("secret-model", answer.Body, StringComparison.Ordinal);
            Assert.Contains(model, (string?)answer.Error["message"], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Model_NearOneThatTheKeyMayNotUse_IsNotHinted()
    {
        using var client = await _gateway.KeyAsync("\"models\":[\"gpt\"]");
        var unknown = await client.PostAsync(OpenAI, Wire.Chat("secret-mode"));
        Assert.Equal(404, unknown.Status);
        Assert.DoesNotContain("secret-model", unknown.Body, StringComparison.Ordinal);
        var one = await client.FetchAsync("/v1/models/secret-mode");
        Assert.Equal(404, one.Status);
        Assert.DoesNotContain("secret-model", one.Body, StringComparison.Ordinal);
        Assert.Contains("secret-model", (await _gateway.Client.PostAsync(OpenAI, Wire.Chat("secret-mode"))).Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("secret-model", 403, "model_not_allowed")]
    [InlineData("chat", 403, "model_not_allowed")]
    [InlineData("lab/gpt-4o", 403, "model_not_allowed")]
    public async Task Key_WithoutTheModel_Is403(string model, int status, string code)
    {
        using var client = await _gateway.KeyAsync("\"models\":[\"gpt\"]");
        var openai = await client.PostAsync(OpenAI, Wire.Chat(model));
        Assert.Equal((status, code), (openai.Status, (string?)openai.Error["code"]));
        var azure = await client.PostAsync(AzureResponses, Wire.Responses(model));
        Assert.Equal((status, "403"), (azure.Status, (string?)azure.Error["code"]));
    }

    [Fact]
    public async Task Headers_TooLarge_Are431InTheCallersShape()
    {
        (string, string)[] large = [("x-large-a", new string('a', 20_000)), ("x-large-b", new string('b', 20_000))];
        var openai = await _gateway.Client.PostAsync(OpenAI, Wire.Chat("gpt"), large);
        Assert.Equal((431, "headers_too_large"), (openai.Status, (string?)openai.Error["code"]));
        var azure = await _gateway.Client.PostAsync(AzureResponses, Wire.Chat("gpt"), large);
        Assert.Equal((431, "BadRequest"), (azure.Status, (string?)azure.Error["code"]));
    }
}
