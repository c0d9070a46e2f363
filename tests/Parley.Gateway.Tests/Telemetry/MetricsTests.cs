using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Telemetry;

/// <summary><c>/metrics</c>: what it counts, how it is written, and that no caller can make it grow.</summary>
public sealed class MetricsTests
{
    [Fact]
    public async Task Metrics_CountWhatHappened()
    {
        await using var gateway = await GatewayHost.StartAsync();
        await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("gpt"));
        await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("gpt", ",\"stream\":true"));
        await gateway.Client.PostAsync("/v1/responses", Wire.Responses("gpt"));
        gateway.Upstream.Faults.Next(1, "500");
        await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("gpt"));
        await gateway.Client.PostAsync("/v1/chat/completions", "not json");

        var answer = await gateway.Client.FetchAsync("/metrics");
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Header("Content-Type"));
        var metrics = PrometheusReader.Read(answer.Body);
        const string Chat = """surface="chat",model="gpt",provider="lab" """;
        var chat = Chat.TrimEnd();
        Assert.Equal(2, metrics.Samples[$$"""parley_requests_total{{{chat}},status="200"}"""]);
        Assert.Equal(1, metrics.Samples[$$"""parley_requests_total{{{chat}},status="500"}"""]);
        Assert.Equal(1, metrics.Samples["""parley_requests_total{surface="responses",model="gpt",provider="lab",status="200"}"""]);
        Assert.Equal(3, metrics.Samples[$$"""parley_request_duration_seconds_count{{{chat}}}"""]);
        Assert.True(metrics.Samples[$$"""parley_request_duration_seconds_sum{{{chat}}}"""] > 0);
        Assert.Equal(2, metrics.Samples[$$"""parley_time_to_first_token_seconds_count{{{chat}}}"""]);
        Assert.True(metrics.Samples[$$"""parley_tokens_total{{{chat}},bucket="input"}"""] > 0);
        Assert.True(metrics.Samples[$$"""parley_tokens_total{{{chat}},bucket="output"}"""] > 0);
        Assert.Equal(1, metrics.Samples["""parley_upstream_errors_total{provider="lab",kind="upstream_failed"}"""]);
        Assert.Equal(1, metrics.Samples["""parley_rejected_requests_total{kind="bad_request"}"""]);
        Assert.Equal((0, 0), (metrics.Samples["parley_in_flight_requests"], metrics.Samples["parley_buffered_bytes"]));
        Assert.Equal((4, 0), (metrics.Samples["parley_ledger_written_total"], metrics.Samples["parley_ledger_lost_total"]));
    }

    [Fact]
    public async Task InFlight_CountsARunningStream()
    {
        await using var gateway = await GatewayHost.StartAsync();
        gateway.Upstream.Faults.Next(1, "stall");
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = Wire.Json(Wire.Chat("gpt", ",\"stream\":true")) };
        using (await gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, soon.Token))
            Assert.Equal(1, PrometheusReader.Read((await gateway.Client.FetchAsync("/metrics")).Body).Samples["parley_in_flight_requests"]);
    }

    [Fact]
    public async Task Labels_OfAThousandUnknownNames_AddNoSeries()
    {
        await using var gateway = await GatewayHost.StartAsync();
        await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("gpt"));
        await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("lab/unknown"));
        await gateway.Client.PostAsync("/v1/chat/completions", "{}");
        var before = PrometheusReader.Read((await gateway.Client.FetchAsync("/metrics")).Body).Samples.Keys.Order(StringComparer.Ordinal).ToList();
        await Parallel.ForAsync(0, 1000, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
        {
            // Half are refused here, half by the provider.
            var answer = await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat(i % 2 == 0 ? $"unknown-{i}" : $"lab/unknown-{i}\\\"}}"));
            Assert.Equal(404, answer.Status);
        });
        var after = PrometheusReader.Read((await gateway.Client.FetchAsync("/metrics")).Body).Samples;
        string[] grown = [.. after.Keys.Except(before)];
        Assert.Equal(["""parley_rejected_requests_total{kind="not_found"}"""], grown);
        Assert.Equal(500, after[grown[0]]);
    }

    [Fact]
    public async Task Metrics_NeedTheirRoleUnlessTheFileOpensThem()
    {
        await using var closed = await GatewayHost.StartAsync();
        using var nobody = closed.CreateClient(null);
        Assert.Equal(401, (await nobody.FetchAsync("/metrics")).Status);

        await using var open = await GatewayHost.StartAsync(new() { Config = _ => """{ "access": { "anonymous": ["/metrics"] } }""" });
        using var anybody = open.CreateClient(null);
        PrometheusReader.Read((await anybody.FetchAsync("/metrics")).Body);
        using var inference = await open.KeyAsync();
        Assert.Equal(200, (await inference.FetchAsync("/metrics")).Status);
    }

    [Fact]
    public async Task LivezAndReadyz_AnswerWithoutAKey()
    {
        await using var gateway = await GatewayHost.StartAsync();
        using var nobody = gateway.CreateClient(null);
        Assert.Equal("""{"status":"alive"}""", (await nobody.FetchAsync("/livez")).Body);
        var ready = await nobody.FetchAsync("/readyz");
        Assert.Equal((200, """{"status":"ready"}""", "no-store"), (ready.Status, ready.Body, ready.Header("Cache-Control")));
    }
}
