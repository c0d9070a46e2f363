using System.Text;
using System.Text.Json.Nodes;
using Parley.Gateway.Tests.Harness;
using Xunit.Abstractions;

namespace Parley.Gateway.Tests.Relay;

/// <summary>Real providers' answers through the whole gateway: the bytes that come in go out, and the ledger says what the recording says.</summary>
public sealed class RecordingTests(ITestOutputHelper output)
{
    private const int AllOfThem = 120;

    /// <summary>The piece in which the provider sends, and the longest recording that is sent so: one flush a byte is slow.</summary>
    [Theory]
    [InlineData(1, 6 * 1024)]
    [InlineData(7, 16 * 1024)]
    [InlineData(4096, int.MaxValue)]
    [Trait("Contract", "5.chat")]
    [Trait("Contract", "5.responses")]
    public async Task Recordings_UsageAsked_PassByteForByte(int piece, int longest)
    {
        var recordings = Recording.All();
        output.WriteLine(recordings.Count == 0 ? $"../shared/recordings is missing: about {AllOfThem} recordings not seen" : $"{recordings.Count} recordings");
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await upstream.StartGatewayAsync();
        var differing = new List<string>();
        foreach (var recording in recordings.Where(r => r.Bytes.Length <= longest))
        {
            upstream.Answer = CannedUpstream.Bytes(recording.Bytes, recording.IsStream ? "text/event-stream; charset=utf-8" : "application/json", piece, recording.Status);
            var (status, text, requestId) = await gateway.CallAsync(recording.Path, Request(recording, asksForUsage: true));
            if (status != recording.Status) differing.Add($"{recording.Name}: status {status} instead of {recording.Status}");
            if (text != Whole(recording)) differing.Add($"{recording.Name}: other bytes");
            // The ledger is the same whatever the pieces were; asking it costs a query.
            if (piece == 4096 && recording.Status == 200 && await WrongTokensAsync(gateway, recording, requestId) is { } wrong) differing.Add(wrong);
        }

        Assert.True(differing.Count == 0, string.Join('\n', differing));
    }

    [Fact]
    public async Task ChatStreams_UsageNotAsked_LoseUsageAndNothingElse()
    {
        var streams = Recording.All().Where(r => r is { IsStream: true, Path: "/v1/chat/completions", Status: 200 }).ToList();
        output.WriteLine(streams.Count == 0 ? "../shared/recordings is missing: its chat streams were not seen" : $"{streams.Count} chat streams");
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await upstream.StartGatewayAsync();
        foreach (var recording in streams)
        {
            upstream.Answer = CannedUpstream.Bytes(recording.Bytes, piece: 1000);
            var (_, text, requestId) = await gateway.CallAsync(recording.Path, Request(recording, asksForUsage: false));

            var expected = Frames(Encoding.UTF8.GetString(recording.Bytes)).Select(WithoutUsage).OfType<string>().ToList();
            var got = Frames(text).ToList();
            Assert.Equal(expected.Count, got.Count);
            for (var i = 0; i < got.Count; i++)
            {
                Assert.DoesNotContain("\"usage\"", got[i], StringComparison.Ordinal);
                Assert.True(expected[i].TrimEnd() == got[i].TrimEnd() || JsonNode.DeepEquals(JsonNode.Parse(expected[i][5..]), JsonNode.Parse(got[i][5..])), $"{recording.Name}: {got[i]}");
            }

            Assert.Null(await WrongTokensAsync(gateway, recording, requestId));
        }
    }

    // An event without its blank line is dropped by its readers, so the gateway ends it.
    private static string Whole(Recording recording)
    {
        var text = Encoding.UTF8.GetString(recording.Bytes);
        return !recording.IsStream || text.EndsWith("\n\n", StringComparison.Ordinal) ? text : text.TrimEnd('\n') + "\n\n";
    }

    private static string Request(Recording recording, bool asksForUsage)
    {
        if (recording.Path == "/v1/embeddings") return """{"model":"gpt","input":"x"}""";
        var body = GatewayCalls.Body(recording.Path, recording.IsStream);
        return recording.IsStream && asksForUsage && recording.Path == GatewayCalls.Chat ? body[..^1] + ",\"stream_options\":{\"include_usage\":true}}" : body;
    }

    private static async Task<string?> WrongTokensAsync(GatewayHost gateway, Recording recording, string requestId)
    {
        var record = await gateway.RecordAsync(requestId);
        if (LastUsage(recording) is not { } usage) return record.Tokens() is (_, 0, _, 0) ? null : $"{recording.Name}: tokens out of nowhere";
        var tokens = record.Tokens();
        var written = record.GetProperty("cacheWriteTokens").GetInt64();
        var (total, cached, reasoning) = (Number(usage, "total_tokens"), Deep(usage, "cached_tokens"), Deep(usage, "reasoning_tokens"));
        return tokens.Input + tokens.CacheRead + written + tokens.Output + tokens.Reasoning == total && tokens.CacheRead == cached && tokens.Reasoning == reasoning
            && !record.GetProperty("truncated").GetBoolean() && !record.GetProperty("estimated").GetBoolean()
            ? null
            : $"{recording.Name}: {tokens} written {written}, recorded {usage.ToJsonString()}";
    }

    private static JsonObject? LastUsage(Recording recording)
    {
        var text = Encoding.UTF8.GetString(recording.Bytes);
        var documents = recording.IsStream ? Frames(text).Select(Data).Where(data => data.StartsWith('{')) : [text];
        return documents.Select(data => JsonNode.Parse(data)!.AsObject())
            .Select(one => (one["usage"] ?? one["response"]?["usage"]) as JsonObject)
            .LastOrDefault(usage => usage is { Count: > 0 });
    }

    private static string[] Frames(string text) => text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries);

    private static string Data(string frame) => frame[(frame.IndexOf("data:", StringComparison.Ordinal) + 5)..].Trim();

    // By a JSON parser: slow, and therefore not how the gateway does it.
    private static string? WithoutUsage(string frame)
    {
        var data = Data(frame);
        if (!data.StartsWith('{') || !data.Contains("\"usage\"", StringComparison.Ordinal)) return frame;
        var node = JsonNode.Parse(data)!.AsObject();
        if (node["usage"] is JsonObject && node["choices"] is JsonArray { Count: 0 } && !node.ContainsKey("prompt_filter_results")) return null;
        node.Remove("usage");
        return "data: " + node.ToJsonString();
    }

    private static long Number(JsonObject usage, string name) => usage[name]?.GetValue<long>() ?? 0;

    private static long Deep(JsonObject usage, string name) =>
        Math.Max(usage[name] is JsonValue value ? value.GetValue<long>() : 0, usage.Select(pair => (pair.Value as JsonObject)?[name]?.GetValue<long>() ?? 0).DefaultIfEmpty().Max());
}
