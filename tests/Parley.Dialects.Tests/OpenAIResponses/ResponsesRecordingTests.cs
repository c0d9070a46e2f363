using System.Text.Json.Nodes;
using Parley.Dialects.Conversations;
using Xunit.Abstractions;

namespace Parley.Dialects.Tests.OpenAIResponses;

/// <summary>Every recorded response is read, and written again in its own dialect.</summary>
public sealed class ResponsesRecordingTests(ITestOutputHelper output)
{
    private const int Bodies = 36;
    private const int Streams = 45;

    [Fact]
    public void PlainBody_ReadAndWrittenAgain_IsTheSame()
    {
        var seen = 0;
        foreach (var (name, body) in PlainBodies())
        {
            var expected = JsonNode.Parse(body)!.AsObject();
            using var reply = ResponsesWire.Fold(body);
            var context = ResponsesWire.Context(model: (string)expected["model"]!);
            var written = JsonNode.Parse(ResponsesWire.WriteReply(reply, context))!.AsObject();
            Assert.True(reply.IsCompleted, name);
            ResponsesWire.AssertValidResponse(written, name);
            AssertSame(expected, written, name);
            Assert.Empty(context.Losses.Losses);
            seen++;
        }

        Report("bodies", seen, Bodies);
    }

    [Fact]
    public void Stream_ReadAndWrittenAgain_EndsTheSame()
    {
        var seen = 0;
        foreach (var (name, events) in RecordedStreams())
        {
            var last = JsonNode.Parse(events[^1])!;
            var context = ResponsesWire.Context(model: (string)last["response"]!["model"]!);
            var finished = false;
            var stream = ResponsesWire.WriteStream(context, writer => finished = ResponsesWire.Read(events, writer).IsFinished);
            Assert.True(finished, name);
            var written = ResponsesWire.Events(stream);
            // Three of a kind: the hundredth delta is as valid as the third.
            foreach (var kind in written.GroupBy(data => (string)data["type"]!))
                foreach (var data in kind.Take(3)) ResponsesWire.AssertValidEvent(data, name);
            Assert.Equal((string)last["type"]!, (string)written[^1]["type"]!);
            AssertItems(written, name);
            seen++;
            if (IsWhole(name, events) && (string)last["type"]! != "response.failed")
                AssertSame(WithOutput(last["response"]!.AsObject(), events), written[^1]["response"]!.AsObject(), name);
        }

        Report("streams", seen, Streams);
    }

    [Fact]
    public void Stream_CutBeforeItsEnd_IsNotFinished()
    {
        foreach (var (name, events) in RecordedStreams())
        {
            if (events.Exists(e => e.Contains("\"type\":\"error\"", StringComparison.Ordinal))) continue;
            using var reply = new FoldedReply();
            var reader = ResponsesWire.Read(events.Take(events.Count - 1), reply);
            Assert.False(reader.IsFinished, name);
            Assert.False(reply.IsCompleted, name);
            Assert.Empty(reply.Choices);
        }
    }

    [Fact]
    public void Stream_Folded_IsThePlainAnswer()
    {
        foreach (var (name, events) in RecordedStreams())
        {
            var response = WithOutput(JsonNode.Parse(events[^1])!["response"]!.AsObject(), events);
            if ((string)response["status"]! != "completed" || !IsWhole(name, events)) continue;
            using var streamed = new FoldedReply();
            ResponsesWire.Read(events, streamed);
            using var plain = ResponsesWire.Fold(response.ToJsonString());
            var context = ResponsesWire.Context();
            ResponsesWire.AssertEqual(
                JsonNode.Parse(ResponsesWire.WriteReply(plain, context)), JsonNode.Parse(ResponsesWire.WriteReply(streamed, context)), name);
        }
    }

    // In one recording each event names another item; of some most of the deltas were left out.
    private static bool IsWhole(string name, List<string> events) => !name.Contains("copilot", StringComparison.Ordinal)
        && Text(events, "response.output_text.delta", "delta") is var pieces && (pieces == "" || pieces == Text(events, "response.output_text.done", "text"));

    private static string Text(List<string> events, string type, string member) => string.Concat(events.Select(e => JsonNode.Parse(e)!)
        .Where(e => (string)e["type"]! == type).Select(e => (string)e[member]!));

    // What the dialect leaves to the server is written always: no log probabilities, no annotations, no time of completion. A vendor's
    // own counters in the usage are not kept.
    private static void AssertSame(JsonObject expected, JsonObject written, string name)
    {
        expected = expected.DeepClone().AsObject();
        foreach (var (key, _) in written.ToList())
            if (!expected.ContainsKey(key)) written.Remove(key);
        Normalize(expected);
        Normalize(written);
        ResponsesWire.AssertEqual(expected, written, name + " ");
    }

    private static void Normalize(JsonObject response)
    {
        // Newer servers count the tokens written to the cache also when there are none.
        if (response["usage"]?["input_tokens_details"] is JsonObject details && details["cache_write_tokens"]?.ToString() == "0") details.Remove("cache_write_tokens");
        foreach (var item in response["output"]!.AsArray())
        {
            foreach (var content in item!["content"] as JsonArray ?? [])
            {
                if (content is not JsonObject text) continue;
                if (text["annotations"] is JsonArray { Count: 0 }) text.Remove("annotations");
                if (text["logprobs"] is JsonArray { Count: 0 }) text.Remove("logprobs");
            }

            // A call in a response that is complete is complete; one recording says otherwise.
            if (item["type"]!.ToString() == "function_call") item["status"] = "completed";
            if (item is JsonObject reasoning && (string)reasoning["type"]! == "reasoning")
            {
                if (reasoning["content"] is null or JsonArray { Count: 0 }) reasoning.Remove("content");
                if (reasoning["encrypted_content"] is null) reasoning.Remove("encrypted_content");
            }
        }
    }

    private static void AssertItems(List<JsonObject> written, string name)
    {
        var done = written.Where(e => (string)e["type"]! == "response.output_item.done").OrderBy(e => (int)e["output_index"]!).Select(e => e["item"]).ToList();
        if (written[^1]["response"]?["output"] is not JsonArray final) return;
        Assert.Equal(final.Count, done.Count);
        for (var i = 0; i < done.Count; i++) ResponsesWire.AssertEqual(final[i], done[i], name + " item ");
    }

    // A few recordings were shortened: the last event has no output, or another one than the items said.
    private static JsonObject WithOutput(JsonObject response, List<string> events)
    {
        response = response.DeepClone().AsObject();
        response["output"] = new JsonArray([.. events.Select(e => JsonNode.Parse(e)!)
            .Where(e => (string)e["type"]! == "response.output_item.done").OrderBy(e => (int)e["output_index"]!).Select(e => e["item"]!.DeepClone())]);
        return response;
    }

    private static IEnumerable<(string Name, string Body)> PlainBodies()
    {
        foreach (var folder in new[] { "openai/responses", "azure" })
        {
            foreach (var file in Recordings.Files("vercel-ai/" + folder, ".json"))
            {
                var body = File.ReadAllText(file);
                if (JsonNode.Parse(body)?["object"]?.ToString() == "response") yield return (Recordings.Name(file), body);
            }
        }

        foreach (var file in Recordings.Files("envoy-ai-gateway", ".yaml"))
        {
            foreach (var (type, body) in Recordings.Replies(file))
            {
                if (type.StartsWith("application/json", StringComparison.Ordinal) && JsonNode.Parse(body)?["object"]?.ToString() == "response")
                    yield return (Recordings.Name(file), body);
            }
        }
    }

    // One file may hold several streams, one behind the other.
    internal static IEnumerable<(string Name, List<string> Events)> RecordedStreams()
    {
        foreach (var folder in new[] { "openai/responses", "azure" })
        {
            foreach (var file in Recordings.Files("vercel-ai/" + folder, ".chunks.txt"))
            {
                var events = new List<string>();
                foreach (var line in File.ReadLines(file).Where(l => l.StartsWith("{\"type\":\"", StringComparison.Ordinal)))
                {
                    // Two lines of one recording miss their last brace.
                    var whole = Parse(line) is null ? line + "}" : line;
                    events.Add(whole);
                    if (!whole.StartsWith("{\"type\":\"response.completed", StringComparison.Ordinal) && !whole.StartsWith("{\"type\":\"response.failed", StringComparison.Ordinal)) continue;
                    yield return (Recordings.Name(file), events);
                    events = [];
                }

                Assert.Empty(events);
            }
        }
    }

    private static JsonNode? Parse(string line)
    {
        try
        {
            return JsonNode.Parse(line);
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }

    private void Report(string what, int seen, int expected)
    {
        output.WriteLine(seen == 0
            ? $"../shared/recordings is not there: none of {expected} recorded {what} was read."
            : $"{seen} of {expected} recorded {what} read and written again.");
        if (seen != 0) Assert.Equal(expected, seen);
    }
}
