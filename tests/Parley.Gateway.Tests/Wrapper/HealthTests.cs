using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Parley.Gateway.Tests.Harness;
using Parley.Gateway.Wrapper;
using Parley.Testing;

namespace Parley.Gateway.Tests.Wrapper;

[Trait("Contract", "4.health")]
public sealed class HealthTests
{
    [Theory]
    [InlineData("openai", "gpt-4o")]
    [InlineData("openai", "o3")]
    [InlineData("anthropic", "claude-sonnet-4-5")]
    [InlineData("gemini", "gemini-2.5-flash")]
    public async Task Health_ModelAnswers_IsConnectedWhateverTheProvider(string type, string model)
    {
        await using var gateway = await WrapperHost.StartAsync(model, type);
        var answer = await gateway.Client.FetchAsync("/health");
        Assert.Equal((200, """{"status":"ok","azure_openai":"connected"}""", "no-store"), (answer.Status, answer.Body, answer.Header("Cache-Control")));
        Assert.Equal(1, gateway.Upstream.Log.Count);
    }

    [Fact]
    public async Task Health_OnlyTheSimulator_SaysSo()
    {
        await using var gateway = await GatewayHost.StartAsync(new() { Config = null });
        var answer = await gateway.Client.FetchAsync("/health");
        Assert.Equal((200, """{"status":"ok","azure_openai":"simulated"}"""), (answer.Status, answer.Body));
    }

    [Fact]
    public async Task Health_AsksFor16TokensAtMost()
    {
        await using var gateway = await WrapperHost.StartAsync();
        await gateway.Client.FetchAsync("/health");
        Assert.Equal("""{"model":"gpt-4o","messages":[{"role":"user","content":"ping"}],"max_completion_tokens":16}""", Encoding.UTF8.GetString(gateway.Upstream.Log.Last.Body.Span));
    }

    [Fact]
    public async Task Health_NoModel_Is503()
    {
        await using var gateway = await GatewayHost.StartAsync(new() { Config = static _ => "{}" });
        var answer = await gateway.Client.FetchAsync("/health");
        Assert.Equal(503, answer.Status);
        Assert.Equal(("error", "service_unavailable"), ((string?)answer.Json["status"], (string?)answer.Json["error"]));
        Assert.StartsWith("No model is configured.", (string?)answer.Json["details"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_DefaultModelThatLeadsNowhere_Is503()
    {
        await using var gateway = await GatewayHost.StartAsync(new()
        {
            Variables = new Dictionary<string, string> { ["OPENAI_MODEL_DEPLOYMENT_NAME"] = "gone" },
            Config = static _ => "{}",
        });
        var answer = await gateway.Client.FetchAsync("/health");
        Assert.Equal((503, "error", "service_unavailable"), (answer.Status, (string?)answer.Json["status"], (string?)answer.Json["error"]));
        Assert.Contains("'gone'", (string?)answer.Json["details"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("401", 401, "authentication_error")]
    [InlineData("403", 403, "api_error")]
    [InlineData("429-7", 429, "rate_limit_exceeded")]
    [InlineData("500", 503, "service_unavailable")]
    [InlineData("502", 503, "service_unavailable")]
    [InlineData("529", 503, "service_unavailable")]
    [InlineData("408", 503, "connection_error")]
    [InlineData("close-headers", 503, "connection_error")]
    [InlineData("reset-headers", 503, "connection_error")]
    [InlineData("cut-connection", 503, "connection_error")]
    [InlineData("404", 404, "api_error")]
    [InlineData("400-content-filter", 400, "api_error")]
    [InlineData("empty", 500, "internal_error")]
    public async Task Health_ProviderFails_IsThatRow(string fault, int status, string error)
    {
        await using var gateway = await WrapperHost.StartAsync($"sim-fault-{fault}");
        var answer = await gateway.Client.FetchAsync("/health");
        Assert.Equal((status, "error", error), (answer.Status, (string?)answer.Json["status"], (string?)answer.Json["error"]));
        Assert.Equal(["status", "error", "message", "details"], answer.Json.AsObject().Select(static member => member.Key));
        Assert.NotEmpty((string)answer.Json["message"]!);
        Assert.NotEmpty((string)answer.Json["details"]!);
        if (status == 429) Assert.Equal("7", answer.Header("Retry-After"));
    }

    [Fact]
    public async Task Health_NobodyListens_IsAConnectionError()
    {
        await using var gateway = await GatewayHost.StartAsync(new()
        {
            Config = static _ => """{ "providers": { "x": { "type": "openai", "apiKey": "k", "baseUrl": "http://127.0.0.1:1/v1" } }, "models": [ { "modelId": "m", "targets": [ { "provider": "x", "model": "m" } ] } ] }""",
        });
        var answer = await gateway.Client.FetchAsync("/health");
        Assert.Equal((503, "connection_error"), (answer.Status, (string?)answer.Json["error"]));
        Assert.DoesNotContain("127.0.0.1", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Contract", "1.no-credentials")]
    public async Task Health_NoCredentials_Is503NamingTheVariable()
    {
        await using var gateway = await GatewayHost.StartAsync(new()
        {
            Config = static _ => """{ "models": [ { "modelId": "claude", "modelName": "claude-sonnet-4-5", "providerName": "Anthropic" } ] }""",
        });
        var answer = await gateway.Client.FetchAsync("/health");
        Assert.Equal((503, "service_unavailable"), (answer.Status, (string?)answer.Json["error"]));
        Assert.Contains("ANTHROPIC_API_KEY is not set", (string?)answer.Json["details"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Unsupported parameter: 'max_completion_tokens' is not supported with this model.")]
    [InlineData("Unrecognized request argument supplied: max_completion_tokens")]
    public async Task Health_ModelRefusesTheLimit_AsksOnceMoreWithoutIt(string words)
    {
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await WrapperHost.StartAsync(upstream);
        var bodies = new List<string>();
        upstream.Answer = context =>
        {
            bodies.Add(Encoding.UTF8.GetString(CannedUpstream.BodyOf(context)));
            return bodies.Count == 1 ? Refuse(context, words) : Reply(context);
        };
        var answer = await gateway.Client.FetchAsync("/health");
        Assert.Equal((200, """{"status":"ok","azure_openai":"connected"}"""), (answer.Status, answer.Body));
        Assert.Equal(2, bodies.Count);
        Assert.Contains("\"max_completion_tokens\":16", bodies[0], StringComparison.Ordinal);
        Assert.Equal("""{"model":"canned","messages":[{"role":"user","content":"ping"}]}""", bodies[1]);
    }

    [Fact]
    public async Task Health_ModelRefusesTheLimitForEver_AsksTwiceAndSaysSo()
    {
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await WrapperHost.StartAsync(upstream);
        var calls = 0;
        upstream.Answer = context => Refuse(context, Interlocked.Increment(ref calls) == 1 ? "Unsupported parameter: 'max_completion_tokens'" : "Unsupported model");
        var answer = await gateway.Client.FetchAsync("/health");
        Assert.Equal((400, "api_error", "Unsupported model", 2), (answer.Status, (string?)answer.Json["error"], (string?)answer.Json["details"], calls));
    }

    [Fact]
    public async Task Health_TooFewTokensForTheModel_IsConnected()
    {
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await WrapperHost.StartAsync(upstream);
        upstream.Answer = static context => Refuse(context, "Could not finish the message because max_tokens or model output limit was reached. Please try again with higher max_tokens.");
        var answer = await gateway.Client.FetchAsync("/health");
        Assert.Equal((200, """{"status":"ok","azure_openai":"connected"}"""), (answer.Status, answer.Body));
    }

    [Fact]
    public async Task Health_ProviderQuotesKeys_HidesThem()
    {
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await WrapperHost.StartAsync(upstream);
        upstream.Answer = static context => Refuse(context, $"The key {Wire.UpstreamKey} and sk-proj-abcdefgh12345678 and AKIAIOSFODNN7EXAMPLE are no good", 418);
        var answer = await gateway.Client.FetchAsync("/health");
        Assert.Equal((418, "The key *** and *** and *** are no good"), (answer.Status, (string?)answer.Json["details"]));
    }

    [Fact]
    public async Task Health_ManyAsk_ShareOneCallForSomeSeconds()
    {
        var time = new ManualTimeProvider();
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await WrapperHost.StartAsync(upstream, time: time);
        var calls = 0;
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        upstream.Answer = async context =>
        {
            Interlocked.Increment(ref calls);
            begun.TrySetResult();
            await go.Task.WaitAsync(GatewayCalls.Limit());
            await Reply(context);
        };
        var asked = Enumerable.Range(0, 20).Select(_ => gateway.Client.FetchAsync("/health")).ToList();
        await begun.Task.WaitAsync(GatewayCalls.Limit());
        // Whoever leaves does not take the call away from the others.
        using var impatient = new CancellationTokenSource();
        var left = gateway.Client.GetAsync("/health", impatient.Token);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        go.SetResult();
        Assert.All(await Task.WhenAll(asked), static answer => Assert.Equal(200, answer.Status));
        time.Advance(TimeSpan.FromSeconds(4.9));
        await gateway.Client.FetchAsync("/health");
        Assert.Equal(1, calls);
        time.Advance(TimeSpan.FromSeconds(0.2));
        await gateway.Client.FetchAsync("/health");
        Assert.Equal(2, calls);
    }

    [Fact]
    public async Task Health_ModelNeverAnswers_EndsAfter15Seconds()
    {
        var time = new ManualTimeProvider();
        await using var gateway = await WrapperHost.StartAsync("sim-fault-stall-headers", time: time);
        var asked = gateway.Client.FetchAsync("/health");
        await gateway.Upstream.Log.WaitForCountAsync(1, GatewayCalls.Limit());
        time.Advance(TimeSpan.FromSeconds(15));
        var answer = await asked;
        Assert.Equal((503, "connection_error", "The model did not answer within 15 seconds."), (answer.Status, (string?)answer.Json["error"], (string?)answer.Json["details"]));
        await gateway.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task Health_WithAKey_IsParleysOwnCall()
    {
        await using var gateway = await WrapperHost.StartAsync();
        using var limited = await gateway.KeyAsync("\"models\":[\"other\"]");
        // Not a question of what the key may use: nobody's key is used.
        Assert.Equal(200, (await limited.FetchAsync("/health")).Status);
        var record = await gateway.RecordAsync();
        Assert.Equal((HealthCall.KeyId, "first"), (record.GetProperty("key").GetString(), record.GetProperty("model").GetString()));
    }

    [Fact]
    public async Task Health_WithoutAKey_OnlyWhereListed()
    {
        await using var closed = await WrapperHost.StartAsync();
        using var nobody = closed.CreateClient(null);
        var refused = await nobody.FetchAsync("/health");
        Assert.Equal((401, "Bearer"), (refused.Status, refused.Header("WWW-Authenticate")));
        Assert.StartsWith("This call needs an API key.", (string?)refused.Json["detail"], StringComparison.Ordinal);
        Assert.Equal(0, closed.Upstream.Log.Count);

        await using var open = await WrapperHost.StartAsync(more: """ "access": { "anonymous": ["/health"] }, """);
        using var anybody = open.CreateClient(null);
        Assert.Equal(200, (await anybody.FetchAsync("/health")).Status);
        var head = await anybody.FetchAsync(new HttpRequestMessage(HttpMethod.Head, "/health"));
        Assert.Equal((200, ""), (head.Status, head.Body));
        Assert.Equal(401, (await anybody.FetchAsync("/completion")).Status);
    }

    [Fact]
    public async Task Check_WithoutHttp_GivesTheSame()
    {
        await using var gateway = await WrapperHost.StartAsync();
        var answer = await gateway.Services.GetRequiredService<HealthCheck>().AskAsync(GatewayCalls.Limit());
        Assert.Equal((200, "connected"), (answer.Status, answer.Backend));
    }

    private static Task Reply(HttpContext context) =>
        CannedUpstream.Bytes("""{"id":"c","object":"chat.completion","model":"canned","choices":[{"index":0,"message":{"role":"assistant","content":"pong"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}"""u8.ToArray(), "application/json")(context);

    private static Task Refuse(HttpContext context, string words, int status = 400) =>
        CannedUpstream.Bytes(JsonSerializer.SerializeToUtf8Bytes(new { error = new { message = words, type = "invalid_request_error", param = (string?)null, code = (string?)null } }), "application/json", status: status)(context);
}
