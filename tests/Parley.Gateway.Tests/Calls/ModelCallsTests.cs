using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Parley.Dialects;
using Parley.Gateway.Access;
using Parley.Gateway.Calls;
using Parley.Gateway.Ingress;
using Parley.Gateway.Tests.Harness;
using Parley.Gateway.Tests.Resilience;
using Operation = Parley.Gateway.Exchange.Operation;

namespace Parley.Gateway.Tests.Calls;

public sealed class ModelCallsTests
{
    private static readonly Surface Chat = new("/test", Operation.ChatCompletions, Dialect.OpenAIChat, ErrorShape.Simple);
    private static readonly Surface Responses = new("/test", Operation.Responses, Dialect.OpenAIResponses, ErrorShape.Simple);

    [Fact]
    public async Task Ask_Answered_GivesTheTextAndWhoAnswered()
    {
        await using var gateway = await StartAsync((calls, context) => AskAsync(calls, context, "gpt", "hello"));
        using var answer = await gateway.Client.PostAsync("/test", null);
        Assert.Equal("[simulated] hello / ", await answer.Content.ReadAsStringAsync());
        Assert.Equal(("sim", "gpt-4o", "1"), (answer.Header("x-parley-provider"), answer.Header("x-parley-model"), answer.Header("x-parley-attempts")));
        var record = Assert.Single(await RecordsAsync(gateway));
        Assert.Equal((answer.Header("x-request-id"), 200), (record.GetProperty("requestId").GetString(), record.GetProperty("status").GetInt32()));
    }

    [Fact]
    public async Task Ask_TranslatedProvider_GivesTheTextToo()
    {
        await using var gateway = await StartAsync((calls, context) => AskAsync(calls, context, "claude", "hello"));
        using var answer = await gateway.Client.PostAsync("/test", null);
        Assert.Equal("[simulated] hello / ", await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("sim/sim-fault-500", "UpstreamFailed")]
    [InlineData("sim/sim-fault-429", "UpstreamRateLimited")]
    [InlineData("sim/sim-fault-401", "UpstreamUnauthorized")]
    [InlineData("unknown", "NotFound")]
    public async Task Ask_Failed_IsAValue(string model, string kind)
    {
        await using var gateway = await StartAsync((calls, context) => AskAsync(calls, context, model, "hello"));
        using var answer = await gateway.Client.PostAsync("/test", null);
        Assert.StartsWith($" / {kind}: ", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_ProviderRefuses_SaysItInTheProvidersWords()
    {
        await using var gateway = await StartAsync(async (calls, context) =>
        {
            var asked = await calls.AskAsync(CallOrigin.Of(context), Chat, """{"model":"gpt","messages":[]}"""u8.ToArray(), context.RequestAborted);
            return $"{asked.Error!.Kind}: {asked.Error.Message}";
        });
        using var answer = await gateway.Client.PostAsync("/test", null);
        Assert.Equal("UpstreamRejected: Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Stream_Answered_GivesEveryEventAndTheEnd()
    {
        await using var gateway = await StartAsync(async (calls, context) =>
        {
            var types = new StringBuilder();
            IHeaderDictionary? headers = null;
            await foreach (var step in calls.StreamAsync(CallOrigin.Of(context), Responses, """{"model":"gpt","input":"hello there","stream":true}"""u8.ToArray(), said => headers = said, context.RequestAborted))
            {
                using var json = System.Text.Json.JsonDocument.Parse(step.Data);
                types.Append(json.RootElement.GetProperty("type").GetString()).Append(' ');
            }

            return $"{headers!["x-parley-provider"]} {types}";
        });
        using var answer = await gateway.Client.PostAsync("/test", null);
        var events = (await answer.Content.ReadAsStringAsync()).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(("sim", "response.created", "response.completed"), (events[0], events[1], events[^1]));
        Assert.Contains("response.output_text.delta", events);
    }

    [Fact]
    public async Task Stream_FailedBeforeItBegan_EndsWithTheError()
    {
        await using var gateway = await StartAsync(async (calls, context) =>
        {
            var said = new List<string>();
            await foreach (var step in calls.StreamAsync(CallOrigin.Of(context), Chat, """{"model":"sim/sim-fault-500","messages":[{"role":"user","content":"x"}],"stream":true}"""u8.ToArray(), null, context.RequestAborted))
                said.Add(step.Error?.Kind.ToString() ?? "event");
            return string.Join(' ', said);
        });
        using var answer = await gateway.Client.PostAsync("/test", null);
        Assert.Equal("UpstreamFailed", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Stream_LeftEarly_CancelsTheCall()
    {
        await using var gateway = await StartAsync(async (calls, context) =>
        {
            var body = Encoding.UTF8.GetBytes("{\"model\":\"gpt\",\"messages\":[{\"role\":\"user\",\"content\":\"" + new string('x', 20_000) + "\"}],\"stream\":true}");
            await foreach (var step in calls.StreamAsync(CallOrigin.Of(context), Chat, body, null, context.RequestAborted)) return "left";
            return "nothing";
        });
        using var answer = await gateway.Client.PostAsync("/test", null);
        Assert.Equal("left", await answer.Content.ReadAsStringAsync());
        await gateway.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task Ask_Twice_GivesTheSecondAnIdOfItsOwn()
    {
        await using var gateway = await StartAsync(async (calls, context) => await AskAsync(calls, context, "gpt", "one") + await AskAsync(calls, context, "gpt", "two"));
        using var answer = await gateway.Client.PostAsync("/test", null);
        Assert.Equal("[simulated] one / [simulated] two / ", await answer.Content.ReadAsStringAsync());
        var ids = (await RecordsAsync(gateway)).Select(static record => record.GetProperty("requestId").GetString()).ToList();
        Assert.Equal(2, ids.Distinct().Count());
        Assert.Contains(answer.Header("x-request-id"), ids);
    }

    // Under the same key a provider would answer the second call with the first one's answer, or refuse it.
    [Fact]
    public async Task Ask_Twice_OnlyTheFirstGoesByTheCallersNames()
    {
        await using var gateway = await StartAsync(async (calls, context) => await AskAsync(calls, context, "gpt", "one") + await AskAsync(calls, context, "gpt", "two"));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/test") { Headers = { { "Idempotency-Key", "once" }, { "X-Client-Request-Id", "mine" }, { "OpenAI-Organization", "org-1" } } };
        using var answer = await gateway.Client.SendAsync(request);
        Assert.Equal(200, (int)answer.StatusCode);
        var (first, second) = (gateway.Upstream.Log.Requests[0], gateway.Upstream.Log.Requests[1]);
        Assert.Equal(("once", "mine", "org-1"), (first.Header("Idempotency-Key"), first.Header("X-Client-Request-Id"), first.Header("OpenAI-Organization")));
        Assert.Equal((null, null, "org-1"), (second.Header("Idempotency-Key"), second.Header("X-Client-Request-Id"), second.Header("OpenAI-Organization")));
    }

    [Fact]
    public async Task Ask_KeyThatMayNotUseTheModel_IsRefusedAsEverywhere()
    {
        await using var gateway = await StartAsync((calls, context) => AskAsync(calls, context, "gpt", "hello"));
        using var limited = gateway.CreateClient(await CreateKeyAsync(gateway, """{"name":"limited","models":["claude"]}"""));
        using var answer = await limited.PostAsync("/test", null);
        Assert.StartsWith(" / Forbidden: ", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static async Task<string> AskAsync(ModelCalls calls, HttpContext context, string model, string text)
    {
        var body = Encoding.UTF8.GetBytes($$"""{"model":"{{model}}","messages":[{"role":"user","content":"{{text}}"}]}""");
        var answer = await calls.AskAsync(CallOrigin.Of(context), Chat, body, context.RequestAborted);
        CallHeaders.CopyTo(answer.Headers, context.Response);
        return $"{answer.Text} / {(answer.Error is { } error ? $"{error.Kind}: {error.Message}" : "")}";
    }

    private static async Task<IReadOnlyList<System.Text.Json.JsonElement>> RecordsAsync(GatewayHost gateway)
    {
        await gateway.RecordAsync();
        using var document = System.Text.Json.JsonDocument.Parse(await gateway.Client.GetStringAsync("/admin/requests"));
        return [.. document.RootElement.GetProperty("items").EnumerateArray().Select(static item => item.Clone())];
    }

    private static async Task<string> CreateKeyAsync(GatewayHost gateway, string body)
    {
        using var made = await gateway.Client.PostAsync("/admin/keys", GatewayCalls.Json(body));
        using var document = System.Text.Json.JsonDocument.Parse(await made.Content.ReadAsStringAsync());
        return document.RootElement.GetProperty("key").GetString()!;
    }

    private static Task<GatewayHost> StartAsync(Func<ModelCalls, HttpContext, Task<string>> run) => GatewayHost.StartAsync(new()
    {
        Config = static upstream => $$"""
            {
              "providers": { "sim": { "type": "openai", "apiKey": "k", "baseUrl": "{{upstream}}v1" }, "anthropic": { "type": "anthropic", "apiKey": "k", "baseUrl": "{{upstream}}" } },
              "models": [
                { "modelId": "gpt", "targets": [ { "provider": "sim", "model": "gpt-4o" } ] },
                { "modelId": "claude", "targets": [ { "provider": "anthropic", "model": "claude-sonnet-4-5" } ] }
              ]
            }
            """,
        Map = app => app.MapPost("/test", async context =>
            await context.Response.WriteAsync(await run(context.RequestServices.GetRequiredService<ModelCalls>(), context))).RequireRole(KeyRole.Inference),
    });
}
