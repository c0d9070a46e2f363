using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Parley.Gateway.Tests.Harness;
using Parley.Testing;

namespace Parley.Gateway.Tests.Resilience;

/// <summary>Another target, or another key, answers as long as nothing of an answer has been sent, and never afterwards.</summary>
public sealed class FailoverTests
{
    public static TheoryData<string, string?, bool, string> BeforeTheFirstByte() => new()
    {
        // fault of the first call, its argument, stream, what the record says of it
        { "500", null, false, "upstream_failed" },
        { "503", "1", true, "upstream_failed" },
        { "429", null, false, "upstream_rate_limited" },
        { "401", null, true, "upstream_unauthorized" },
        { "408", null, false, "upstream_timeout" },
        { "close-headers", null, false, "stream_broken" },
        { "reset-headers", null, true, "stream_broken" },
        { "empty", null, false, "upstream_failed" },
        { "empty", null, true, "upstream_failed" },
        { "error-body", null, false, "upstream_failed" },
        { "error-body", null, true, "upstream_failed" },
        { "error-first-event", null, true, "upstream_failed" },
        { "error-event", "1", true, "upstream_failed" },
        { "cut-connection", null, false, "stream_broken" },
        { "cut-connection", "0", true, "stream_broken" },
        { "cut-connection", "1", true, "stream_broken" },
        { "cut-body", "1", true, "upstream_failed" },
        { "malformed-event", null, false, "stream_broken" },
    };

    [Theory]
    [MemberData(nameof(BeforeTheFirstByte))]
    [Trait("Contract", "3.failover")]
    [Trait("Contract", "4.retry")]
    public async Task FirstTarget_FailsBeforeContent_SecondAnswers(string fault, string? argument, bool stream, string reason)
    {
        foreach (var path in (string[])[GatewayCalls.Chat, GatewayCalls.Responses])
        {
            await using var gateway = await StartAsync();
            gateway.Upstream.Faults.Next(1, fault, argument);

            using var answer = await gateway.SendAsync(path, GatewayCalls.Body(path, stream), GatewayCalls.Limit());
            var text = await answer.Content.ReadAsStringAsync();

            Assert.Equal((200, "2", "second"), ((int)answer.StatusCode, Header(answer, "x-parley-attempts"), Header(answer, "x-parley-provider")));
            Assert.EndsWith(!stream ? "}" : path == GatewayCalls.Chat ? "data: [DONE]\n\n" : "}\n\n", text, StringComparison.Ordinal);
            Assert.DoesNotContain("\"error\":{", text, StringComparison.Ordinal);
            Assert.Equal(2, gateway.Upstream.Log.Count);
            var record = await gateway.RecordAsync(Header(answer, "x-request-id"));
            // A plain answer that had begun was paid for, though nobody told what it cost.
            var hadBegun = !stream && reason == "stream_broken" && fault is "cut-connection" or "malformed-event";
            Assert.Equal(hadBegun ? "estimated" : "", record.Flags());
            Assert.Equal([$"first/gpt-4o {reason}", "second/gpt-4o-mini "], Attempts(record));
            var total = await TotalAsync(gateway);
            Assert.Equal((1, 0), (total.GetProperty("requests").GetInt32(), total.GetProperty("errors").GetInt32()));
            Assert.Equal(record.Tokens(), total.Tokens());
            await gateway.AssertNothingLeftAsync();
        }
    }

    [Fact]
    public async Task FirstTarget_IsWell_SecondIsNotAsked()
    {
        await using var gateway = await StartAsync();
        using var answer = await gateway.SendAsync(GatewayCalls.Chat, GatewayCalls.Body(GatewayCalls.Chat, stream: true), GatewayCalls.Limit());
        Assert.Equal(("1", "first"), (Header(answer, "x-parley-attempts"), Header(answer, "x-parley-provider")));
        Assert.EndsWith("data: [DONE]\n\n", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(1, gateway.Upstream.Log.Count);
    }

    [Theory]
    [InlineData(GatewayCalls.Chat, "cut-connection", "3")]
    [InlineData(GatewayCalls.Chat, "error-event", "3")]
    [InlineData(GatewayCalls.Responses, "cut-body", "6")]
    [Trait("Contract", "4.retry")]
    public async Task FirstTarget_FailsAfterContent_NobodyElseIsAsked(string path, string fault, string argument)
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.Faults.Next(1, fault, argument);
        var (status, text, requestId) = await gateway.CallAsync(path, GatewayCalls.Body(path, stream: true));
        Assert.Equal(200, status);
        Assert.Contains("error", text, StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", text, StringComparison.Ordinal);
        Assert.Equal(1, gateway.Upstream.Log.Count);
        Assert.True((await gateway.RecordAsync(requestId)).GetProperty("truncated").GetBoolean());
    }

    [Theory]
    [InlineData("400-context-length", 400)]
    [InlineData("400-content-filter", 400)]
    [InlineData("404", 404)]
    public async Task FirstTarget_RefusesTheRequest_IsNotRetried(string fault, int status)
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.Faults.Next(1, fault);
        var answer = await gateway.CallAsync(GatewayCalls.Chat, GatewayCalls.Body(GatewayCalls.Chat, stream: false));
        Assert.Equal((status, 1L), (answer.Status, gateway.Upstream.Log.Count));
    }

    [Fact]
    public async Task BothTargets_Fail_LastErrorIsPassedOn()
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.Faults.Next(1, "500");
        gateway.Upstream.Faults.Next(1, "429", "5");
        using var answer = await gateway.SendAsync(GatewayCalls.Chat, GatewayCalls.Body(GatewayCalls.Chat, stream: false), GatewayCalls.Limit());
        Assert.Equal((429, "5", "2"), ((int)answer.StatusCode, Header(answer, "Retry-After"), Header(answer, "x-parley-attempts")));
        Assert.Contains("Rate limit reached", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(["first/gpt-4o upstream_failed", "second/gpt-4o-mini upstream_rate_limited"], Attempts(await gateway.RecordAsync(Header(answer, "x-request-id"))));
    }

    [Fact]
    public async Task FirstTarget_FailsInTheTerminalEventOfAResponse_SecondAnswers()
    {
        const string Created = "event: response.created\ndata: {\"type\":\"response.created\",\"response\":{\"id\":\"r\"}}\n\n";
        const string Failed = "event: response.failed\ndata: {\"type\":\"response.failed\",\"response\":{\"id\":\"r\",\"status\":\"failed\",\"error\":{\"code\":\"server_error\",\"message\":\"no\"}}}\n\n";
        const string Completed = "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"delta\":\"a\"}\n\n"
            + "event: response.completed\ndata: {\"type\":\"response.completed\",\"response\":{\"id\":\"r\",\"status\":\"completed\"}}\n\n";
        await using var upstream = await CannedUpstream.StartAsync();
        var failures = 1;
        upstream.Answer = context =>
        {
            context.Response.ContentType = "text/event-stream";
            return context.Response.WriteAsync(Created + (failures-- > 0 ? Failed : Completed), context.RequestAborted);
        };
        await using var gateway = await GatewayHost.StartAsync(new GatewayHostOptions { Config = _ => TwoTargets(upstream.Address) });

        var (status, text, requestId) = await gateway.CallAsync(GatewayCalls.Responses, GatewayCalls.Body(GatewayCalls.Responses, stream: true));
        Assert.Equal((200, Created + Completed), (status, text));
        Assert.Equal(["first/gpt-4o upstream_failed", "second/gpt-4o-mini "], Attempts(await gateway.RecordAsync(requestId)));

        // With nobody left to take over, the provider's own words are the answer.
        failures = 2;
        (status, text, _) = await gateway.CallAsync(GatewayCalls.Responses, GatewayCalls.Body(GatewayCalls.Responses, stream: true));
        Assert.Equal((200, Created + Failed), (status, text));
    }

    [Theory]
    [InlineData("429", true)]
    [InlineData("401", true)]
    [InlineData("500", false)]
    public async Task SeveralKeys_OneRefused_NextIsUsedOnlyWhereAKeyMatters(string fault, bool another)
    {
        await using var gateway = await GatewayHost.StartAsync(new GatewayHostOptions
        {
            Config = upstream => $$"""
                {
                  "providers": { "lab": { "type": "openai-compatible", "baseUrl": "{{upstream}}v1", "apiKeys": [ "sk-one", "sk-two", "sk-three" ] } },
                  "models": [ { "modelId": "gpt", "targets": [ { "provider": "lab", "model": "gpt-4o" } ] } ]
                }
                """,
        });
        gateway.Upstream.Faults.Next(2, fault);
        var answer = await gateway.CallAsync(GatewayCalls.Chat, GatewayCalls.Body(GatewayCalls.Chat, stream: true));
        var keys = gateway.Upstream.Log.Requests.Select(request => request.Header("Authorization")).ToList();
        Assert.Equal(another ? (200, 3) : (500, 1), (answer.Status, keys.Count));
        Assert.Equal(keys.Distinct().Count(), keys.Count);
    }

    [Fact]
    public async Task Gate_ProviderSendsOnlyPreludeAndHeartbeats_OpensAfterTwoSeconds()
    {
        const string Role = "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n";
        const string Rest = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\ndata: [DONE]\n\n";
        var time = new ManualTimeProvider();
        using var step = new SemaphoreSlim(0);
        await using var upstream = await CannedUpstream.StartAsync();
        upstream.Answer = async context =>
        {
            context.Response.ContentType = "text/event-stream";
            foreach (var part in (string[])[Role, ": beat\n\n", Rest])
            {
                await context.Response.WriteAsync(part, context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await step.WaitAsync(context.RequestAborted);
            }
        };
        await using var gateway = await GatewayHost.StartAsync(new GatewayHostOptions { Time = time, Config = _ => TwoTargets(upstream.Address) });
        var idle = time.PendingTimers;

        var answering = gateway.SendAsync(GatewayCalls.Chat, GatewayCalls.Body(GatewayCalls.Chat, stream: true), GatewayCalls.Limit());
        // The silence limit and the gate's patience: the gateway now waits for the second event.
        await time.WaitForTimersAsync(idle + 2, GatewayCalls.Limit());
        time.Advance(TimeSpan.FromSeconds(1.5));
        step.Release();
        await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, GatewayCalls.Limit());
        Assert.False(answering.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.5));
        using var answer = await answering;
        Assert.Equal(("1", "first"), (Header(answer, "x-parley-attempts"), Header(answer, "x-parley-provider")));

        step.Release();
        step.Release();
        Assert.Equal(Role + ": beat\n\n" + Rest, await answer.Content.ReadAsStringAsync(GatewayCalls.Limit()));
    }

    private static Task<GatewayHost> StartAsync() => GatewayHost.StartAsync(new GatewayHostOptions { Config = TwoTargets });

    private static string TwoTargets(string upstream) => $$"""
        {
          "providers": { "first": { "type": "openai-compatible", "baseUrl": "{{upstream}}v1", "apiKey": "sk-1" },
                         "second": { "type": "openai-compatible", "baseUrl": "{{upstream}}v1", "apiKey": "sk-2" } },
          "models": [ { "modelId": "gpt", "targets": [ { "provider": "second", "model": "gpt-4o-mini", "priority": 2 },
                                                       { "provider": "first", "model": "gpt-4o", "priority": 1 } ] } ]
        }
        """;

    private static string Header(HttpResponseMessage answer, string name) => answer.Headers.TryGetValues(name, out var values) ? values.Single() : "";

    private static IEnumerable<string> Attempts(JsonElement record) => record.GetProperty("attempts").EnumerateArray()
        .Select(attempt => $"{attempt.GetProperty("target").GetString()} {attempt.GetProperty("reason").GetString()}");

    private static async Task<JsonElement> TotalAsync(GatewayHost gateway)
    {
        using var document = JsonDocument.Parse(await gateway.Client.GetStringAsync("/admin/usage"));
        return document.RootElement.GetProperty("total").Clone();
    }
}
