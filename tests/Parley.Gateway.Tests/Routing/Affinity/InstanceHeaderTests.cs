using System.Net;
using System.Net.Sockets;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Routing.Affinity;

/// <summary>The headers of contracts §4 up and down, on success and failure, and the trail of attempts behind them.</summary>
public sealed class InstanceHeaderTests
{
    [Theory]
    [InlineData("made-by-the-client", true)]
    [InlineData("with space ~!", true)]
    [InlineData("", false)]
    [InlineData("grün", false)]
    [InlineData("tab\there", false)]
    [InlineData("256", true)]
    [InlineData("257", false)]
    [Trait("Contract", "4.headers")]
    public async Task CorrelationId_OfTheClientIsKeptWhereItCanTravel_ElseItIsTheRequestsId(string sent, bool isKept)
    {
        if (int.TryParse(sent, System.Globalization.CultureInfo.InvariantCulture, out var length)) sent = new string('c', length);
        await using var pool = await BackendPool.StartAsync();
        await using var gateway = await pool.StartGatewayAsync();
        var answer = await gateway.Client.PostAsync("/v1/chat/completions", """{"model":"gpt","messages":[]}""", ("X-APIM-Correlation-Id", sent), ("X-Backend-Instance", "77"));
        Assert.Equal(isKept ? sent : answer.Header("x-request-id"), pool.Seen["X-APIM-Correlation-Id"]);
        Assert.Equal(answer.Header("X-Served-By-Instance"), pool.Seen["X-Backend-Instance"]);
        Assert.Null(answer.Header("X-Error-Backend-Instance"));
    }

    [Fact]
    public async Task CorrelationId_SentTwice_OrNotAtAll_IsTheRequestsId()
    {
        await using var pool = await BackendPool.StartAsync();
        await using var gateway = await pool.StartGatewayAsync();
        foreach (var headers in (string[])["", "X-APIM-Correlation-Id: a\r\nx-apim-correlation-id: b\r\n"])
        {
            var head = await BackendPool.CurlAsync(gateway, headers);
            Assert.Contains($"\r\nx-request-id: {pool.Seen["X-APIM-Correlation-Id"]}\r\n", head, StringComparison.Ordinal);
        }
    }

    [Fact]
    [Trait("Contract", "4.headers")]
    [Trait("Contract", "4.retry")]
    public async Task Attempts_ConnectionTimeoutRateLimitAnswer_AreAllInTheTrail()
    {
        await using var pool = await BackendPool.StartAsync();
        await using var silent = await CannedUpstream.StartAsync();
        silent.Answer = static context => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        pool.Status[1] = 429;
        await using var gateway = await GatewayHost.StartAsync(new GatewayHostOptions
        {
            Config = _ => $$"""
                {
                  "providers": { "dead": { "type": "openai", "baseUrl": "http://127.0.0.1:{{ClosedPort()}}/v1", "apiKey": "k" },
                                 "silent": { "type": "openai", "baseUrl": "{{silent.Address}}v1", "apiKey": "k" },
                                 "full": { "type": "openai", "baseUrl": "{{pool.Address(1)}}v1", "apiKey": "k" },
                                 "well": { "type": "openai", "baseUrl": "{{pool.Address(2)}}v1", "apiKey": "k" } },
                  "models": [ { "modelId": "gpt", "timeouts": { "firstByteSeconds": 1 }, "targets": [
                      { "provider": "well", "model": "w", "priority": 4 }, { "provider": "full", "model": "f", "priority": 3 },
                      { "provider": "silent", "model": "s", "priority": 2 }, { "provider": "dead", "model": "d", "priority": 1 } ] } ]
                }
                """,
        });
        var answer = await gateway.Client.PostAsync("/v1/chat/completions", """{"model":"gpt","messages":[]}""");
        Assert.Equal((200, "0", null, "well", "w", "4"), (answer.Status, answer.Header("X-Served-By-Instance"), answer.Header("X-Error-Backend-Instance"), answer.Header("x-parley-provider"), answer.Header("x-parley-model"), answer.Header("x-parley-attempts")));

        var record = await gateway.RecordAsync(answer.Header("x-request-id"));
        var trail = record.GetProperty("attempts").EnumerateArray().ToList();
        Assert.Equal(
            ["dead/d 0 upstream_failed", "silent/s 0 upstream_timeout", "full/f 429 upstream_rate_limited", "well/w 200 "],
            trail.Select(static attempt => $"{attempt.GetProperty("target").GetString()} {attempt.GetProperty("status").GetInt32()} {attempt.GetProperty("reason").GetString()}"));
        Assert.InRange(trail[1].GetProperty("milliseconds").GetDouble(), 900, 20_000);
    }

    [Fact]
    [Trait("Contract", "4.headers")]
    public async Task Failure_BeforeAnyTarget_NamesNone()
    {
        await using var pool = await BackendPool.StartAsync();
        await using var gateway = await pool.StartGatewayAsync(""" "affinity": { "kind": "cookie" } """);
        var answer = await gateway.Client.PostAsync("/v1/chat/completions", """{"model":"gpt","messages":""");
        Assert.Equal((400, null, null, null), (answer.Status, answer.Header("X-Served-By-Instance"), answer.Header("X-Error-Backend-Instance"), answer.Header("Set-Cookie")));
    }

    [Theory]
    [InlineData("x-ms-spillover-from-deployment", "ptu")]
    [InlineData("x-ms-spillover-from-ptu", "true")]
    public async Task Spillover_TheDeploymentThatReallyAnswered_IsNamed(string header, string value)
    {
        await using var pool = await BackendPool.StartAsync();
        pool.Adds[header] = value;
        pool.Adds["x-ms-deployment-name"] = "standard";
        await using var gateway = await pool.StartGatewayAsync(targets: [0]);
        var answer = await gateway.Client.PostAsync("/v1/chat/completions", """{"model":"gpt","messages":[]}""");
        Assert.Equal((200, "standard", value), (answer.Status, answer.Header("x-parley-model"), answer.Header(header)));
        var record = await gateway.RecordAsync(answer.Header("x-request-id"));
        Assert.Equal(("m0-2026", null), (record.GetProperty("modelAnswered").GetString(), record.GetProperty("error").GetString()));
        var attempt = record.GetProperty("attempts")[0];
        Assert.Equal(("p0/m0", 200, "spillover"), (attempt.GetProperty("target").GetString(), attempt.GetProperty("status").GetInt32(), attempt.GetProperty("reason").GetString()));
    }

    [Fact]
    public async Task Spillover_ThatFailed_PassesItsCode_AndDeploymentNameAloneIsNone()
    {
        await using var pool = await BackendPool.StartAsync();
        pool.Adds["x-ms-spillover-error"] = "429";
        pool.Adds["x-ms-deployment-name"] = "m0";
        await using var gateway = await pool.StartGatewayAsync(targets: [0]);
        pool.Status[0] = 429;
        var answer = await gateway.Client.PostAsync("/v1/chat/completions", """{"model":"gpt","messages":[]}""");
        Assert.Equal((429, "429", "m0", "0"), (answer.Status, answer.Header("x-ms-spillover-error"), answer.Header("x-parley-model"), answer.Header("X-Error-Backend-Instance")));
        var attempt = (await gateway.RecordAsync(answer.Header("x-request-id"))).GetProperty("attempts")[0];
        Assert.Equal("upstream_rate_limited", attempt.GetProperty("reason").GetString());
    }

    private static int ClosedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
