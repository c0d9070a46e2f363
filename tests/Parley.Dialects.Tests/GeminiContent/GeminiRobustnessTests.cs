using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Parley.Dialects.Conversations;
using Parley.Dialects.GeminiContent;
using Parley.Dialects.Json;
using Parley.Dialects.Streaming;
using JsonValue = Parley.Dialects.Json.JsonValue;

namespace Parley.Dialects.Tests.GeminiContent;

/// <summary>Whatever comes: requests fail with <see cref="DialectException"/> alone, frames and answers not at all, and an ordinary piece of text costs no memory.</summary>
public sealed class GeminiRobustnessTests
{
    private static readonly string[] Seeds =
    [
        .. GeminiRequestTests.All,
        """{"candidates":[{"content":{"parts":[{"text":"a","thought":true,"thoughtSignature":"YQ=="},{"functionCall":{"name":"f","args":{"a":1},"id":"x"}},{"inlineData":{"mimeType":"image/png","data":"AA"}}],"role":"model"},"finishReason":"STOP","index":0,"groundingMetadata":{"groundingChunks":[{"web":{"uri":"u","title":"t"}}],"groundingSupports":[{"segment":{"startIndex":1,"endIndex":2},"groundingChunkIndices":[0]}]},"citationMetadata":{"citationSources":[{"uri":"u","startIndex":1,"endIndex":2}]},"logprobsResult":{"topCandidates":[{"candidates":[{"token":"a","logProbability":-1}]}],"chosenCandidates":[{"token":"a","logProbability":-1}]}}],"promptFeedback":{"blockReason":"SAFETY"},"usageMetadata":{"promptTokenCount":1},"modelVersion":"m","responseId":"r"}""",
        """{"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","willContinue":true,"partialArgs":[{"jsonPath":"$.a[0].b","stringValue":"x"}]}}]}}],"error":null}""",
        """{"error":{"code":429,"message":"m","status":"S"}}""",
    ];

    private static readonly string[] Values = ["null", "1", "-1", "1e400", "\"\"", "\"x\"", "\"LONE\"", "{}", "[]", "[null]", "[[]]", "{\"a\":{}}", "true", "99999999999999999999"];

    [Fact]
    public void Mutated_RequestsAndAnswers_FailOnlyAsTheyMay()
    {
        var random = new Random(20261121);
        for (var i = 0; i < 6000; i++)
        {
            var mutant = Mutate(Seeds[random.Next(Seeds.Length)], random);
            if (!JsonValue.TryParse(Encoding.UTF8.GetBytes(mutant), out var value)) continue;
            try
            {
                var conversation = GeminiCodec.Instance.ReadRequest(value, default);
                Gemini.Write(conversation, random.Next(2) == 0 ? "gemini-3-pro" : "gemini-2.5-flash");
            }
            catch (DialectException)
            {
                // what a bad request is for
            }

            Gemini.ReadReply(mutant);
            Gemini.Rewrite(Gemini.Sse([mutant.ReplaceLineEndings(" ")]), "m", "x");
            new GeminiReplyTap().Observe(Encoding.UTF8.GetBytes(mutant));
        }
    }

    [Fact]
    public void Bytes_ThatAreNoEvents_GiveNothing()
    {
        var random = new Random(7);
        for (var i = 0; i < 300; i++)
        {
            var seed = Gemini.Sse([Seeds[random.Next(4, Seeds.Length)]]).ToCharArray();
            for (var j = 0; j < 5; j++) seed[random.Next(seed.Length)] = (char)random.Next(32, 127);
            Gemini.ReadStream(new string(seed), random.Next(1, 200));
            Tests.Streaming.Frames.Relay(new GeminiStreamTap(), new string(seed));
        }
    }

    [Fact]
    public void Delta_OfPlainText_AllocatesNothing()
    {
        var chunk = """{"candidates":[{"content":{"parts":[{"text":"some words of an answer"}],"role":"model"},"index":0}],"usageMetadata":{"promptTokenCount":9,"candidatesTokenCount":5,"totalTokenCount":14},"modelVersion":"m","responseId":"r"}""";
        var bytes = Encoding.UTF8.GetBytes($"data: {chunk}\n\n");
        using var frames = new SseFrameReader();
        var reader = GeminiCodec.Instance.CreateReader();
        var tap = new GeminiStreamTap();
        using var output = new PooledBuffer(64 * 1024);
        using var writer = GeminiCodec.Instance.CreateWriter(Gemini.Context(), output);
        var sink = new Counter();
        long before = 0;
        for (var i = 0; i < 1200; i++)
        {
            if (i == 200) before = GC.GetAllocatedBytesForCurrentThread();
            bytes.CopyTo(frames.GetMemory());
            frames.Advance(bytes.Length);
            while (frames.TryRead(out var frame))
            {
                reader.Read(frame, sink);
                tap.Observe(frame);
            }
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(1200, sink.Deltas);
    }

    [Fact]
    public void ArrayFraming_OfAnySplitting_IsTheArrayOfTheEvents()
    {
        string[] chunks = ["""{"a":1}""", """{"b":[2]}""", """{"c":"x"}"""];
        for (var size = 1; size < 60; size++)
        {
            var framing = new GeminiArrayFraming();
            var output = new ArrayBufferWriter<byte>();
            Gemini.Feed(": hello\n\n" + Gemini.Sse(chunks), size, (in SseFrame frame) => framing.Write(frame.Data, output));
            framing.Complete(output);
            Assert.Equal($"[{string.Join(",\r\n", chunks)}]", Encoding.UTF8.GetString(output.WrittenSpan));
        }
    }

    [Fact]
    public void ArrayFraming_OfABrokenStream_EndsWithTheError()
    {
        foreach (var count in new[] { 0, 1 })
        {
            var framing = new GeminiArrayFraming();
            var output = new ArrayBufferWriter<byte>();
            for (var i = 0; i < count; i++) framing.Write("{}"u8, output);
            framing.WriteError(output, "cut", "c");
            framing.Complete(output);
            var array = JsonNode.Parse(output.WrittenSpan)!.AsArray();
            Assert.Equal((count + 1, "cut"), (array.Count, (string)array[^1]!["error"]!["message"]!));
        }

        var empty = new ArrayBufferWriter<byte>();
        new GeminiArrayFraming().Complete(empty);
        Assert.Equal("[]", Encoding.UTF8.GetString(empty.WrittenSpan));
    }

    // Puts a strange value in place of any value of the document.
    private static string Mutate(string seed, Random random)
    {
        var root = JsonNode.Parse(seed)!;
        for (var times = random.Next(1, 3); times > 0; times--)
        {
            var places = new List<Action<JsonNode?>>();
            Walk(root, places);
            if (places.Count == 0) return Values[random.Next(Values.Length)];
            places[random.Next(places.Count)](JsonNode.Parse(Values[random.Next(Values.Length)]));
        }

        return root.ToJsonString().Replace("LONE", "\\ud800", StringComparison.Ordinal); // half of a pair, which no writer of the framework writes
    }

    private static void Walk(JsonNode? node, List<Action<JsonNode?>> places)
    {
        if (node is JsonObject members)
        {
            foreach (var (name, child) in members)
            {
                places.Add(value => members[name] = value);
                Walk(child, places);
            }
        }
        else if (node is JsonArray items)
        {
            for (var i = 0; i < items.Count; i++)
            {
                var at = i;
                places.Add(value => items[at] = value);
                Walk(items[i], places);
            }
        }
    }

    private sealed class Counter : IReplySink
    {
        internal int Deltas { get; private set; }

        public void Accept(in ReplyEvent reply) => Deltas += reply.Kind == ReplyEventKind.Delta ? 1 : 0;
    }
}
