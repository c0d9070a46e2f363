using System.Text.Json;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Resilience;

/// <summary>Random faults over three targets: one final record for each request, and it says what the client saw.</summary>
public sealed class AttemptRecordTests
{
    private static readonly (string Name, string? Argument)[] Faults =
    [
        ("none", null), ("none", null), ("500", null), ("503", "1"), ("429", "1"), ("401", null), ("408", null), ("close-headers", null), ("empty", null),
        ("error-body", null), ("error-first-event", null), ("cut-connection", "0"), ("cut-body", "1"), ("cut-connection", "4"), ("error-event", "4"),
        ("400-context-length", null), ("400-content-filter", null), ("404", null), ("wrong-content-type", null), ("malformed-event", "0"),
    ];

    [Theory]
    [InlineData(1, "off", "")]
    [InlineData(2, "simple", "")]
    [InlineData(3, "simple", """ "retry": { "sameTarget": 2, "attempts": 4, "backoffMilliseconds": 1, "statuses": [404] }, """)]
    public async Task RandomFaults_EveryRequest_HasOneRecordThatSaysWhatTheClientSaw(int seed, string rule, string model)
    {
        const int Requests = 80;
        await using var gateway = await Pools.StartAsync(["gpt-4o", "gpt-4o-mini", "gpt-4.1"], model, $$""" "breaker": { "rule": "{{rule}}", "openSeconds": 1 }, """);
        var random = new Random(seed);
        for (var request = 0; request < Requests; request++)
        {
            gateway.Upstream.Faults.Clear();
            var faults = Enumerable.Range(0, 5).Select(_ => Faults[random.Next(Faults.Length)]).ToList();
            foreach (var (name, argument) in faults) gateway.Upstream.Faults.Next(1, name, argument);
            var stream = random.Next(2) == 0;
            var path = random.Next(2) == 0 ? GatewayCalls.Chat : GatewayCalls.Responses;
            var before = gateway.Upstream.Log.Count;

            using var answer = await gateway.SendAsync(path, GatewayCalls.Body(path, stream), GatewayCalls.Limit());
            var text = await answer.Content.ReadAsStringAsync(GatewayCalls.Limit());

            var at = $"seed {seed}, request {request} ({path}, stream {stream}): {string.Join(", ", faults)}\n{(int)answer.StatusCode} {text}";
            await gateway.AssertNothingLeftAsync();
            var items = await RecordsAsync(gateway, answer.Header("x-request-id")!);
            Assert.True(items.GetArrayLength() == 1, at);
            var record = items[0];
            var attempts = record.GetProperty("attempts").EnumerateArray().Select(attempt => attempt.GetProperty("reason").GetString()).ToList();
            var called = (int)(gateway.Upstream.Log.Count - before);
            Assert.True(called == attempts.Count, $"{at}\n{called} calls, {record.Trail()}");
            Assert.True(answer.Header("x-parley-attempts") == $"{called}", at);
            Assert.True(record.GetProperty("status").GetInt32() == (int)answer.StatusCode, at);
            Assert.True(attempts.SkipLast(1).All(reason => reason is not null), $"{at}\n{record.Trail()}");
            var sawAnError = !answer.IsSuccessStatusCode || text.Contains("\"error\":{", StringComparison.Ordinal) || text.Contains("\"type\":\"error\"", StringComparison.Ordinal);
            Assert.True(sawAnError == (attempts[^1] is not null), $"{at}\n{record.Trail()}");
            Assert.True(answer.Header("x-parley-provider") == record.GetProperty("provider").GetString(), at);
        }

        using var usage = JsonDocument.Parse(await gateway.Client.GetStringAsync("/admin/usage", GatewayCalls.Limit()));
        Assert.Equal(Requests, usage.RootElement.GetProperty("total").GetProperty("requests").GetInt32());
    }

    private static async Task<JsonElement> RecordsAsync(GatewayHost gateway, string requestId)
    {
        await gateway.RecordAsync(requestId);
        using var document = JsonDocument.Parse(await gateway.Client.GetStringAsync("/admin/requests?requestId=" + requestId, GatewayCalls.Limit()));
        return document.RootElement.GetProperty("items").Clone();
    }
}
