using System.Text;
using System.Text.Json;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Relay;

/// <summary>What the provider says of its tokens, or does not say, up to <c>/admin/usage</c>.</summary>
public sealed class UsageTests
{
    private const string Content = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\n";
    private const string Finish = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
    private const string Done = "data: [DONE]\n\n";

    [Fact]
    public async Task Stream_WithoutUsage_IsEstimated()
    {
        await using var gateway = await GatewayHost.StartAsync();
        gateway.Upstream.Faults.Always("no-usage");
        var (_, text, requestId) = await gateway.CallAsync(GatewayCalls.Chat, GatewayCalls.Body(GatewayCalls.Chat, stream: true));
        Assert.EndsWith(Done, text, StringComparison.Ordinal);
        var record = await gateway.RecordAsync(requestId);
        Assert.Equal("estimated", record.Flags());
        Assert.True(record.Tokens() is ( > 0, 0, > 0, 0));
    }

    [Theory]
    [InlineData("{\"choices\":[],\"usage\":{\"prompt_tokens\":0,\"completion_tokens\":0,\"total_tokens\":0}}", 0, 0, 0, 0)]
    [InlineData("{\"choices\":[],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":20,\"prompt_tokens_details\":{\"cached_tokens\":4},\"completion_tokens_details\":{\"reasoning_tokens\":15}}}", 6, 4, 5, 15)]
    public async Task Stream_Usage_ArrivesInItsBuckets(string usage, long input, long cached, long output, long reasoning)
    {
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await upstream.StartGatewayAsync();
        upstream.Answer = CannedUpstream.Bytes(Encoding.UTF8.GetBytes(Content + Finish + $"data: {usage}\n\n" + Done));
        var (_, text, requestId) = await gateway.CallAsync(GatewayCalls.Chat, GatewayCalls.Body(GatewayCalls.Chat, stream: true));

        Assert.Equal(Content + Finish + Done, text);
        var record = await gateway.RecordAsync(requestId);
        Assert.Equal(("", (input, cached, output, reasoning)), (record.Flags(), record.Tokens()));
        using var answer = JsonDocument.Parse(await gateway.Client.GetStringAsync("/admin/usage?groupBy=model"));
        Assert.Equal((input, cached, output, reasoning), answer.RootElement.GetProperty("total").Tokens());
        Assert.Equal("gpt", answer.RootElement.GetProperty("groups")[0].GetProperty("key").GetString());
    }

    [Theory]
    [InlineData("usage-with-choices")]
    [InlineData("annotations-after-finish")]
    [InlineData("crlf")]
    [InlineData("no-final-newline")]
    [InlineData("heartbeats")]
    [InlineData("slow-drip")]
    public async Task Stream_OddButWhole_IsFinishedAndCounted(string fault)
    {
        await using var gateway = await GatewayHost.StartAsync();
        // Byte by byte, but without a pause between them.
        gateway.Upstream.Faults.Always(fault, fault == "slow-drip" ? "0ms" : null);
        foreach (var path in (string[])[GatewayCalls.Chat, GatewayCalls.Responses])
        {
            var body = GatewayCalls.Body(path, stream: true);
            // With usage asked for nothing at all may differ from what the provider sends.
            if (path == GatewayCalls.Chat) body = body[..^1] + ",\"stream_options\":{\"include_usage\":true}}";
            var (status, text, requestId) = await gateway.CallAsync(path, body);

            using var direct = gateway.Upstream.CreateClient();
            var answer = await direct.PostAsync(path, GatewayCalls.Json(Encoding.UTF8.GetString(gateway.Upstream.Log.Last.Body.Span)));
            var expected = await answer.Content.ReadAsStringAsync();
            // A reader drops an event without its blank line, so the gateway gives it one.
            if (fault == "no-final-newline") expected += "\n\n";
            Assert.Equal(200, status);
            Assert.Equal(WithoutTimes(expected), WithoutTimes(text));
            var record = await gateway.RecordAsync(requestId);
            Assert.Equal("", record.Flags());
            Assert.True(record.Tokens() is ( > 0, 0, > 0, 0));
        }
    }

    [Fact]
    public async Task Stream_OfAzure_FirstChunkWithoutChoicesAndAnnotationsPass()
    {
        await using var gateway = await GatewayHost.StartAsync(new GatewayHostOptions
        {
            Config = upstream => $$"""
                {
                  "providers": { "azure": { "type": "azure-openai", "endpoint": "{{upstream}}", "apiVersion": "2024-10-21", "auth": { "kind": "api-key", "value": "az-key" }, "deployments": { "gpt-4o": "gpt-4o" } },
                                 "spare": { "type": "openai-compatible", "baseUrl": "{{upstream}}v1", "apiKey": "sk-2" } },
                  "models": [ { "modelId": "gpt", "targets": [ { "provider": "azure", "model": "gpt-4o" }, { "provider": "spare", "model": "gpt-4o", "priority": 2 } ] } ]
                }
                """,
        });
        gateway.Upstream.Faults.Always("annotations-after-finish");
        var body = GatewayCalls.Body(GatewayCalls.Chat, stream: true)[..^1] + ",\"stream_options\":{\"include_usage\":true}}";
        var (status, text, requestId) = await gateway.CallAsync(GatewayCalls.Chat, body);

        using var direct = gateway.Upstream.CreateClient();
        var answer = await direct.PostAsync(gateway.Upstream.Log.Last.PathAndQuery, GatewayCalls.Json(Encoding.UTF8.GetString(gateway.Upstream.Log.Last.Body.Span)));
        Assert.Equal((200, WithoutTimes(await answer.Content.ReadAsStringAsync())), (status, WithoutTimes(text)));
        Assert.StartsWith("data: {\"choices\":[]", text, StringComparison.Ordinal);
        Assert.Contains("content_filter_offsets", text, StringComparison.Ordinal);
        Assert.Equal("", (await gateway.RecordAsync(requestId)).Flags());
    }

    // A second may have passed between two answers.
    private static string WithoutTimes(string text) => System.Text.RegularExpressions.Regex.Replace(text, "\"(created|created_at|completed_at)\":\\d+", "\"$1\":0");
}
