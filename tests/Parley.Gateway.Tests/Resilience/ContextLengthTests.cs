using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Parley.Gateway.Resilience;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Resilience;

/// <summary>A prompt that is too long for its model goes to the larger one that the operator names, in whatever words the vendor says it.</summary>
public sealed class ContextLengthTests
{
    private const string OpenAI = """{"error":{"message":"This model's maximum context length is 128000 tokens. However, your messages resulted in 140000 tokens. Please reduce the length of the messages.","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}""";
    private const string Compatible = """{"object":"error","message":"This model's maximum context length is 4096 tokens. However, you requested 5000 tokens in the messages. Please reduce the length of the messages.","type":"BadRequestError","param":null,"code":400}""";
    private const string Window = """{"error":{"message":"Your input exceeds the context window of this model. Please adjust your input and try again.","type":"invalid_request_error","param":"input","code":null}}""";
    private const string Grok = """{"code":"Client specified an invalid argument","error":"This model's maximum prompt length is 131072 but the request contains 157023 tokens."}""";
    private const string Anthropic = """{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 209353 tokens > 199999 maximum"}}""";
    private const string AnthropicMax = """{"type":"error","error":{"type":"invalid_request_error","message":"input length and `max_tokens` exceed context limit: 178959 + 64000 > 200000, decrease input length or `max_tokens` and try again"}}""";
    private const string Gemini = """{"error":{"code":400,"message":"The input token count (314175) exceeds the maximum number of tokens allowed (131072).","status":"INVALID_ARGUMENT"}}""";
    private const string Bedrock = """{"message":"Input is too long for requested model."}""";
    private const string BedrockClaude = """{"message":"The model returned the following errors: prompt is too long: 209353 tokens > 200000 maximum"}""";

    [Theory]
    [InlineData("openai", OpenAI)]
    [InlineData("openai", Compatible)]
    [InlineData("openai", Window)]
    [InlineData("openai", Grok)]
    [InlineData("azure", OpenAI)]
    [InlineData("anthropic", Anthropic)]
    [InlineData("anthropic", AnthropicMax)]
    [InlineData("gemini", Gemini)]
    [InlineData("bedrock", Bedrock)]
    [InlineData("bedrock", BedrockClaude)]
    public async Task TooLong_LargerModelIsNamed_ItAnswers(string provider, string refusal)
    {
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream);
        upstream.Answer = UnlessLarge(Json(refusal, 400));
        // The caller's own dialect is spliced on OpenAI and Azure, and translated for the others.
        foreach (var stream in (bool[])[false, true])
        {
            using var answer = await gateway.SendAsync(GatewayCalls.Chat, GatewayCalls.Body(GatewayCalls.Chat, stream, model: provider), GatewayCalls.Limit());
            Assert.Equal((200, "2", "large"), ((int)answer.StatusCode, answer.Header("x-parley-attempts"), answer.Header("x-parley-provider")));
            Assert.Equal($"{provider} 400 upstream_rejected, large 200", (await gateway.RecordAsync(answer.Header("x-request-id"))).Trail());
        }

        AssertNobodyIsOut(gateway);
    }

    [Fact]
    public async Task TooLong_OtherRefusal_StaysTheAnswer()
    {
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream);
        upstream.Answer = UnlessLarge(Json("""{"error":{"message":"Invalid value for 'temperature'.","code":"invalid_value"}}""", 400));
        var answer = await gateway.CallAsync(GatewayCalls.Chat, GatewayCalls.Body(GatewayCalls.Chat, stream: false, model: "openai"));
        Assert.Equal(400, answer.Status);
    }

    [Theory]
    [InlineData(GatewayCalls.Chat, false, OpenAI)]
    [InlineData(GatewayCalls.Chat, true, "data: " + OpenAI + "\n\n")]
    [InlineData(GatewayCalls.Chat, true, "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\ndata: " + OpenAI + "\n\n")]
    [InlineData(GatewayCalls.Responses, false, """{"id":"r","object":"response","status":"failed","error":{"code":"context_length_exceeded","message":"Your input exceeds the context window of this model."},"output":[]}""")]
    [InlineData(GatewayCalls.Responses, true, "event: response.created\ndata: {\"type\":\"response.created\",\"response\":{\"id\":\"r\"}}\n\nevent: response.failed\ndata: {\"type\":\"response.failed\",\"response\":{\"id\":\"r\",\"status\":\"failed\",\"error\":{\"code\":\"context_length_exceeded\",\"message\":\"Your input exceeds the context window of this model.\"}}}\n\n")]
    public async Task TooLong_SaidInsideA200_LargerModelAnswersAndNobodyIsOut(string path, bool stream, string body)
    {
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream);
        upstream.Answer = UnlessLarge(CannedUpstream.Bytes(Encoding.UTF8.GetBytes(body), stream ? "text/event-stream" : "application/json"));
        var answer = await gateway.CallAsync(path, GatewayCalls.Body(path, stream, model: "openai"));
        Assert.Equal(200, answer.Status);
        Assert.Equal("openai 200 upstream_rejected, large 200", (await gateway.RecordAsync(answer.RequestId)).Trail());
        AssertNobodyIsOut(gateway);
    }

    [Fact]
    public async Task TooLong_AlsoForTheLargerModel_ItsRefusalIsTheAnswer()
    {
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream);
        upstream.Answer = Json(OpenAI, 400);
        var answer = await gateway.CallAsync(GatewayCalls.Chat, GatewayCalls.Body(GatewayCalls.Chat, stream: false, model: "openai"));
        Assert.Equal((400, OpenAI), (answer.Status, answer.Text));
        Assert.Equal("openai 400 upstream_rejected, large 400 upstream_rejected", (await gateway.RecordAsync(answer.RequestId)).Trail());
    }

    [Fact]
    public async Task TooLong_TwoModelsNameEachOther_EachIsAskedOnce()
    {
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await GatewayHost.StartAsync(new GatewayHostOptions
        {
            Config = _ => $$"""
                {
                  "providers": { "p": { "type": "openai-compatible", "baseUrl": "{{upstream.Address}}v1", "apiKey": "sk" } },
                  "models": [ { "modelId": "one", "retry": { "contextLengthModel": "two" }, "targets": [ { "provider": "p", "model": "m1" } ] },
                              { "modelId": "two", "retry": { "contextLengthModel": "one" }, "targets": [ { "provider": "p", "model": "m2" } ] } ]
                }
                """,
        });
        upstream.Answer = Json(OpenAI, 400);
        var answer = await gateway.CallAsync(GatewayCalls.Chat, GatewayCalls.Body(GatewayCalls.Chat, stream: false, model: "one"));
        Assert.Equal((400, "p 400 upstream_rejected, p 400 upstream_rejected"), (answer.Status, (await gateway.RecordAsync(answer.RequestId)).Trail()));
    }

    [Theory]
    [InlineData("openai", 400)]
    [InlineData("openai\", \"large", 200)]
    public async Task TooLong_LargerModelIsAsked_OnlyWhereTheKeyMayUseIt(string granted, int expected)
    {
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream, keys: $$""", "keys": [ { "name": "k", "key": "a-key-that-is-long-enough", "models": ["{{granted}}"] } ]""");
        upstream.Answer = UnlessLarge(Json(OpenAI, 400));
        using var request = new HttpRequestMessage(HttpMethod.Post, GatewayCalls.Chat)
        {
            Content = new StringContent(GatewayCalls.Body(GatewayCalls.Chat, stream: false, model: "openai"), Encoding.UTF8, "application/json"),
            Headers = { Authorization = new("Bearer", "a-key-that-is-long-enough") },
        };
        using var answer = await gateway.Client.SendAsync(request, GatewayCalls.Limit());
        Assert.Equal(expected, (int)answer.StatusCode);
    }

    [Fact]
    public async Task TooLong_LargerModelIsFull_RefusalIsTheAnswer_AndItsPlaceIsGivenBack()
    {
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream, large: """, "concurrency": { "max": 1, "queue": 5 }""");
        upstream.Answer = UnlessLarge(Json(OpenAI, 400));
        var gate = gateway.Services.GetRequiredService<ModelStates>().Of("large", isCatalogued: true).Gate!;
        for (var round = 0; round < 2; round++)
        {
            Assert.True(gate.TryEnter(out var taken));
            Assert.Equal(400, (await gateway.CallAsync(GatewayCalls.Chat, GatewayCalls.Body(GatewayCalls.Chat, stream: false, model: "openai"))).Status);
            taken.Release();
            Assert.Equal(200, (await gateway.CallAsync(GatewayCalls.Chat, GatewayCalls.Body(GatewayCalls.Chat, stream: false, model: "openai"))).Status);
            await gateway.AssertNothingLeftAsync();
            Assert.Equal((0, 0), (gate.Running, gate.Waiting));
        }
    }

    private static void AssertNobodyIsOut(GatewayHost gateway) =>
        Assert.DoesNotContain(gateway.Log.Lines, static line => line.Contains("is out of its pool", StringComparison.Ordinal));

    private static RequestDelegate UnlessLarge(RequestDelegate refusal) => context =>
    {
        if (context.Request.Headers.Authorization != "Bearer sk-large") return refusal(context);
        if (context.Request.Path.Value!.EndsWith("responses", StringComparison.Ordinal))
        {
            return CannedUpstream.Bytes("data: {\"type\":\"response.output_text.delta\",\"delta\":\"a\"}\n\ndata: {\"type\":\"response.completed\",\"response\":{\"id\":\"r\",\"status\":\"completed\"}}\n\n"u8.ToArray())(context);
        }

        return CannedUpstream.Bytes("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"u8.ToArray())(context);
    };

    private static RequestDelegate Json(string body, int status) => CannedUpstream.Bytes(Encoding.UTF8.GetBytes(body), "application/json", status: status);

    private static Task<GatewayHost> StartAsync(CannedUpstream upstream, string large = "", string keys = "") => GatewayHost.StartAsync(new GatewayHostOptions
    {
        Config = _ => $$"""
            {
              "providers": {
                "openai": { "type": "openai", "baseUrl": "{{upstream.Address}}v1", "apiKey": "sk-small" },
                "azure": { "type": "azure-openai", "endpoint": "{{upstream.Address}}", "auth": { "kind": "api-key", "value": "azure-key" }, "deployments": { "gpt-4o": "gpt-4o" } },
                "anthropic": { "type": "anthropic", "baseUrl": "{{upstream.Address}}", "apiKey": "sk-ant" },
                "gemini": { "type": "gemini", "baseUrl": "{{upstream.Address}}", "apiKey": "g" },
                "bedrock": { "type": "bedrock", "baseUrl": "{{upstream.Address}}", "region": "eu-central-1", "accessKeyId": "AKIA", "secretAccessKey": "secret" },
                "large": { "type": "openai-compatible", "baseUrl": "{{upstream.Address}}v1", "apiKey": "sk-large" }
              },
              "models": [
                { "modelId": "large"{{large}}, "targets": [ { "provider": "large", "model": "m" } ] },
                {{string.Join(", ", ((string[])["openai", "azure", "anthropic", "gemini", "bedrock"]).Select(name => $$"""
                  { "modelId": "{{name}}", "retry": { "contextLengthModel": "large" }, "targets": [ { "provider": "{{name}}", "model": "{{(name == "bedrock" ? "us.meta.llama3-3-70b-instruct-v1:0" : "gpt-4o")}}" } ] }
                  """))}}
              ]{{keys}}
            }
            """,
    });
}
