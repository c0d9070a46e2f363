using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Parley.Gateway.Tests.Harness;
using Parley.Testing;

namespace Parley.Gateway.Tests.Resilience;

/// <summary>Each step of a call has its own limit and its own error: a status before the first byte, an event in the caller's dialect after it.</summary>
public sealed class TimeoutTests
{
    private const string Role = "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n";
    private const string Word = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\n";
    private const string End = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
    private const string Total = "The request took longer than the operator allows for this model. Ask for less, or ask the operator to raise \\\"timeouts.totalSeconds\\\".";

    private readonly ManualTimeProvider _time = new();

    [Theory]
    [InlineData(false, "", "\"firstByteSeconds\": 5", "upstream_timeout", "The provider did not begin to answer in time. Try again.")]
    [InlineData(true, "", "\"firstByteSeconds\": 5", "upstream_timeout", "The provider did not begin to answer in time. Try again.")]
    [InlineData(true, "", "\"firstByteSeconds\": 50, \"firstTokenSeconds\": 5", "upstream_first_token_timeout", "The provider did not send the first token in time. Try again.")]
    [InlineData(true, "headers", "\"firstTokenSeconds\": 5", "upstream_first_token_timeout", "The provider did not send the first token in time. Try again.")]
    [InlineData(true, "headers", "\"idleSeconds\": 5", "upstream_idle_timeout", "The provider fell silent in the middle of its answer. Try again.")]
    [InlineData(false, "{\"id\":", "\"idleSeconds\": 5", "upstream_idle_timeout", "The provider fell silent in the middle of its answer. Try again.")]
    [InlineData(false, "", "\"totalSeconds\": 5", "total_timeout", Total)]
    [InlineData(true, "headers", "\"totalSeconds\": 5", "total_timeout", Total)]
    [InlineData(false, "{\"id\":", "\"totalSeconds\": 5", "total_timeout", Total)]
    public async Task BeforeTheFirstByte_LimitRunsOut_Is504WithItsOwnCode(bool stream, string sent, string timeouts, string code, string message)
    {
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await Pools.StartAsync(upstream, 1, model: $$""" "timeouts": { {{timeouts}} }, """, time: _time);
        upstream.Answer = SendAndStall(stream, sent);
        var (status, text, requestId) = await AdvancingAsync(gateway.CallAsync(GatewayCalls.Chat, GatewayCalls.Body(GatewayCalls.Chat, stream)));
        Assert.Equal((504, $$$"""{"error":{"message":"{{{message}}}","type":"server_error","param":null,"code":"{{{code}}}"}}"""), (status, text));
        var record = await gateway.RecordAsync(requestId);
        Assert.Equal(code == "total_timeout" ? "total_timeout" : "upstream_timeout", record.GetProperty("error").GetString());
        await gateway.AssertNothingLeftAsync();
    }

    [Theory]
    [InlineData("\"firstByteSeconds\": 5", false, "")]
    [InlineData("\"firstByteSeconds\": 5", true, "")]
    [InlineData("\"firstTokenSeconds\": 5", true, "")]
    [InlineData("\"firstTokenSeconds\": 5", true, "headers")]
    [InlineData("\"firstTokenSeconds\": 5", true, Role)]
    [InlineData("\"firstTokenSeconds\": 5", true, Role + ": beat\n\n: beat\n\n")]
    [InlineData("\"idleSeconds\": 5", false, "{\"id\":")]
    public async Task BeforeTheFirstByte_LimitRunsOut_NextTargetAnswers(string timeouts, bool stream, string sent)
    {
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await Pools.StartAsync(upstream, 2, model: $$""" "timeouts": { {{timeouts}} }, """, time: _time);
        upstream.Answer = context => context.Request.Headers.Authorization == "Bearer sk-a" ? SendAndStall(stream, sent)(context) : Good(stream)(context);
        var (status, text, requestId) = await AdvancingAsync(gateway.CallAsync(GatewayCalls.Chat, GatewayCalls.Body(GatewayCalls.Chat, stream)));
        Assert.Equal(200, status);
        Assert.EndsWith(stream ? "[DONE]\n\n" : "}", text, StringComparison.Ordinal);
        Assert.DoesNotContain("error", text, StringComparison.Ordinal);
        Assert.EndsWith("upstream_timeout, b 200", (await gateway.RecordAsync(requestId)).Trail(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RepetitionDeadline_PassesWhileTheFirstTargetHangs_NextTargetAnswersAllTheSame()
    {
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await Pools.StartAsync(upstream, 2, model: """ "timeouts": { "firstByteSeconds": 20 }, "retry": { "sameTarget": 1, "deadlineSeconds": 5 }, """, time: _time);
        upstream.Answer = context => context.Request.Headers.Authorization == "Bearer sk-a" ? SendAndStall(false, "")(context) : Good(false)(context);
        var (status, _, requestId) = await AdvancingAsync(gateway.CallAsync(GatewayCalls.Chat, GatewayCalls.Body(GatewayCalls.Chat, stream: false)));
        Assert.Equal((200, "a 0 upstream_timeout, b 200"), (status, (await gateway.RecordAsync(requestId)).Trail()));
    }

    // No other target has more time, so it ends the request. Who was silent for most of it is put out all the same: with a limit of its own above the
    // total it would be asked by every request for ever.
    [Theory]
    [InlineData(false, "", true)]
    [InlineData(true, "headers", false)]
    [InlineData(false, "{\"id\":", false)]
    public async Task Total_RunsOut_NeverFailsOver_AndPutsOutWhoNeverAnswered(bool stream, string sent, bool isOut)
    {
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await Pools.StartAsync(upstream, 2, model: """ "timeouts": { "totalSeconds": 5 }, "retry": { "sameTarget": 2 }, """, time: _time);
        upstream.Answer = SendAndStall(stream, sent);
        var (status, text, requestId) = await AdvancingAsync(gateway.CallAsync(GatewayCalls.Chat, GatewayCalls.Body(GatewayCalls.Chat, stream)));
        Assert.Equal((504, true), (status, text.Contains("total_timeout", StringComparison.Ordinal)));
        Assert.Equal($"a {(sent.Length == 0 ? 0 : 200)} total_timeout", (await gateway.RecordAsync(requestId)).Trail());
        Assert.Equal(isOut, gateway.Log.Lines.Any(static line => line.Contains("is out of its pool", StringComparison.Ordinal)));
        if (!isOut) return;
        upstream.Answer = Good(stream);
        var (next, _, nextId) = await gateway.CallAsync(GatewayCalls.Chat, GatewayCalls.Body(GatewayCalls.Chat, stream));
        Assert.Equal((200, "b 200"), (next, (await gateway.RecordAsync(nextId)).Trail()));
    }

    [Fact]
    public async Task Total_FirstTargetOfAStreamHangs_TheNextOneHasHalfOfTheTime()
    {
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await Pools.StartAsync(upstream, 2, model: """ "timeouts": { "totalSeconds": 20 }, """, time: _time);
        upstream.Answer = context => context.Request.Headers.Authorization == "Bearer sk-a" ? SendAndStall(true, "")(context) : Good(true)(context);
        var (status, _, requestId) = await AdvancingAsync(gateway.CallAsync(GatewayCalls.Chat, GatewayCalls.Body(GatewayCalls.Chat, stream: true)));
        Assert.Equal((200, "a 0 upstream_timeout, b 200"), (status, (await gateway.RecordAsync(requestId)).Trail()));
    }

    [Fact]
    public async Task Total_IsOverAllAttempts_TheSecondHasOnlyWhatIsLeft()
    {
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await Pools.StartAsync(upstream, 3, model: """ "timeouts": { "totalSeconds": 60, "firstByteSeconds": 40 }, """, time: _time);
        upstream.Answer = SendAndStall(false, "");
        var began = _time.GetTimestamp();
        var (status, _, requestId) = await AdvancingAsync(gateway.CallAsync(GatewayCalls.Chat, GatewayCalls.Body(GatewayCalls.Chat, stream: false)));
        Assert.Equal(504, status);
        Assert.Equal("a 0 upstream_timeout, b 0 total_timeout", (await gateway.RecordAsync(requestId)).Trail());
        // The second was silent for too short a time to be blamed.
        Assert.DoesNotContain(gateway.Log.Lines, static line => line.Contains("b/m is out of its pool", StringComparison.Ordinal));
        Assert.InRange(_time.GetElapsedTime(began).TotalSeconds, 60, 75);
    }

    public static TheoryData<string, string, string> AfterTheFirstByteCases()
    {
        var data = new TheoryData<string, string, string>();
        foreach (var path in (string[])[GatewayCalls.Chat, GatewayCalls.Responses, "/v1/messages", "/v1beta/models/gpt:streamGenerateContent?alt=sse"])
        {
            data.Add(path, "idleSeconds", "upstream_idle_timeout");
            data.Add(path, "totalSeconds", "total_timeout");
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(AfterTheFirstByteCases))]
    public async Task AfterTheFirstByte_LimitRunsOut_IsAnErrorEventInTheCallersDialect(string path, string limit, string code)
    {
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await Pools.StartAsync(upstream, 2, model: $$""" "timeouts": { "{{limit}}": 5 }, """, time: _time);
        upstream.Answer = SendAndStall(true, path == GatewayCalls.Responses ? "data: {\"type\":\"response.output_text.delta\",\"delta\":\"a\"}\n\n" : Role + Word);
        var body = path switch
        {
            "/v1/messages" => """{"model":"gpt","max_tokens":50,"stream":true,"messages":[{"role":"user","content":"hi"}]}""",
            _ when path.StartsWith("/v1beta", StringComparison.Ordinal) => """{"contents":[{"role":"user","parts":[{"text":"hi"}]}]}""",
            _ => GatewayCalls.Body(path, stream: true),
        };
        // The answer has begun before time passes.
        using var answer = await gateway.SendAsync(path, body, GatewayCalls.Limit());
        var (status, text, requestId) = await AdvancingAsync(ReadAsync(answer));
        Assert.Equal(200, status);
        Assert.DoesNotContain("[DONE]", text, StringComparison.Ordinal);
        // Anthropic's clients know a closed list of words, Google's a status: both have one for this.
        var expected = path == "/v1/messages" ? "\"timeout_error\"" : path.StartsWith("/v1beta", StringComparison.Ordinal) ? "DEADLINE_EXCEEDED" : $"\"{code}\"";
        Assert.Contains(expected, text, StringComparison.Ordinal);
        Assert.Equal(1, text.Split(expected).Length - 1);
        var record = await gateway.RecordAsync(requestId);
        Assert.Equal($"estimated {(code == "total_timeout" ? code : "upstream_timeout")}", record.Flags().Replace("truncated ", "", StringComparison.Ordinal));
        Assert.True(record.GetProperty("truncated").GetBoolean());
        // A silent provider is out of its pool; one that was only slow for this request is not.
        Assert.Equal(limit == "idleSeconds", gateway.Log.Lines.Any(line => line.Contains("is out of its pool until", StringComparison.Ordinal) && line.Contains(": timeout (", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task FirstToken_SlowButInTime_IsNoError()
    {
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await Pools.StartAsync(upstream, 2, model: """ "timeouts": { "firstTokenSeconds": 5, "idleSeconds": 100 }, """, time: _time);
        using var step = new SemaphoreSlim(0);
        upstream.Answer = async context =>
        {
            context.Response.ContentType = "text/event-stream";
            foreach (var part in (string[])[Role, Word, End])
            {
                await context.Response.WriteAsync(part, context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await step.WaitAsync(context.RequestAborted);
            }
        };
        var idle = _time.PendingTimers;
        var answering = gateway.SendAsync(GatewayCalls.Chat, GatewayCalls.Body(GatewayCalls.Chat, stream: true), GatewayCalls.Limit());
        await _time.WaitForTimersAsync(idle + 1, GatewayCalls.Limit());
        _time.Advance(TimeSpan.FromSeconds(4.9));
        step.Release();
        using var answer = await answering;
        // After the first token only silence has a limit.
        _time.Advance(TimeSpan.FromSeconds(60));
        step.Release(2);
        Assert.Equal((Role + Word + End, "1"), (await answer.Content.ReadAsStringAsync(GatewayCalls.Limit()), answer.Header("x-parley-attempts")));
    }

    // A TLS handshake that nobody answers: the connection does not stand yet. The limit is the model's, on the gateway's clock.
    [Fact]
    public async Task Connect_ModelsLimitRunsOut_HasItsOwnErrorAndTheNextTargetAnswers()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var upstream = await CannedUpstream.StartAsync();
        upstream.Answer = Good(stream: false);
        await using var gateway = await GatewayHost.StartAsync(new GatewayHostOptions { Time = _time, Config = _ => TlsFirst(silent, upstream.Address, """ "timeouts": { "connectSeconds": 3, "firstByteSeconds": 500 }, """, "") });

        var (status, text, _) = await AdvancingAsync(gateway.CallAsync(GatewayCalls.Chat, GatewayCalls.Body(GatewayCalls.Chat, stream: false, model: "alone")));
        Assert.Equal((504, """{"error":{"message":"No connection to the provider could be made in time. Try again.","type":"server_error","param":null,"code":"upstream_connect_timeout"}}"""), (status, text));
        var (second, _, requestId) = await AdvancingAsync(gateway.CallAsync(GatewayCalls.Chat, GatewayCalls.Body(GatewayCalls.Chat, stream: false)));
        Assert.Equal((200, "tls 0 upstream_timeout, b 200"), (second, (await gateway.RecordAsync(requestId)).Trail()));
    }

    [Fact]
    public async Task Connect_ProvidersLimitRunsOut_HasTheSameError()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var gateway = await GatewayHost.StartAsync(new GatewayHostOptions { Config = upstream => TlsFirst(silent, upstream, "", """, "http": { "connectSeconds": 1 } """) });
        var (status, text, _) = await gateway.CallAsync(GatewayCalls.Chat, GatewayCalls.Body(GatewayCalls.Chat, stream: false, model: "alone"));
        Assert.Equal((504, true), (status, text.Contains("upstream_connect_timeout", StringComparison.Ordinal)));
    }

    // Over a connection that stands there is nothing to wait for: the limit on connecting does not cut the answer.
    [Fact]
    public async Task Connect_ConnectionStands_LimitDoesNotCutTheAnswer()
    {
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await Pools.StartAsync(upstream, 1, model: """ "timeouts": { "connectSeconds": 1, "firstByteSeconds": 100 }, """, time: _time);
        using var arrived = new SemaphoreSlim(0);
        using var step = new SemaphoreSlim(0);
        upstream.Answer = async context =>
        {
            arrived.Release();
            await step.WaitAsync(context.RequestAborted);
            await Good(stream: false)(context);
        };
        for (var call = 0; call < 2; call++)
        {
            var answering = gateway.CallAsync(GatewayCalls.Chat, GatewayCalls.Body(GatewayCalls.Chat, stream: false));
            await arrived.WaitAsync(GatewayCalls.Limit());
            _time.Advance(TimeSpan.FromSeconds(60));
            step.Release();
            Assert.Equal(200, (await answering).Status);
        }
    }

    private static string TlsFirst(TcpListener silent, string upstream, string model, string http) => $$"""
        {
          "providers": { "tls": { "type": "openai-compatible", "baseUrl": "https://127.0.0.1:{{((IPEndPoint)silent.LocalEndpoint).Port}}/v1", "apiKey": "sk-a"{{http}} },
                         "b": { "type": "openai-compatible", "baseUrl": "{{upstream}}v1", "apiKey": "sk-b" } },
          "models": [ { {{model}} "modelId": "alone", "targets": [ { "provider": "tls", "model": "other" } ] },
                      { {{model}} "modelId": "gpt", "targets": [ { "provider": "tls", "model": "m" }, { "provider": "b", "model": "m", "priority": 2 } ] } ]
        }
        """;

    private static RequestDelegate Good(bool stream) => stream
        ? CannedUpstream.Bytes(Encoding.UTF8.GetBytes(Role + Word + End))
        : CannedUpstream.Bytes("""{"id":"x","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"ok"},"finish_reason":"stop"}]}"""u8.ToArray(), "application/json");

    private static async Task<(int Status, string Text, string RequestId)> ReadAsync(HttpResponseMessage answer) =>
        ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(GatewayCalls.Limit()), answer.Header("x-request-id")!);

    // Nothing for "", only status and headers for "headers"; then silence.
    private static RequestDelegate SendAndStall(bool stream, string sent) => async context =>
    {
        if (sent.Length > 0)
        {
            context.Response.ContentType = stream ? "text/event-stream" : "application/json";
            if (sent != "headers") await context.Response.WriteAsync(sent, context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }

        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    };

    private async Task<(int Status, string Text, string RequestId)> AdvancingAsync(Task<(int Status, string Text, string RequestId)> answering)
    {
        while (!answering.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(0.5));
            await Task.WhenAny(answering, Task.Delay(TimeSpan.FromMilliseconds(25), TimeProvider.System, GatewayCalls.Limit()));
        }

        return await answering;
    }
}
