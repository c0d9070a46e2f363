using System.Text;
using System.Text.Json.Nodes;
using Parley.Dialects.AnthropicMessages;
using Parley.Dialects.Conversations;
using Parley.Dialects.Streaming;
using Parley.Dialects.Tests.Streaming;
using Xunit.Abstractions;

namespace Parley.Dialects.Tests.AnthropicMessages;

/// <summary>Recorded answers of Anthropic, read and written again in their own dialect, and watched by the taps.</summary>
public sealed class MessagesRecordingTests(ITestOutputHelper output)
{
    private const int ExpectedAnswers = 31;
    private const int ExpectedStreams = 51;

    // A host began anew in the middle of a call: what was sent before cannot be taken back.
    private const string Spliced = "spliced-message-start.chunks.txt";

    [Fact]
    public void Answers_ReadAndWrittenAgain_AreTheSame()
    {
        var seen = 0;
        foreach (var file in Recordings.Files("vercel-ai/anthropic", ".json"))
        {
            var bytes = File.ReadAllBytes(file);
            var original = JsonNode.Parse(bytes)!;
            if ((string?)original["type"] != "message") continue; // skills
            seen++;
            Assert.True(Json.JsonValue.TryParse(bytes, out var body));
            using var folded = Messages.Fold(sink => Messages.Codec.ReadReply(body, sink));
            var context = ContextOf(original);
            Messages.AssertJson(Normal(original), Normal(Messages.WriteReply(folded, context)), Recordings.Name(file));

            // The same as a stream: what Anthropic's SDK gathers from it is the same message.
            var stream = Messages.WriteStream(sink => Messages.Codec.ReadReply(body, sink), context);
            Messages.AssertJson(Normal(original), Normal(Messages.Accumulate(Messages.Events(stream))), Recordings.Name(file));
            Assert.Empty(context.Losses.Losses);

            foreach (var chunk in new[] { 1, 7, 65536 }) CheckTap(Recordings.Name(file), original, ReplyTapTests.Observed(new MessagesReplyTap(), bytes, chunk).Reply);
        }

        Report("answers", seen, ExpectedAnswers);
    }

    [Fact]
    public void Streams_ReadAndWrittenAgain_GatherToTheSame()
    {
        var seen = 0;
        foreach (var (name, stream) in Streams())
        {
            seen++;
            var random = new Random(seen);
            using var folded = new FoldedReply();
            Assert.True(Messages.ReadStream(Encoding.UTF8.GetBytes(stream), folded, chunk: () => random.Next(1, 4000)), name);
            Assert.True(folded.IsCompleted, name);

            var tap = new MessagesStreamTap();
            var (verdicts, sent) = Frames.Relay(tap, stream, () => random.Next(1, 4000));
            Assert.Equal(stream, sent);
            Assert.True(tap.IsFinished, name);
            Assert.DoesNotContain(verdicts, verdict => verdict.Kind is FrameKind.Other or FrameKind.Error);
            Assert.Equal(folded.Usage, tap.Reply.Usage);
            Assert.Equal(folded.Id.ToText(), tap.Reply.Id);
            if (name.EndsWith(Spliced, StringComparison.Ordinal)) continue;

            var events = Messages.Events(stream);
            if (name.EndsWith("duplicate-message-start.chunks.txt", StringComparison.Ordinal)) events.RemoveAt(0);
            var original = Messages.Accumulate(events);
            CheckTap(name, original, tap.Reply);
            var context = ContextOf(original);
            Messages.AssertJson(Normal(original), Normal(Messages.WriteReply(folded, context)), name);
            var written = Messages.WriteStream(sink => Messages.ReadStream(stream, sink), context);
            Messages.AssertJson(Normal(original), Normal(Messages.Accumulate(Messages.Events(written))), name);
            Assert.Empty(context.Losses.Losses);
            CheckCut(name, stream);
        }

        Report("streams", seen, ExpectedStreams);
    }

    // One file holds the answers of a whole loop of tools, one behind the other.
    private static IEnumerable<(string Name, string Stream)> Streams()
    {
        foreach (var file in Recordings.Files("vercel-ai/anthropic", ".chunks.txt"))
        {
            var lines = new List<string>();
            foreach (var line in File.ReadLines(file).Where(line => line.Length > 0))
            {
                lines.Add(line);
                if (!line.StartsWith("{\"type\":\"message_stop\"", StringComparison.Ordinal)) continue;
                yield return (Recordings.Name(file), Messages.Stream([.. lines]));
                lines.Clear();
            }

            Assert.Empty(lines);
        }
    }

    // Without its last event, or with less, nothing looks finished and no end is made up.
    private static void CheckCut(string name, string stream)
    {
        var end = stream.LastIndexOf("event: message_stop", StringComparison.Ordinal);
        foreach (var length in new[] { end, end / 2 })
        {
            var cut = Encoding.UTF8.GetBytes(stream[..length]);
            using var folded = new FoldedReply();
            Assert.False(Messages.ReadStream(cut, folded), name);
            Assert.False(folded.IsCompleted, name);
            Assert.DoesNotContain("message_stop", Messages.WriteStream(sink => Messages.ReadStream(cut, sink)), StringComparison.Ordinal);
            var tap = new MessagesStreamTap();
            Frames.Relay(tap, stream[..length]);
            Assert.False(tap.IsFinished, name);
        }
    }

    private static void CheckTap(string name, JsonNode message, ReplyObservation reply)
    {
        Assert.True((string?)message["id"] == reply.Id && (string?)message["model"] == reply.Model, name);
        Assert.True((string?)message["stop_reason"] == reply.FinishReason, name);
        Assert.True(reply.HasUsage && !reply.HasError, name);
        var usage = message["usage"]!;
        if (usage["iterations"] is not null) return; // their sum, shown elsewhere
        Assert.True(Count("input_tokens") == reply.Usage.Input && Count("cache_read_input_tokens") == reply.Usage.CacheRead, name);
        Assert.True(Count("cache_creation_input_tokens") == reply.Usage.CacheWrite, name);
        Assert.True(Count("output_tokens") == reply.Usage.Output + reply.Usage.Reasoning, name);

        long Count(string member) => (long?)usage[member] ?? 0;
    }

    private static ReplyContext ContextOf(JsonNode message)
    {
        var id = (string)message["id"]!;
        return Messages.Context(id.StartsWith("msg_", StringComparison.Ordinal) ? id[4..] : id, (string)message["model"]!);
    }

    // What is not repeated as it stood: members that are null, empty citations, and the empty signature of a thought that has none.
    private static JsonNode Normal(JsonNode message)
    {
        message = message.DeepClone();
        var body = message.AsObject();
        foreach (var name in body.Where(member => member.Value is null).Select(member => member.Key).ToList()) body.Remove(name);
        if (!((string)body["id"]!).StartsWith("msg_", StringComparison.Ordinal)) body["id"] = "msg_" + body["id"];
        foreach (var block in body["content"]!.AsArray().Select(node => node!.AsObject()))
        {
            if (block["citations"] is null or JsonArray { Count: 0 }) block.Remove("citations");
            if ((string?)block["type"] == "thinking" && block["signature"] is null) block["signature"] = "";
        }

        return message;
    }

    private void Report(string what, int seen, int expected)
    {
        output.WriteLine(seen == 0
            ? $"../shared/recordings is not there: none of {expected} recorded {what} was read."
            : $"{seen} of {expected} recorded {what} read and written again.");
        if (seen != 0) Assert.Equal(expected, seen);
    }
}
