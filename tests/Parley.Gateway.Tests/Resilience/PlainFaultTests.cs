using System.Text.Json;
using Parley.Gateway.Tests.Harness;
using Parley.Testing;

namespace Parley.Gateway.Tests.Resilience;

/// <summary>A provider that fails before anything of its answer could be passed on: an honest status, in the caller's shape.</summary>
public sealed class PlainFaultTests
{
    private const string Sorry = "The server had an error while processing your request. Sorry about that!";

    [Theory]
    [InlineData("close-headers", false, 502, "stream_broken", false)]
    [InlineData("close-headers", true, 502, "stream_broken", false)]
    [InlineData("reset-headers", false, 502, "stream_broken", false)]
    [InlineData("cut-connection", false, 502, "stream_broken", true)]
    [InlineData("cut-body", false, 502, "stream_broken", true)]
    [InlineData("malformed-chunk", false, 502, "stream_broken", true)]
    [InlineData("malformed-event", false, 502, "stream_broken", true)]
    [InlineData("empty", false, 502, "upstream_failed", false)]
    [InlineData("empty", true, 502, "upstream_failed", false)]
    [InlineData("error-body", false, 502, "server_error", false)]
    [InlineData("error-body", true, 502, "server_error", false)]
    [InlineData("error-first-event", true, 502, "server_error", false)]
    [InlineData("cut-connection-0", true, 502, "stream_broken", true)]
    [InlineData("cut-body-0", true, 502, "upstream_failed", false)]
    public async Task Answer_Broken_IsAStatusAndARecord(string fault, bool stream, int status, string code, bool truncated)
    {
        await using var gateway = await GatewayHost.StartAsync();
        var name = fault.EndsWith("-0", StringComparison.Ordinal) ? fault[..^2] : fault;
        gateway.Upstream.Faults.Always(name, name == fault ? null : "0");
        foreach (var path in (string[])[GatewayCalls.Chat, GatewayCalls.Responses])
        {
            var answer = await gateway.CallAsync(path, GatewayCalls.Body(path, stream));

            Assert.Equal(status, answer.Status);
            using var body = JsonDocument.Parse(answer.Text);
            var error = body.RootElement.GetProperty("error");
            Assert.Equal(["message", "type", "param", "code"], error.EnumerateObject().Select(property => property.Name));
            Assert.Equal(code, error.GetProperty("code").GetString());
            if (code == "server_error") Assert.Equal(Sorry, error.GetProperty("message").GetString());
            var record = await gateway.RecordAsync(answer.RequestId);
            Assert.Equal(truncated, record.GetProperty("truncated").GetBoolean());
            Assert.Equal(status, record.GetProperty("status").GetInt32());
        }

        await gateway.AssertNothingLeftAsync();
    }

    [Theory]
    [InlineData("429", "7", 429, "7")]
    [InlineData("429-ms", "2500", 429, null)]
    [InlineData("429-bare", null, 429, null)]
    [InlineData("429-quota", null, 429, null)]
    [InlineData("503", "11", 503, "11")]
    [InlineData("500", null, 500, null)]
    [InlineData("529", null, 529, null)]
    [InlineData("400-context-length", null, 400, null)]
    [InlineData("400-content-filter", null, 400, null)]
    [InlineData("404", null, 404, null)]
    public async Task ProviderError_Status_KeepsBodyAndRetryAfter(string fault, string? argument, int status, string? retryAfter)
    {
        await using var gateway = await GatewayHost.StartAsync();
        gateway.Upstream.Faults.Always(fault, argument);
        foreach (var stream in (bool[])[false, true])
        {
            using var answer = await gateway.SendAsync(GatewayCalls.Chat, GatewayCalls.Body(GatewayCalls.Chat, stream), GatewayCalls.Limit());

            using var client = gateway.Upstream.CreateClient();
            using var direct = await client.PostAsync(GatewayCalls.Chat, GatewayCalls.Json(System.Text.Encoding.UTF8.GetString(gateway.Upstream.Log.Last.Body.Span)));
            Assert.Equal(status, (int)answer.StatusCode);
            Assert.Equal(await direct.Content.ReadAsStringAsync(), await answer.Content.ReadAsStringAsync());
            Assert.Equal(retryAfter, answer.Headers.TryGetValues("Retry-After", out var values) ? values.Single() : null);
            if (fault == "429-ms") Assert.Equal("2500", answer.Headers.GetValues("retry-after-ms").Single());
        }
    }

    [Theory]
    [InlineData("502", 502)]
    [InlineData("504", 504)]
    public async Task ProviderError_HtmlPage_IsToldInOurWords(string fault, int status)
    {
        await using var gateway = await GatewayHost.StartAsync();
        gateway.Upstream.Faults.Always(fault);
        var answer = await gateway.CallAsync(GatewayCalls.Chat, GatewayCalls.Body(GatewayCalls.Chat, stream: true));
        Assert.Equal(
            (status, $$$"""{"error":{"message":"The provider failed with status {{{status}}}. Try again.","type":"server_error","param":null,"code":"upstream_failed"}}"""),
            (answer.Status, answer.Text));
    }

    [Theory]
    [InlineData("401")]
    [InlineData("403")]
    public async Task ProviderError_OurCredential_IsNotTheCallersAndShowsNothing(string fault)
    {
        await using var gateway = await GatewayHost.StartAsync();
        gateway.Upstream.Faults.Always(fault);
        foreach (var stream in (bool[])[false, true])
        {
            var answer = await gateway.CallAsync(GatewayCalls.Responses, GatewayCalls.Body(GatewayCalls.Responses, stream));
            Assert.Equal(
                (502, """{"error":{"message":"The provider refused Parley's own credential. Your key is fine; the operator has to look at the provider's key or identity.","type":"server_error","param":null,"code":"upstream_authentication"}}"""),
                (answer.Status, answer.Text.Replace("\\u0027", "'", StringComparison.Ordinal)));
            Assert.Equal("upstream_unauthorized", (await gateway.RecordAsync(answer.RequestId)).GetProperty("error").GetString());
        }
    }

    [Theory]
    [InlineData("stall-headers", true)]
    [InlineData("stall-headers", false)]
    [InlineData("stall-first-event", true)]
    [InlineData("stall", false)]
    public async Task Provider_Silent_Is504(string fault, bool stream)
    {
        var time = new ManualTimeProvider();
        await using var gateway = await GatewayHost.StartAsync(new GatewayHostOptions
        {
            Time = time,
            Config = upstream => $$"""
                {
                  "providers": { "lab": { "type": "openai-compatible", "baseUrl": "{{upstream}}v1", "apiKey": "sk-1", "http": { "firstByteSeconds": 9, "idleStreamSeconds": 9 } } },
                  "models": [ { "modelId": "gpt", "targets": [ { "provider": "lab", "model": "gpt-4o" } ] } ]
                }
                """,
        });
        gateway.Upstream.Faults.Always(fault);

        var calling = gateway.CallAsync(GatewayCalls.Chat, GatewayCalls.Body(GatewayCalls.Chat, stream));
        await gateway.Upstream.Log.WaitForCountAsync(1, GatewayCalls.Limit());
        while (!calling.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(calling, Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, GatewayCalls.Limit()));
        }

        var answer = await calling;
        var (message, code) = fault == "stall-headers"
            ? ("The provider did not begin to answer in time. Try again.", "upstream_timeout")
            : ("The provider fell silent in the middle of its answer. Try again.", "upstream_idle_timeout");
        Assert.Equal((504, $$$"""{"error":{"message":"{{{message}}}","type":"server_error","param":null,"code":"{{{code}}}"}}"""), (answer.Status, answer.Text));
        await gateway.Upstream.Log.WaitForAbortAsync(GatewayCalls.Limit());
        // "stall" has sent half of its answer: that much was used.
        Assert.Equal(fault == "stall" ? "estimated upstream_timeout" : "upstream_timeout", (await gateway.RecordAsync(answer.RequestId)).Flags());
    }

    [Fact]
    public async Task Provider_NotThere_Is502()
    {
        await using var gateway = await GatewayHost.StartAsync(new GatewayHostOptions
        {
            Config = static _ => """{ "providers": { "gone": { "type": "openai-compatible", "baseUrl": "http://127.0.0.1:1/v1", "apiKey": "sk-1" } }, "models": [ { "modelId": "gpt", "targets": [ { "provider": "gone", "model": "m" } ] } ] }""",
        });
        var answer = await gateway.CallAsync(GatewayCalls.Chat, GatewayCalls.Body(GatewayCalls.Chat, stream: false));
        Assert.Equal((502, """{"error":{"message":"The provider could not be reached. Try again.","type":"server_error","param":null,"code":"upstream_failed"}}"""), (answer.Status, answer.Text));
    }

    [Fact]
    public async Task ProviderError_BodyBreaksOff_KeepsTheStatus()
    {
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await upstream.StartGatewayAsync();
        upstream.Answer = async context =>
        {
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = "13";
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = 1000;
            await context.Response.Body.WriteAsync("{\"error\":"u8.ToArray(), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            // The headers must be read before the cut overtakes them.
            await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, context.RequestAborted);
            context.Abort();
        };
        using var answer = await gateway.SendAsync(GatewayCalls.Chat, GatewayCalls.Body(GatewayCalls.Chat, stream: false), GatewayCalls.Limit());
        Assert.Equal((429, "13"), ((int)answer.StatusCode, answer.Headers.GetValues("Retry-After").Single()));
    }
}
