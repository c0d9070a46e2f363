using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.Dialects.Conversations;
using Xunit.Abstractions;

namespace Parley.Dialects.Tests.OpenAIChat;

/// <summary>Recorded answers and streams, read and written again, checked against what JsonNode sees in them and against OpenAI's document.</summary>
public sealed class ChatReplyRecordingTests(ITestOutputHelper output)
{
    private const int ExpectedAnswers = 18;
    private const int ExpectedStreams = 8;
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    [Fact]
    public void Answers_ReadAndWritten_AreTheSame()
    {
        var seen = 0;
        foreach (var (name, body) in Answers())
        {
            seen++;
            var expected = JsonNode.Parse(body)!;
            using var folded = ChatRun.Fold(body);
            Assert.True(folded.IsCompleted, name);
            var written = ChatRun.WriteReply(folded);
            var (a, b) = (ChatNormal.Reply(expected), ChatNormal.Reply(written));
            Assert.True(JsonNode.DeepEquals(a, b), $"{name}\nexpected {a.ToJsonString(Indented)}\nwritten {b.ToJsonString(Indented)}");
            Assert.Equal(expected["id"]!.ToString(), folded.Id.ToText());
            Assert.Equal(expected["model"]!.ToString(), folded.Model.ToText());
            ChatSchemas.Check("CreateChatCompletionResponse", written);
        }

        Report("answers", seen, ExpectedAnswers);
    }

    [Fact]
    public void Streams_ReadAndWritten_SayTheSame()
    {
        var seen = 0;
        foreach (var (name, stream) in Streams())
        {
            seen++;
            var random = new Random(seen);
            var events = ChatRun.Data(stream).Where(d => d.StartsWith('{')).Select(d => JsonNode.Parse(d)!).ToList();
            using var first = ChatRun.FoldStream(stream);
            Assert.True(first.IsCompleted, name);
            Assert.Equal(Said(events, "content"), first.Parts.Where(p => p.Kind == ReplyPartKind.Text).Aggregate("", (t, p) => t + p.Text.ToText()));
            Assert.Equal(Said(events, "reasoning_content"), first.Parts.Where(p => p.Kind == ReplyPartKind.Reasoning).Aggregate("", (t, p) => t + p.Text.ToText()));
            var rewritten = ChatRun.Rewrite(stream, ChatRun.Context(isStream: true), () => random.Next(1, 3000));
            ChatSchemas.CheckStream(rewritten);
            using var second = ChatRun.FoldStream(rewritten);
            Assert.True(JsonNode.DeepEquals(ChatRun.WriteReply(first), ChatRun.WriteReply(second)), $"{name}\n{ChatRun.WriteReply(first)}\n{ChatRun.WriteReply(second)}");
            ChatSchemas.Check("CreateChatCompletionResponse", ChatRun.WriteReply(second));
        }

        Report("streams", seen, ExpectedStreams);
    }

    private static string Said(List<JsonNode> events, string member) =>
        string.Concat(events.SelectMany(e => e["choices"]!.AsArray()).Select(c => c!["delta"]?[member]?.ToString()));

    private static IEnumerable<(string Name, string Body)> Answers()
    {
        foreach (var folder in new[] { "openai/chat", "openai-compatible/chat" })
            foreach (var file in Recordings.Files("vercel-ai/" + folder, ".json"))
                if (File.ReadAllText(file).Contains("\"choices\"", StringComparison.Ordinal)) yield return (Recordings.Name(file), File.ReadAllText(file));
        foreach (var file in Recordings.Files("envoy-ai-gateway", ".yaml"))
        {
            foreach (var (type, body) in Recordings.Replies(file))
                if (type.StartsWith("application/json", StringComparison.Ordinal) && body.Contains("\"chat.completion\"", StringComparison.Ordinal)) yield return (Recordings.Name(file), body);
        }
    }

    private static IEnumerable<(string Name, string Stream)> Streams()
    {
        foreach (var folder in new[] { "openai/chat", "openai-compatible/chat" })
        {
            foreach (var file in Recordings.Files("vercel-ai/" + folder, ".chunks.txt"))
                yield return (Recordings.Name(file), ChatRun.Events(File.ReadAllLines(file).Where(l => l.Length > 0).Append("[DONE]")));
            foreach (var file in Recordings.Files("vercel-ai/" + folder, ".sse")) yield return (Recordings.Name(file), File.ReadAllText(file));
        }

        foreach (var file in Recordings.Files("envoy-ai-gateway", ".yaml"))
        {
            foreach (var (type, body) in Recordings.Replies(file))
                if (type.StartsWith("text/event-stream", StringComparison.Ordinal) && body.Contains("\"chat.completion.chunk\"", StringComparison.Ordinal)) yield return (Recordings.Name(file), body);
        }
    }

    private void Report(string what, int seen, int expected)
    {
        output.WriteLine(seen == 0 ? $"../shared/recordings is not there: none of {expected} recorded {what} was read." : $"{seen} of {expected} recorded {what} read.");
        if (!ChatSchemas.IsThere) output.WriteLine("../shared/specs is not there: nothing was checked against OpenAI's document.");
        if (seen != 0) Assert.Equal(expected, seen);
    }
}
