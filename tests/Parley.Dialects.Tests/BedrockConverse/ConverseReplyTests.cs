using System.Text.Json.Nodes;
using Parley.Dialects.BedrockConverse;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Models;
using Xunit.Abstractions;

namespace Parley.Dialects.Tests.BedrockConverse;

/// <summary>Answers and streams of Bedrock: read, written again, broken.</summary>
public sealed class ConverseReplyTests(ITestOutputHelper output)
{
    private const int ExpectedAnswers = 11;
    private const int ExpectedStreams = 12;

    [Fact]
    public void Answers_Recorded_AreWrittenAgainAsTheyCame()
    {
        var files = Recordings.Files("vercel-ai/amazon-bedrock", ".json").Where(f => !f.Contains("reranking", StringComparison.Ordinal)).ToList();
        foreach (var file in files)
        {
            var expected = JsonNode.Parse(File.ReadAllText(file))!;
            // Bedrock's blocks have no type; some of these files were written by hand, with one.
            foreach (var block in expected["output"]!["message"]!["content"]!.AsArray()) block!.AsObject().Remove("type");
            Converse.AssertSame(expected.ToJsonString(), Converse.Rewrite(File.ReadAllText(file)), Recordings.Name(file));
        }

        Report("answers", files.Count, ExpectedAnswers);
    }

    [Fact]
    public void Streams_Recorded_AreWrittenAgainAsTheyCame()
    {
        var files = Recordings.Files("vercel-ai/amazon-bedrock", ".chunks.txt").ToList();
        foreach (var file in files)
        {
            var lines = File.ReadAllLines(file).Where(line => line.Length > 0).ToList();
            var written = Converse.RewriteStream(lines);
            Assert.Equal(Normal(lines), Normal(written));
        }

        Report("streams", files.Count, ExpectedStreams);
    }

    [Fact]
    public void Answer_WithEveryKindOfBlock_IsFolded()
    {
        using var reply = new FoldedReply();
        ConverseCodec.For(ModelTraitsTable.Of(Converse.Claude)).ReadReply(Converse.Value(EveryBlock), reply);
        Assert.Equal(
            [ReplyPartKind.Reasoning, ReplyPartKind.Reasoning, ReplyPartKind.Text, ReplyPartKind.Text, ReplyPartKind.ToolCall, ReplyPartKind.Media, ReplyPartKind.Opaque],
            reply.Parts.Select(part => part.Kind));
        Assert.Equal((ReasoningOrigin.Anthropic, "sig"), (reply.Parts[0].Origin, reply.Parts[0].Signature.ToText()));
        Assert.Equal("cmVk", reply.Parts[1].Redacted.ToText());
        Assert.Equal("https://example.com/a", reply.Parts[3].Citations![0].Url.ToText());
        Assert.Equal("""{"b": 1.0, "a":"\u00e9"}""", System.Text.Encoding.UTF8.GetString(reply.Parts[4].Arguments.Span));
        Assert.Equal(new TokenUsage(10, 20, 30, 40, 0), reply.Usage);
        Assert.Equal((FinishReason.StopSequence, "stop_sequence", "END"), (reply.Ending!.Finish, reply.Ending.RawFinish.ToText(), reply.Ending.StopSequence.ToText()));
        Assert.True(reply.IsCompleted);
        Converse.AssertSame(EveryBlock, Converse.Rewrite(EveryBlock));
    }

    [Theory]
    [InlineData("end_turn", FinishReason.Stop)]
    [InlineData("tool_use", FinishReason.ToolCalls)]
    [InlineData("max_tokens", FinishReason.Length)]
    [InlineData("stop_sequence", FinishReason.StopSequence)]
    [InlineData("guardrail_intervened", FinishReason.ContentFilter)]
    [InlineData("content_filtered", FinishReason.ContentFilter)]
    [InlineData("malformed_model_output", FinishReason.Other)]
    [InlineData("malformed_tool_use", FinishReason.MalformedToolCall)]
    [InlineData("model_context_window_exceeded", FinishReason.ContextExceeded)]
    public void StopReason_IsReadAndWrittenAgain(string word, FinishReason expected)
    {
        var body = $$$"""{"output":{"message":{"role":"assistant","content":[{"text":"x"}]}},"stopReason":"{{{word}}}"}""";
        using var reply = new FoldedReply();
        ConverseCodec.Instance.ReadReply(Converse.Value(body), reply);
        Assert.Equal(expected, reply.Ending!.Finish);
        Converse.AssertSame(body, Converse.Rewrite(body));
    }

    [Fact]
    public void Reasoning_OfAModelThatIsNotClaude_IsBedrocks()
    {
        const string Body = """{"output":{"message":{"role":"assistant","content":[{"reasoningContent":{"reasoningText":{"text":"hm"}}},{"text":"x"}]}},"stopReason":"end_turn"}""";
        using var reply = new FoldedReply();
        ConverseCodec.For(ModelTraitsTable.Of("openai.gpt-oss-120b-1:0")).ReadReply(Converse.Value(Body), reply);
        Assert.Equal(ReasoningOrigin.Bedrock, reply.Parts[0].Origin);
    }

    [Theory]
    [InlineData("throttlingException", 429)]
    [InlineData("serviceUnavailableException", 503)]
    [InlineData("internalServerException", 500)]
    [InlineData("modelTimeoutException", 504)]
    [InlineData("modelStreamErrorException", 503)]
    [InlineData("validationException", 400)]
    public void Exception_InMidStream_IsAFailureAndNoEnd(string type, int status)
    {
        var seen = new Events();
        var reader = Converse.Stream(
            [
                """{"messageStart":{"role":"assistant"}}""",
                """{"contentBlockDelta":{"contentBlockIndex":0,"delta":{"text":"Hel"}}}""",
                $$$"""{"{{{type}}}":{"message":"Too many"}}""",
                """{"messageStop":{"stopReason":"end_turn"}}""",
                """{"metadata":{"usage":{"inputTokens":1,"outputTokens":1,"totalTokens":2}}}""",
            ],
            seen);
        Assert.False(reader.IsFinished);
        Assert.Equal(["Started", "PartStarted", "Delta Hel", $"Failed {status} {type} Too many"], seen.Log);
    }

    [Theory]
    [InlineData("""{"metadata":{"usage":{"inputTokens":1,"outputTokens":1,"totalTokens":2}}}""", """{"messageStop":{"stopReason":"end_turn"}}""")]
    [InlineData("""{"messageStop":{"stopReason":"end_turn"}}""", """{"metadata":{"usage":{"inputTokens":1,"outputTokens":1,"totalTokens":2}}}""")]
    public void Stream_IsFinishedByStopAndMetadata_InEitherOrder(string first, string second)
    {
        string[] text = ["""{"messageStart":{"role":"assistant"}}""", """{"contentBlockDelta":{"contentBlockIndex":0,"delta":{"text":"Hi"}}}""", """{"contentBlockStop":{"contentBlockIndex":0}}"""];
        var cut = new Events();
        Assert.False(Converse.Stream([.. text, first], cut).IsFinished);
        Assert.DoesNotContain("Completed", cut.Log);

        var whole = new Events();
        Assert.True(Converse.Stream([.. text, first, second], whole).IsFinished);
        Assert.Equal("Completed", whole.Log[^1]);
        Assert.Equal(["Started", "PartStarted", "Delta Hi", "PartEnded"], whole.Log.Take(4));
        Assert.Contains("Finished Stop", whole.Log);
    }

    [Fact]
    public void Blocks_ThatInterleave_KeepTheirParts()
    {
        using var reply = new FoldedReply();
        Converse.Stream(
            [
                """{"contentBlockStart":{"contentBlockIndex":1,"start":{"toolUse":{"toolUseId":"a","name":"f"}}}}""",
                """{"contentBlockStart":{"contentBlockIndex":2,"start":{"toolUse":{"toolUseId":"b","name":"g"}}}}""",
                """{"contentBlockDelta":{"contentBlockIndex":2,"delta":{"toolUse":{"input":"{\"y\""}}}}""",
                """{"contentBlockDelta":{"contentBlockIndex":1,"delta":{"toolUse":{"input":"{\"x\":1}"}}}}""",
                """{"contentBlockDelta":{"contentBlockIndex":2,"delta":{"toolUse":{"input":":2}"}}}}""",
                """{"contentBlockDelta":{"contentBlockIndex":7,"delta":{"toolUse":{"input":"of nobody"}}}}""",
                """{"messageStop":{"stopReason":"tool_use"}}""",
                """{"metadata":{}}""",
            ],
            reply);
        Assert.Equal(["""{"x":1}""", """{"y":2}"""], reply.Parts.Select(part => System.Text.Encoding.UTF8.GetString(part.Arguments.Span)));
        Assert.True(reply.IsCompleted);
    }

    [Fact]
    public void Block_OfBedrocksOwnTools_IsGatheredAndWrittenAgain()
    {
        string[] lines =
        [
            """{"messageStart":{"role":"assistant"}}""",
            """{"contentBlockStart":{"contentBlockIndex":0,"start":{"toolResult":{"toolUseId":"t","type":"nova_grounding_result"}}}}""",
            """{"contentBlockDelta":{"contentBlockIndex":0,"delta":{"toolResult":[{"json":{"a":1}}]}}}""",
            """{"contentBlockDelta":{"contentBlockIndex":0,"delta":{"toolResult":[{"text":"b"}]}}}""",
            """{"contentBlockStop":{"contentBlockIndex":0}}""",
            """{"contentBlockDelta":{"contentBlockIndex":1,"delta":{"text":"See"}}}""",
            """{"contentBlockDelta":{"contentBlockIndex":1,"delta":{"citation":{"location":{"web":{"url":"https://example.com"}}}}}}""",
            """{"contentBlockStop":{"contentBlockIndex":1}}""",
            """{"messageStop":{"stopReason":"end_turn"}}""",
            """{"metadata":{"usage":{"inputTokens":1,"outputTokens":2,"totalTokens":3},"trace":{"guardrail":{}}}}""",
        ];
        Assert.Equal(Normal(lines), Normal(Converse.RewriteStream(lines)));
    }

    [Fact]
    public void Delta_OfText_AllocatesNothing()
    {
        var bytes = Converse.Frames(Enumerable.Repeat("""{"contentBlockDelta":{"contentBlockIndex":0,"delta":{"text":"word "},"p":"abcdefgh"}}""", 30));
        var reader = ConverseCodec.Instance.CreateReader();
        var sink = new Nothing();
        using var frames = new FrameFeed();
        Pass();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 20; i++) Pass();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Pass()
        {
            frames.Feed(bytes);
            while (frames.Reader.TryRead(out var frame)) reader.Read(in frame, sink);
        }
    }

    [Fact]
    public void Written_TextDeltas_AllocateNothing()
    {
        using var buffer = new PooledBuffer(64 * 1024);
        using var writer = ConverseCodec.Instance.CreateWriter(Converse.Context(), buffer);
        writer.Accept(new ReplyEvent(ReplyEventKind.PartStarted));
        var delta = new ReplyEvent(ReplyEventKind.Delta) { Text = JsonString.From("word ") };
        for (var i = 0; i < 10; i++) writer.Accept(in delta);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) writer.Accept(in delta);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData("""{"message":"no"}""", null, 0, "no")]
    [InlineData("""{"Message":"no","__type":"com.amazon.coral.service#ThrottlingException"}""", "ThrottlingException", 429, "no")]
    [InlineData("""{"message":"no","__type":"AccessDeniedException"}""", "AccessDeniedException", 403, "no")]
    [InlineData("""{"unknown":1}""", null, 0, null)]
    [InlineData("[]", null, 0, null)]
    public void Error_IsReadInItsShapes(string body, string? type, int status, string? message)
    {
        var error = ConverseCodec.Instance.ReadError(Converse.Value(body));
        Assert.Equal((ReplyEventKind.Failed, status), (error.Kind, error.Status));
        Assert.Equal(message, error.Text.IsPresent ? error.Text.ToText() : null);
        Assert.Equal(type, error.Name.IsPresent ? error.Name.ToText() : null);
    }

    [Fact]
    public void Writer_OfABrokenStream_WritesAnExceptionAndNoEnd()
    {
        using var buffer = new PooledBuffer();
        using var writer = ConverseCodec.Instance.CreateWriter(Converse.Context(), buffer);
        writer.Accept(new ReplyEvent(ReplyEventKind.Started));
        writer.WriteError(JsonString.From("gone"), JsonString.From("stream_broken"));
        Assert.Equal(
            ["""{"messageStart":{"role":"assistant"}}""", """{"exception:modelStreamErrorException":{"message":"gone"}}"""],
            Converse.Lines(buffer.Span));
    }

    // What is no content: padding, empty pieces, the start event of a text block, the order of the last two; and starts and stops,
    // which Bedrock itself leaves out here and there in these files.
    private static List<string> Normal(IEnumerable<string> lines)
    {
        var kept = new List<string>();
        var ends = new List<string>();
        foreach (var line in lines)
        {
            var node = JsonNode.Parse(line)!.AsObject();
            var name = node.First().Key;
            if (name is "messageStart" or "contentBlockStop") continue;
            if (name == "contentBlockStart" && node[name]!["start"] is JsonObject { Count: 0 }) continue;
            if (name == "contentBlockDelta" && node[name]!["delta"]!["toolUse"]?["input"]?.GetValue<string>() == "") continue;
            if (name == "contentBlockDelta" && node[name]!["delta"]!["reasoningContent"]?["text"]?.GetValue<string>() == "") continue;
            (name is "messageStop" or "metadata" ? ends : kept).Add(Sorted(node).ToJsonString());
        }

        ends.Sort(StringComparer.Ordinal);
        return [.. kept, .. ends];
    }

    private static JsonNode Sorted(JsonNode node) => node switch
    {
        JsonObject map => new JsonObject(map.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => KeyValuePair.Create(p.Key, p.Value is null ? null : Sorted(p.Value)))),
        JsonArray list => new JsonArray([.. list.Select(item => item is null ? null : Sorted(item))]),
        _ => node.DeepClone(),
    };

    private void Report(string what, int seen, int expected)
    {
        output.WriteLine(seen == 0
            ? $"../shared/recordings is not there: none of {expected} recorded {what} was replayed."
            : $"{seen} of {expected} recorded {what} replayed.");
        if (seen != 0) Assert.Equal(expected, seen);
    }

    private const string EveryBlock = """
        {"output":{"message":{"role":"assistant","content":[
        {"reasoningContent":{"reasoningText":{"text":"think","signature":"sig"}}},
        {"reasoningContent":{"redactedContent":"cmVk"}},
        {"text":"plain"},
        {"citationsContent":{"content":[{"text":"cited"}],"citations":[{"title":"A","sourceContent":[{"text":"words"}],"location":{"web":{"url":"https://example.com/a"}}}]}},
        {"toolUse":{"toolUseId":"t1","name":"f","input":{"b": 1.0, "a":"\u00e9"}}},
        {"image":{"format":"png","source":{"bytes":"aGk="}}},
        {"audio":{"format":"mp3","source":{"bytes":"aGk="}}}]}},
        "stopReason":"stop_sequence","additionalModelResponseFields":{"stop_sequence":"END"},
        "usage":{"inputTokens":10,"outputTokens":40,"totalTokens":100,"cacheReadInputTokens":20,"cacheWriteInputTokens":30,"cacheDetails":[{"ttl":"5m","inputTokens":30}]},
        "metrics":{"latencyMs":12},"trace":{"promptRouter":{"invokedModelId":"x"}},"performanceConfig":{"latency":"standard"}}
        """;

    private sealed class Events : IReplySink
    {
        internal List<string> Log { get; } = [];

        public void Accept(in ReplyEvent reply) => Log.Add(reply.Kind switch
        {
            ReplyEventKind.Delta => $"Delta {reply.Text}",
            ReplyEventKind.Finished => $"Finished {reply.Finish}",
            ReplyEventKind.Failed => $"Failed {reply.Status} {reply.Name} {reply.Text}",
            _ => reply.Kind.ToString(),
        });
    }

    private sealed class Nothing : IReplySink
    {
        public void Accept(in ReplyEvent reply)
        {
        }
    }

    private sealed class FrameFeed : IDisposable
    {
        internal Dialects.Streaming.AwsEventStreamReader Reader { get; } = new();

        internal void Feed(byte[] bytes)
        {
            bytes.CopyTo(Reader.GetMemory());
            Reader.Advance(bytes.Length);
        }

        public void Dispose() => Reader.Dispose();
    }
}
