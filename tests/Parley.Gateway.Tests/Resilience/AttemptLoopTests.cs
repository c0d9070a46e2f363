using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Parley.Gateway.Resilience;
using Parley.Gateway.Tests.Harness;
using Parley.Testing;

namespace Parley.Gateway.Tests.Resilience;

/// <summary>What is tried after a failure, what never is, and what bounds it.</summary>
public sealed class AttemptLoopTests
{
    private const string AzureFilter = """
        {"error":{"message":"The response was filtered due to the prompt triggering Azure OpenAI's content management policy. Please modify your prompt and retry.","type":null,"param":"prompt","code":"content_filter","status":400,"innererror":{"code":"ResponsibleAIPolicyViolation","content_filter_result":{"violence":{"filtered":true,"severity":"medium"}}}}}
        """;

    // wire/azure.md §2.5: documented in the plural, and with the inner code alone.
    private const string AzureFilterInner = """
        {"error":{"message":"The prompt was blocked.","code":"400","innererror":{"code":"ResponsibleAIPolicyViolation","content_filter_results":{"violence":{"filtered":true}}}}}
        """;

    private const string Other = """{"error":{"message":"no","type":"invalid_request_error","param":null,"code":null}}""";

    [Theory]
    [InlineData(400, Other)]
    [InlineData(404, Other)]
    [InlineData(409, Other)]
    [InlineData(413, Other)]
    [InlineData(422, Other)]
    [InlineData(400, AzureFilter)]
    [InlineData(400, AzureFilterInner)]
    public async Task Refusal_OfTheRequest_IsTheAnswerAndIsNotRetried(int status, string body)
    {
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await Pools.StartAsync(upstream, 2, model: """ "retry": { "sameTarget": 2 }, """);
        upstream.Answer = FirstRefuses(status, body);
        var answer = await gateway.CallAsync(GatewayCalls.Chat, GatewayCalls.Body(GatewayCalls.Chat, stream: false));
        Assert.Equal((status, body), (answer.Status, answer.Text));
        Assert.Equal($"a {status} upstream_rejected", (await gateway.RecordAsync(answer.RequestId)).Trail());
        // And it is no failure of the target.
        answer = await gateway.CallAsync(GatewayCalls.Chat, GatewayCalls.Body(GatewayCalls.Chat, stream: false));
        Assert.Equal(status, answer.Status);
    }

    [Theory]
    [InlineData(422, Other, "\"statuses\": [422]", true)]
    [InlineData(400, Other, "\"statuses\": [\"400-422\"]", true)]
    [InlineData(413, Other, "\"statuses\": [422]", false)]
    [InlineData(400, AzureFilter, "\"contentFilter\": true", true)]
    [InlineData(400, AzureFilterInner, "\"contentFilter\": true", true)]
    [InlineData(400, Other, "\"contentFilter\": true", false)]
    [InlineData(400, AzureFilter, "\"statuses\": [400]", false)]
    public async Task Refusal_ModelSaysItsTargetsDiffer_NextIsTried(int status, string body, string retry, bool next)
    {
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await Pools.StartAsync(upstream, 2, model: $$""" "retry": { {{retry}} }, """);
        upstream.Answer = FirstRefuses(status, body);
        var answer = await gateway.CallAsync(GatewayCalls.Chat, GatewayCalls.Body(GatewayCalls.Chat, stream: false));
        Assert.Equal(next ? 200 : status, answer.Status);
        Assert.Equal(next ? $"a {status} upstream_rejected, b 200" : $"a {status} upstream_rejected", (await gateway.RecordAsync(answer.RequestId)).Trail());
    }

    // wire/azure.md §2.4: when the spill fails too, the original answer comes back with the header.
    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task AzureSpillover_FailedToo_IsAFailureOfThatTargetLikeAnyOther(int status)
    {
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await Pools.StartAsync(upstream, 2);
        var failsToo = false;
        upstream.Answer = context =>
        {
            if (IsFirst(context) || failsToo) context.Response.Headers["x-ms-spillover-error"] = "429";
            return (IsFirst(context) || failsToo ? Json(Other, status) : Json(Good))(context);
        };
        var answer = await gateway.CallAsync(GatewayCalls.Chat, GatewayCalls.Body(GatewayCalls.Chat, stream: false));
        Assert.Equal(200, answer.Status);
        Assert.Equal($"a {status} {(status == 429 ? "upstream_rate_limited" : "upstream_failed")}, b 200", (await gateway.RecordAsync(answer.RequestId)).Trail());

        failsToo = true;
        using var failed = await gateway.SendAsync(GatewayCalls.Chat, GatewayCalls.Body(GatewayCalls.Chat, stream: false), GatewayCalls.Limit());
        Assert.Equal((status, "429"), ((int)failed.StatusCode, failed.Header("x-ms-spillover-error")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SameTarget_FailsForAMoment_IsCalledAgainAfterTheBackoff(bool stream)
    {
        var time = new ManualTimeProvider();
        await using var gateway = await Pools.StartAsync(["gpt-4o"], model: """ "retry": { "sameTarget": 2, "backoffMilliseconds": 1000 }, """, time: time);
        gateway.Upstream.Faults.Next(2, stream ? "cut-body" : "500", stream ? "1" : null);
        var answering = gateway.CallAsync(GatewayCalls.Chat, GatewayCalls.Body(GatewayCalls.Chat, stream));
        await AdvanceUntilAsync(gateway, time, answering);
        var answer = await answering;
        Assert.Equal(200, answer.Status);
        var record = await gateway.RecordAsync(answer.RequestId);
        Assert.Equal(stream ? "a 200 upstream_failed, a 200 upstream_failed, a 200" : "a 500 upstream_failed, a 500 upstream_failed, a 200", record.Trail());
        await gateway.AssertNothingLeftAsync();
    }

    [Theory]
    [InlineData("\"sameTarget\": 2", "500", 3)]
    [InlineData("\"sameTarget\": 5, \"attempts\": 8", "500", 4)]
    [InlineData("\"sameTarget\": 2", "400-context-length", 1)]
    [InlineData("\"sameTarget\": 2", "401", 1)]
    [InlineData("\"sameTarget\": 2, \"deadlineSeconds\": 4", "429-5", 1)]
    [InlineData("\"sameTarget\": 2, \"deadlineSeconds\": 8", "429-5", 2)]
    [InlineData("\"sameTarget\": 0", "500", 1)]
    public async Task SameTarget_StaysDown_CallsAreBounded(string retry, string fault, int calls)
    {
        // The budget of a new model is three repetitions.
        var time = new ManualTimeProvider();
        await using var gateway = await Pools.StartAsync(["sim-fault-" + fault], model: $$""" "retry": { {{retry}} }, """, time: time);
        var answering = gateway.CallAsync(GatewayCalls.Chat, GatewayCalls.Body(GatewayCalls.Chat, stream: false));
        await AdvanceUntilAsync(gateway, time, answering);
        await answering;
        Assert.Equal(calls, gateway.Upstream.Log.Count);
    }

    [Fact]
    public async Task SameTarget_CountedRuleHasOpened_IsNotCalled()
    {
        await using var gateway = await Pools.StartAsync(
            ["sim-fault-500"], model: """ "retry": { "sameTarget": 3, "backoffMilliseconds": 1 }, """, provider: """ "breaker": { "rule": "counted", "count": 2 }, """);
        var answer = await gateway.CallAsync(GatewayCalls.Chat, GatewayCalls.Body(GatewayCalls.Chat, stream: false));
        Assert.Equal((500, 2L), (answer.Status, gateway.Upstream.Log.Count));
    }

    [Fact]
    public async Task SameTarget_OutageUnderLoad_AddsATenthAndTheStartAtMost()
    {
        const int Requests = 1000;
        await using var gateway = await Pools.StartAsync(
            ["sim-fault-500"], model: """ "retry": { "sameTarget": 5, "backoffMilliseconds": 1 }, """, provider: """ "breaker": { "rule": "off" }, """);
        await Parallel.ForEachAsync(Enumerable.Range(0, Requests), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (_, _) =>
        {
            var (status, _, _) = await gateway.CallAsync(GatewayCalls.Chat, GatewayCalls.Body(GatewayCalls.Chat, stream: false));
            Assert.Equal(500, status);
        });
        Assert.InRange(gateway.Upstream.Log.Count, Requests + (Requests / 20), Requests + (Requests / 10) + 3);
    }

    [Fact]
    public async Task Attempts_Bound_HoldsOverTargetsAndRepetitions()
    {
        await using var gateway = await Pools.StartAsync(
            ["sim-fault-500", "sim-fault-503", "sim-fault-429"], model: """ "retry": { "attempts": 4, "sameTarget": 3, "backoffMilliseconds": 1 }, """);
        var answer = await gateway.CallAsync(GatewayCalls.Chat, GatewayCalls.Body(GatewayCalls.Chat, stream: false));
        Assert.Equal((429, 4L), (answer.Status, gateway.Upstream.Log.Count));
    }

    [Theory]
    [InlineData("", "200 12")]
    [InlineData("\"retry\": { \"attempts\": 11 },", "500 11")]
    public async Task Attempts_ElevenOfTwelveTargetsAreDead_OnlyAWrittenBoundKeepsTheTwelfthFromAnswering(string model, string expected)
    {
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await Pools.StartAsync(upstream, 12, model);
        upstream.Answer = context => (context.Request.Headers.Authorization == "Bearer sk-l" ? Json(Good) : Json(Other, 500))(context);
        using var answer = await gateway.SendAsync(GatewayCalls.Chat, GatewayCalls.Body(GatewayCalls.Chat, stream: false), GatewayCalls.Limit());
        Assert.Equal(expected, $"{(int)answer.StatusCode} {answer.Header("x-parley-attempts")}");
    }

    [Fact]
    public async Task HalfOpenCall_FailsInAWayThatTheCountedRuleDoesNotCount_TheNextCallFindsOut()
    {
        var time = new ManualTimeProvider();
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await Pools.StartAsync(upstream, 1, provider: """ "breaker": { "rule": "counted", "count": 1, "statuses": ["500-599"] }, """, time: time);
        List<int> statuses = [];
        foreach (var status in (int[])[500, 401, 200])
        {
            upstream.Answer = Json(status == 200 ? Good : Other, status);
            statuses.Add((await gateway.CallAsync(GatewayCalls.Chat, GatewayCalls.Body(GatewayCalls.Chat, stream: false))).Status);
            if (status == 500) time.Advance(TimeSpan.FromSeconds(31));
        }

        // Not 503 for as long as a call that never tells would be waited for.
        Assert.Equal([500, 502, 200], statuses);
    }

    // Each credential has a breaker of its own: what is refused with one is not asked with it again, and the others go on.
    [Fact]
    public async Task Credential_Refused_IsOutAndTheNextOneIsUsed()
    {
        var time = new ManualTimeProvider();
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await Pools.StartAsync(upstream, 1, keys: "\"sk-1\", \"sk-2\"", time: time);
        var keys = new List<char>();
        upstream.Answer = context =>
        {
            var key = context.Request.Headers.Authorization.ToString()[^1];
            lock (keys) keys.Add(key);
            return (key == '1' ? Json(Other, 401) : Json(Good))(context);
        };
        for (var call = 0; call < 6; call++)
        {
            using var answer = await gateway.SendAsync(GatewayCalls.Chat, GatewayCalls.Body(GatewayCalls.Chat, stream: false), GatewayCalls.Limit());
            Assert.Equal(200, (int)answer.StatusCode);
        }

        Assert.Equal((1, 6), (keys.Count(key => key == '1'), keys.Count(key => key == '2')));
        time.Advance(TimeSpan.FromSeconds(30));
        for (var call = 0; call < 2; call++) (await gateway.SendAsync(GatewayCalls.Chat, GatewayCalls.Body(GatewayCalls.Chat, stream: false), GatewayCalls.Limit())).Dispose();
        Assert.Equal(2, keys.Count(key => key == '1'));
    }

    // failures.md §2.2: nothing goes on for a caller who has left; here in the wait before a repetition.
    [Fact]
    public async Task Caller_LeavesDuringTheBackoff_EverythingEndsAtOnce()
    {
        var time = new ManualTimeProvider();
        await using var gateway = await Pools.StartAsync(["sim-fault-500"], model: """ "retry": { "sameTarget": 3, "backoffMilliseconds": 20000, "mostBackoffSeconds": 20 }, """, time: time);
        var idle = time.PendingTimers;
        using var caller = new CancellationTokenSource();
        var calling = gateway.SendAsync(GatewayCalls.Chat, GatewayCalls.Body(GatewayCalls.Chat, stream: false), caller.Token);
        // Once it is out the attempt has ended with its limits: the one timer more is the wait.
        while (!gateway.Log.Lines.Any(static line => line.Contains("is out of its pool", StringComparison.Ordinal)))
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, GatewayCalls.Limit());
        await time.WaitForTimersAsync(idle + 1, GatewayCalls.Limit());
        time.Advance(TimeSpan.FromSeconds(3));
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => calling);

        await gateway.AssertNothingLeftAsync();
        var record = await gateway.RecordAsync();
        Assert.Equal((499, true, "a 500 upstream_failed"), (record.GetProperty("status").GetInt32(), record.GetProperty("aborted").GetBoolean(), record.Trail()));
        // The wait is no part of the attempt.
        Assert.Equal((0d, 1L), (record.GetProperty("attempts")[0].GetProperty("milliseconds").GetDouble(), gateway.Upstream.Log.Count));
    }

    // An error that waiting may mend is told before one that nothing mends.
    [Theory]
    [InlineData("openai", "claude")]
    [InlineData("claude", "openai")]
    public async Task UnsupportedTranslation_BesideAProviderThatIsDown_TheOutageIsTold(string first, string second)
    {
        await using var gateway = await GatewayHost.StartAsync(new GatewayHostOptions
        {
            Config = upstream => $$"""
                {
                  "providers": { "openai": { "type": "openai", "baseUrl": "{{upstream}}v1", "apiKey": "sk-1" }, "claude": { "type": "anthropic", "baseUrl": "{{upstream}}", "apiKey": "sk-2" } },
                  "models": [ { "modelId": "gpt", "onLoss": "reject", "targets": [ { "provider": "{{first}}", "model": "gpt-4o" }, { "provider": "{{second}}", "model": "claude-sonnet-4-5", "priority": 2 } ] } ]
                }
                """,
        });
        gateway.Upstream.Faults.Always("503");
        using var answer = await gateway.SendAsync(
            GatewayCalls.Chat, """{"model":"gpt","messages":[{"role":"user","content":"hi"}],"logit_bias":{"50256":-100}}""", GatewayCalls.Limit());
        Assert.Equal((503, "openai", 1L), ((int)answer.StatusCode, answer.Header("x-parley-provider"), gateway.Upstream.Log.Count));
        var trail = (await gateway.RecordAsync(answer.Header("x-request-id"))).Trail();
        Assert.Contains("openai 503 upstream_failed", trail, StringComparison.Ordinal);
        Assert.Contains("unsupported_translation", trail, StringComparison.Ordinal);
    }

    private static readonly string Good =
        """{"id":"x","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"ok"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}""";

    private static RequestDelegate FirstRefuses(int status, string body) => context => (IsFirst(context) ? Json(body, status) : Json(Good))(context);

    private static bool IsFirst(HttpContext context) => context.Request.Headers.Authorization == "Bearer sk-a";

    private static RequestDelegate Json(string body, int status = 200) => CannedUpstream.Bytes(System.Text.Encoding.UTF8.GetBytes(body), "application/json", status: status);

    // Time passes only while no call is running: what is waited for then is the backoff.
    private static async Task AdvanceUntilAsync(GatewayHost gateway, ManualTimeProvider time, Task answering)
    {
        var states = gateway.Services.GetRequiredService<TargetStates>();
        while (!answering.IsCompleted)
        {
            if (gateway.Upstream.Log.Count > 0 && states.All.All(static state => state.InFlight == 0)) time.Advance(TimeSpan.FromMilliseconds(250));
            await Task.WhenAny(answering, Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, GatewayCalls.Limit()));
        }
    }
}
