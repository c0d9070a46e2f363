using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.Dialects.Embeddings;
using Parley.Dialects.OpenAIChat;
using Parley.Dialects.OpenAIResponses;
using Parley.Dialects.Streaming;
using Parley.Dialects.Tests.Streaming;
using Xunit.Abstractions;

namespace Parley.Dialects.Tests;

/// <summary>Real traffic of OpenAI, Azure and compatible servers through the taps, checked against what JsonDocument reads in it.</summary>
public sealed class RecordingReplayTests(ITestOutputHelper output)
{
    private const int ExpectedStreams = 51;
    private const int ExpectedAnswers = 81;

    // Two of its lines lack their last brace: no JSON, so it can only show that such events pass as they came.
    private const string Damaged = "parallel-tool-call-wrapper.1.chunks.txt";

    [Fact]
    public void Streams_Replayed_AreFinishedMeasuredAndOtherwiseUntouched()
    {
        var seen = 0;
        foreach (var (name, stream) in Streams())
        {
            seen++;
            if (name.EndsWith(Damaged, StringComparison.Ordinal))
            {
                var damaged = new ResponsesStreamTap();
                Assert.Equal(stream, Frames.Relay(damaged, stream).Sent);
                Assert.False(damaged.IsFinished);
                continue;
            }

            var events = SseOracle.Events(Encoding.UTF8.GetBytes(stream)).Select(e => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(e.Data))).ToList();
            var isChat = events.Any(e => e.StartsWith('{') && JsonNode.Parse(e)!["choices"] is not null);
            var random = new Random(seen);

            // The client asked: every byte passes.
            StreamTap tap = isChat ? new ChatStreamTap(true, false) : new ResponsesStreamTap();
            var (verdicts, sent) = Frames.Relay(tap, stream, () => random.Next(1, 4000));
            Assert.True(stream == sent, name);
            Check(name, tap, verdicts, events, isChat);
            if (!isChat) continue;

            // It did not, we did: the usage is gone, and only the usage.
            tap = new ChatStreamTap(false, true);
            (verdicts, sent) = Frames.Relay(tap, stream, () => random.Next(1, 4000));
            Check(name, tap, verdicts, events, isChat);
            CheckCut(name, stream, sent);
        }

        Report("streams", seen, ExpectedStreams);
    }

    [Fact]
    public void Answers_Replayed_AreMeasured()
    {
        var seen = 0;
        foreach (var (name, body) in Answers())
        {
            var bytes = Encoding.UTF8.GetBytes(body);
            using var document = JsonDocument.Parse(bytes);
            var root = document.RootElement;
            var make = root.TryGetProperty("choices", out _) ? () => new ChatReplyTap()
                : root.TryGetProperty("output", out _) ? () => new ResponsesReplyTap()
                : root.TryGetProperty("data", out _) && root.TryGetProperty("usage", out _) ? () => new EmbeddingsReplyTap()
                : root.TryGetProperty("error", out _) ? () => new ChatReplyTap()
                : (Func<ReplyTap>?)null;
            if (make is null) continue; // images, transcriptions, skills: no dialect of ours
            seen++;
            foreach (var chunk in new[] { 1, 7, 64, 65536 })
            {
                var tap = ReplyTapTests.Observed(make(), bytes, chunk);
                Assert.True(tap is { IsJson: true, IsComplete: true }, name);
                Assert.True(Text(root, "model") == tap.Reply.Model && Text(root, "id") == tap.Reply.Id, name);
                CheckUsage(name, root, tap.Reply);
                var hasError = root.TryGetProperty("error", out var error) && error.ValueKind != JsonValueKind.Null;
                Assert.True(hasError == tap.IsError, name);
                if (hasError) Assert.True(tap.Reply.ErrorMessage == Text(error, "message"), name);
                Assert.True(tap.Reply.HasContent != hasError, name);
                if (tap is ChatReplyTap && !hasError) Assert.True(tap.Reply.FinishReason == Text(root.GetProperty("choices")[0], "finish_reason"), name);
                if (tap is ResponsesReplyTap) Assert.True(tap.Reply.FinishReason == Text(root, "status"), name);
            }
        }

        Report("answers", seen, ExpectedAnswers);
    }

    private static void Check(string name, StreamTap tap, List<FrameVerdict> verdicts, List<string> events, bool isChat)
    {
        Assert.True(tap.IsFinished, $"{name} is finished");
        Assert.True(tap.Reply.Model is not null && tap.Reply.Id is not null && tap.Reply.FinishReason is not null, name);
        var kinds = verdicts.Select(v => v.Kind).Where(k => k != FrameKind.Comment).ToList();
        Assert.DoesNotContain(FrameKind.Other, kinds);
        Assert.True(kinds[0] == FrameKind.Prelude || kinds[0] == FrameKind.Content, name);
        Assert.True(kinds.Contains(FrameKind.Terminal), name);
        Assert.True(tap.Reply.HasContent || tap.Reply.HasError || name.Contains("detailed-usage", StringComparison.Ordinal), name);
        JsonElement? last = null;
        foreach (var data in events.Where(e => e.StartsWith('{')))
        {
            var root = JsonDocument.Parse(data).RootElement;
            if (!isChat && root.TryGetProperty("response", out var response)) root = response;
            if (root.TryGetProperty("usage", out var usage) && usage.ValueKind == JsonValueKind.Object) last = root;
        }

        if (last is { } found) CheckUsage(name, found, tap.Reply);
        else Assert.False(tap.Reply.HasUsage, name);
    }

    private static void CheckUsage(string name, JsonElement root, ReplyObservation reply)
    {
        var has = root.TryGetProperty("usage", out var usage) && usage.ValueKind == JsonValueKind.Object;
        Assert.True(has == reply.HasUsage, name);
        if (!has) return;
        var input = Count(usage, "prompt_tokens") ?? Count(usage, "input_tokens") ?? 0;
        var total = Count(usage, "total_tokens") ?? 0;
        Assert.True(input == reply.Usage.Input + reply.Usage.CacheRead + reply.Usage.CacheWrite, name);
        Assert.True(total == reply.Usage.Total, $"{name}: the buckets add up to the vendor's own total");
        foreach (var (details, member, bucket) in new[]
        {
            ("prompt_tokens_details", "cached_tokens", reply.Usage.CacheRead), ("input_tokens_details", "cached_tokens", reply.Usage.CacheRead),
            ("completion_tokens_details", "reasoning_tokens", reply.Usage.Reasoning), ("output_tokens_details", "reasoning_tokens", reply.Usage.Reasoning),
        })
        {
            if (usage.TryGetProperty(details, out var part) && part.ValueKind == JsonValueKind.Object) Assert.True((Count(part, member) ?? 0) == bucket, name);
        }
    }

    // Frame by frame: gone when it was nothing but usage, else the same bytes without one run, and that run is the usage member.
    private static void CheckCut(string name, string stream, string sent)
    {
        var left = new Queue<string>(sent.Split("\n\n"));
        foreach (var frame in stream.Split("\n\n"))
        {
            var json = frame.StartsWith("data: {", StringComparison.Ordinal) ? JsonNode.Parse(frame["data: ".Length..])!.AsObject() : null;
            if (json?["usage"] is JsonObject && json["choices"] is JsonArray { Count: 0 }) continue;
            var got = left.Dequeue();
            if (json is null || !json.ContainsKey("usage"))
            {
                Assert.True(frame == got, name);
                continue;
            }

            json.Remove("usage");
            Assert.True(JsonNode.DeepEquals(json, JsonNode.Parse(got["data: ".Length..])), name);
            var same = frame.Zip(got).TakeWhile(p => p.First == p.Second).Count();
            var sameAtEnd = frame.Reverse().Zip(got.Reverse()).TakeWhile(p => p.First == p.Second).Count();
            Assert.True(same + sameAtEnd >= got.Length, $"{name}: one run is missing, no more");
        }

        Assert.Empty(left);
    }

    private static IEnumerable<(string Name, string Stream)> Streams()
    {
        foreach (var folder in new[] { "openai/chat", "openai/completion", "openai/responses", "azure", "openai-compatible" })
        {
            foreach (var file in Recordings.Files("vercel-ai/" + folder, ".chunks.txt"))
            {
                var lines = File.ReadAllLines(file).Where(l => l.Length > 0).ToList();
                var end = lines[0].Contains("\"choices\"", StringComparison.Ordinal) ? "data: [DONE]\n\n" : "";
                yield return (Recordings.Name(file), string.Concat(lines.Select(l => $"data: {l}\n\n")) + end);
            }

            foreach (var file in Recordings.Files("vercel-ai/" + folder, ".sse")) yield return (Recordings.Name(file), File.ReadAllText(file));
        }

        foreach (var file in Recordings.Files("envoy-ai-gateway", ".yaml"))
        {
            foreach (var (type, body) in Recordings.Replies(file))
                if (type.StartsWith("text/event-stream", StringComparison.Ordinal)) yield return (Recordings.Name(file), body);
        }
    }

    private static IEnumerable<(string Name, string Body)> Answers()
    {
        foreach (var folder in new[] { "openai", "azure", "openai-compatible" })
            foreach (var file in Recordings.Files("vercel-ai/" + folder, ".json")) yield return (Recordings.Name(file), File.ReadAllText(file));
        foreach (var file in Recordings.Files("envoy-ai-gateway", ".yaml"))
        {
            foreach (var (type, body) in Recordings.Replies(file))
                if (type.StartsWith("application/json", StringComparison.Ordinal)) yield return (Recordings.Name(file), body);
        }
    }

    private void Report(string what, int seen, int expected)
    {
        output.WriteLine(seen == 0
            ? $"../shared/recordings is not there: none of {expected} recorded {what} was replayed."
            : $"{seen} of {expected} recorded {what} replayed.");
        if (seen != 0) Assert.Equal(expected, seen);
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static long? Count(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt64() : null;
}
