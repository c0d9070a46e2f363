using System.Text;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.SimpleApi;

[Trait("Contract", "1.chat")]
public sealed class SimpleChatTests
{
    [Theory]
    [InlineData("openai", "gpt-4o", "OpenAI")]
    [InlineData("azure", "gpt-4o", "Azure OpenAI")]
    [InlineData("anthropic", "claude-sonnet-4-5", "Anthropic")]
    [InlineData("gemini", "gemini-2.5-flash", "Google Gemini")]
    [InlineData("groq", "sim-chat", "Groq")]
    [InlineData("bedrock", "anthropic.claude-3-haiku-20240307-v1:0", "AWS Bedrock")]
    [InlineData("bedrock", "meta.llama3-70b-instruct-v1:0", "AWS Bedrock")]
    public async Task Chat_EveryProvider_AnswersWithTheText(string provider, string model, string shown)
    {
        await using var gateway = await SimpleHost.StartAsync(SimpleHost.Model(provider, model));
        using var client = await gateway.KeyAsync("\"models\":[\"m\"]");
        var answer = await client.AskAsync("m", "say \"ä😀\"\n\\");
        Assert.Equal((200, "application/json"), (answer.Status, answer.Header("Content-Type")));
        Assert.Equal(["response", "modelId", "providerName"], answer.Json.AsObject().Select(static member => member.Key));
        Assert.Equal(("[simulated] say \"ä😀\"\n\\", "m", shown), ((string?)answer.Json["response"], (string?)answer.Json["modelId"], (string?)answer.Json["providerName"]));
        Assert.Equal((provider, model, "1"), (answer.Header("x-parley-provider"), answer.Header("x-parley-model"), answer.Header("x-parley-attempts")));
        await gateway.AssertNothingLeftAsync();
    }

    [Theory]
    [InlineData("anthropic.claude-3-5-sonnet-20240620-v1:0")]
    [InlineData("us.anthropic.claude-sonnet-4-5-20250929-v1:0")]
    [InlineData("eu.anthropic.claude-sonnet-4-5-20250929-v1:0")]
    [InlineData("meta.llama3-8b-instruct-v1:0")]
    [InlineData("meta.llama3-1-70b-instruct-v1:0")]
    [InlineData("us.meta.llama3-3-70b-instruct-v1:0")]
    [InlineData("eu.meta.llama3-2-3b-instruct-v1:0")]
    [Trait("Contract", "1.bedrock")]
    public async Task Chat_BothBedrockFamilies_AnswerAlsoByRegion(string model)
    {
        await using var gateway = await SimpleHost.StartAsync($$"""{ "modelId": "m", "modelName": "{{model}}", "providerName": "AWS Bedrock", "temperature": 0.5 }""");
        var answer = await gateway.Client.AskAsync("m");
        Assert.Equal((200, """{"response":"[simulated] hello","modelId":"m","providerName":"AWS Bedrock"}"""), (answer.Status, answer.Body));
        Assert.Equal($"/model/{model.Replace(":", "%3A", StringComparison.Ordinal)}/converse", gateway.Upstream.Log.Last.PathAndQuery);
        Assert.Equal(0.5, (double)gateway.Sent()["inferenceConfig"]!["temperature"]!);
    }

    [Theory]
    [InlineData("alias")]
    [InlineData("m-latest")]
    [InlineData("wild-4o")]
    [InlineData("openai/gpt-4o")]
    public async Task Chat_AnyNameOfTheCatalogue_Works(string name)
    {
        await using var gateway = await SimpleHost.StartAsync(
            SimpleHost.Model("openai", "gpt-4o", """, "aliases": ["m-latest"] """) + "," + SimpleHost.Model("openai", "gpt-*", id: "wild-*"),
            """, "aliases": { "alias": "m" } """);
        var answer = await gateway.Client.AskAsync(name);
        Assert.Equal((200, $$"""{"response":"[simulated] hello","modelId":"{{name}}","providerName":"OpenAI"}"""), (answer.Status, answer.Body));
        Assert.Equal("gpt-4o", (string?)gateway.Sent()["model"]);
    }

    [Fact]
    public async Task Chat_FirstTargetFails_NamesTheProviderThatAnswered()
    {
        await using var gateway = await SimpleHost.StartAsync(
            """{ "modelId": "m", "targets": [ { "provider": "openai", "model": "sim-fault-500", "priority": 1 }, { "provider": "anthropic", "model": "claude-sonnet-4-5", "priority": 2 } ] }""");
        var answer = await gateway.Client.AskAsync("m");
        Assert.Equal((200, "Anthropic", "2"), (answer.Status, (string?)answer.Json["providerName"], answer.Header("x-parley-attempts")));
        var record = await gateway.RecordAsync(answer.Header("x-request-id"));
        Assert.Equal(("m", 200, 2), (record.GetProperty("model").GetString(), record.GetProperty("status").GetInt32(), record.GetProperty("attempts").GetArrayLength()));
    }

    [Fact]
    public async Task Chat_FurtherFields_AreIgnored()
    {
        await using var gateway = await SimpleHost.StartAsync(SimpleHost.Model("openai", "gpt-4o"));
        var answer = await gateway.Client.PostAsync("/api/chat", """ {"stream":true,"temperature":2,"model":"x","messages":[],"modelId":"m","prompt":"hello","imageContent":1} """);
        Assert.Equal("""{"response":"[simulated] hello","modelId":"m","providerName":"OpenAI"}""", answer.Body);
        Assert.Equal("""{"model":"gpt-4o","messages":[{"role":"user","content":"hello"}]}""", Encoding.UTF8.GetString(gateway.Upstream.Log.Last.Body.Span));
    }

    [Theory]
    [InlineData("""{"role":"assistant","content":"so far"}""", "content_filter", 200, "so far")]
    [InlineData("""{"role":"assistant","content":""}""", "content_filter", 400, "The provider's content filter withheld the answer. Ask in other words.")]
    [InlineData("""{"role":"assistant","content":null,"refusal":"I'd rather not."}""", "stop", 200, "I'd rather not.")]
    [InlineData("""{"role":"assistant","content":""}""", "length", 200, "")]
    [InlineData("""{"role":"assistant","content":null}""", "stop", 200, "")]
    public async Task Chat_RefusedOrCutAnswer_IsTheTextThereIs(string message, string finish, int status, string text)
    {
        await using var upstream = await CannedUpstream.StartAsync();
        upstream.Answer = CannedUpstream.Bytes(
            Encoding.UTF8.GetBytes($$$"""{"id":"c","object":"chat.completion","model":"canned","choices":[{"index":0,"message":{{{message}}},"finish_reason":"{{{finish}}}"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}"""), "application/json");
        await using var gateway = await upstream.StartGatewayAsync();
        var answer = await gateway.Client.AskAsync("gpt");
        Assert.Equal((status, text), (answer.Status, (string?)(answer.Json["response"] ?? answer.Json["error"])));
    }

    [Fact]
    public async Task Chat_CallerLeaves_TheProviderIsLeftToo()
    {
        await using var gateway = await SimpleHost.StartAsync(SimpleHost.Model("openai", "sim-fault-stall-headers"));
        using var patience = new CancellationTokenSource();
        var asked = gateway.Client.PostAsync("/api/chat", GatewayCalls.Json("""{"prompt":"x","modelId":"m"}"""), patience.Token);
        await gateway.Upstream.Log.WaitForCountAsync(1, GatewayCalls.Limit());
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        await gateway.Upstream.Log.WaitForAbortAsync(GatewayCalls.Limit());
        await gateway.AssertNothingLeftAsync();
    }

    [Fact]
    [Trait("Contract", "1.ping")]
    public async Task Ping_WithoutAKey_IsHealthy()
    {
        var time = new Parley.Testing.ManualTimeProvider(new DateTimeOffset(2026, 8, 1, 12, 30, 5, 250, TimeSpan.Zero));
        await using var gateway = await GatewayHost.StartAsync(new() { Time = time });
        using var nobody = gateway.CreateClient(null);
        var answer = await nobody.FetchAsync("/api/ping");
        Assert.Equal((200, "application/json"), (answer.Status, answer.Header("Content-Type")));
        Assert.Equal("""{"status":"healthy","timestamp":"2026-08-01T12:30:05.250000+00:00","service":"Multi-Provider LLM API"}""", answer.Body);
    }
}
