using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.Dialects.Conversations;
using Parley.Dialects.GeminiContent;
using Parley.Dialects.Json;
using Parley.Dialects.Streaming;
using Parley.Dialects.Tests.Streaming;
using Xunit.Abstractions;

namespace Parley.Dialects.Tests.GeminiContent;

/// <summary>Answers read and written, recorded ones first.</summary>
public sealed class GeminiReplyTests(ITestOutputHelper output)
{
    private const int ExpectedAnswers = 5;
    private const int ExpectedStreams = 9;
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private const string Head = """ "modelVersion":"m","responseId":"x1" """;

    [Fact]
    public void RecordedAnswers_ReadAndWritten_AreTheSame()
    {
        var seen = 0;
        foreach (var file in Recordings.Files("vercel-ai/google", ".json").Where(IsContent))
        {
            var body = File.ReadAllText(file);
            if (JsonNode.Parse(body)!["candidates"] is null) continue;
            seen++;
            var (_, folded) = Gemini.ReadReply(body);
            Assert.True(folded.IsCompleted);
            Gemini.Equal(body, Gemini.WriteReply(folded, folded.Model.ToText(), folded.Id.ToText()));
        }

        output.WriteLine($"{seen} of {ExpectedAnswers} recorded answers seen.");
        Assert.True(seen is 0 or ExpectedAnswers, $"{seen} recorded answers");
    }

    // Beside what Google repeats in each response (usage, time), a written stream says the same: the events are equal.
    [Fact]
    public void RecordedStreams_ReadAndWritten_SayTheSame()
    {
        var seen = 0;
        foreach (var file in Recordings.Files("vercel-ai/google", ".chunks.txt").Where(IsContent))
        {
            seen++;
            var stream = Gemini.Sse(File.ReadAllLines(file).Where(line => line.Length > 0));
            var (events, folded, isFinished) = Gemini.ReadStream(stream, 1000 + seen);
            Assert.True(isFinished && folded.IsCompleted && folded.HasUsage, file);
            var again = Gemini.ReadStream(Gemini.Rewrite(stream, folded.Model.ToText(), folded.Id.ToText()));
            Assert.Equal(Talk(events), Talk(again.Events));
            Assert.Equal(folded.Usage, again.Folded.Usage);
            var array = JsonNode.Parse(Gemini.Rewrite(stream, folded.Model.ToText(), folded.Id.ToText(), isArray: true))!.AsArray();
            Assert.Equal(Talk(events), Talk(Gemini.ReadStream(Gemini.Sse(array.Select(one => one!.ToJsonString(Relaxed)))).Events), StringComparer.Ordinal);

            var tap = new GeminiStreamTap();
            var random = new Random(seen);
            var (verdicts, sent) = Frames.Relay(tap, stream, () => random.Next(1, 3000));
            Assert.Equal(stream, sent);
            Assert.Equal((true, folded.Usage, folded.Id.ToText()), (tap.IsFinished, tap.Reply.Usage, tap.Reply.Id));
            Assert.Equal(FrameKind.Terminal, verdicts[^1].Kind);
        }

        output.WriteLine($"{seen} of {ExpectedStreams} recorded streams seen.");
        Assert.True(seen is 0 or ExpectedStreams, $"{seen} recorded streams");
    }

    [Fact]
    public void ArgumentsInPieces_AreOneObject()
    {
        string[] chunks =
        [
            """{"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","willContinue":true},"thoughtSignature":"c2ln"}]}}],"responseId":"r"}""",
            """{"candidates":[{"content":{"parts":[{"functionCall":{"partialArgs":[{"jsonPath":"$.a[0].b","stringValue":"Bo","willContinue":true}],"willContinue":true}}]}}]}""",
            """{"candidates":[{"content":{"parts":[{"functionCall":{"partialArgs":[{"jsonPath":"$.a[0].b","stringValue":"st\"on"},{"jsonPath":"$['x y']","numberValue":0.50},{"jsonPath":"$.t","boolValue":true},{"jsonPath":"$.n","nullValue":null}],"willContinue":true}}]}}]}""",
            """{"candidates":[{"content":{"parts":[{"functionCall":{}}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":10,"cachedContentTokenCount":4,"toolUsePromptTokenCount":3,"candidatesTokenCount":5,"thoughtsTokenCount":7,"totalTokenCount":25}}""",
        ];
        var (_, folded, _) = Gemini.ReadStream(Gemini.Sse(chunks));
        Assert.Equal("""{"a":[{"b":"Bost\"on"}],"x y":0.50,"t":true,"n":null}""", Encoding.UTF8.GetString(folded.Parts[1].Arguments.Span));
        Assert.Equal(("call_r_1", "call_r_1", "c2ln"), (folded.Parts[0].Id.ToText(), folded.Parts[1].Id.ToText(), folded.Parts[0].Signature.ToText()));
        Assert.Equal((FinishReason.ToolCalls, "STOP"), (folded.Ending!.Finish, folded.Ending.RawFinish.ToText()));
        Assert.Equal(new TokenUsage(9, 4, 0, 5, 7), folded.Usage);
    }

    [Theory]
    [InlineData("""{"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"},"usageMetadata":{"promptTokenCount":4,"candidatesTokenCount":0,"totalTokenCount":4},"modelVersion":"m","responseId":"x1"}""", "PROHIBITED_CONTENT")]
    [InlineData("""{"candidates":[{"finishReason":"SAFETY","index":0,"safetyRatings":[{"category":"A","probability":"HIGH"}]}],"usageMetadata":{"promptTokenCount":4,"candidatesTokenCount":0,"totalTokenCount":4},"modelVersion":"m","responseId":"x1"}""", "SAFETY")]
    public void Blocked_IsAContentFilterAndWrittenAsItCame(string body, string word)
    {
        var (_, folded) = Gemini.ReadReply(body);
        Assert.Equal((FinishReason.ContentFilter, word), (folded.Ending!.Finish, folded.Ending.RawFinish.ToText()));
        Gemini.Equal(body, Gemini.WriteReply(folded, "m", "x1"));
        var stream = Gemini.Rewrite(Gemini.Sse([body]), "m", "x1");
        Gemini.Equal(body, stream["data: ".Length..]);
    }

    [Theory]
    [InlineData("""{"modelVersion":"m"}""")]
    [InlineData("""{"candidates":[{"content":{"parts":[{"text":"half"}]}}]}""")]
    [InlineData("""{"candidates":[]}""")]
    [InlineData("""[]""")]
    public void PlainAnswer_WithoutAnEnd_IsAFailure(string body) => Assert.StartsWith("Failed", Gemini.ReadReply(body).Events[^1], StringComparison.Ordinal);

    [Fact]
    public void Stream_ThatIsCut_IsNotFinishedAndCompletesNothing()
    {
        string[] chunks = ["""{"candidates":[{"content":{"parts":[{"text":"a"}]}},{"content":{"parts":[{"text":"b"}]},"index":1,"finishReason":"STOP"}]}"""];
        var (events, folded, isFinished) = Gemini.ReadStream(Gemini.Sse(chunks));
        Assert.False(isFinished || folded.IsCompleted);
        Assert.DoesNotContain(events, one => one.StartsWith("Finished", StringComparison.Ordinal));
        Assert.DoesNotContain("finishReason", Gemini.Rewrite(Gemini.Sse(chunks), "m", "x1"), StringComparison.Ordinal);
        var tap = new GeminiStreamTap();
        Frames.Relay(tap, Gemini.Sse(chunks));
        Assert.False(tap.IsFinished);
    }

    [Theory]
    [InlineData("MAX_TOKENS", FinishReason.Length)]
    [InlineData("RECITATION", FinishReason.ContentFilter)]
    [InlineData("SPII", FinishReason.ContentFilter)]
    [InlineData("IMAGE_SAFETY", FinishReason.ContentFilter)]
    [InlineData("MALFORMED_FUNCTION_CALL", FinishReason.MalformedToolCall)]
    [InlineData("SOMETHING_NEW", FinishReason.Other)]
    public void FinishReason_IsOursAndTheRawWord(string word, FinishReason expected)
    {
        var (_, folded) = Gemini.ReadReply($$$"""{"candidates":[{"content":{"parts":[{"text":"x"}],"role":"model"},"finishReason":"{{{word}}}"}]}""");
        Assert.Equal((expected, word), (folded.Ending!.Finish, folded.Ending.RawFinish.ToText()));
    }

    [Fact]
    public void Error_InsideAStream_IsAFailureWithGooglesWords()
    {
        const string error = """{"error":{"code":503,"message":"overloaded","status":"UNAVAILABLE"}}""";
        var (events, _, isFinished) = Gemini.ReadStream(Gemini.Sse(["""{"candidates":[{"content":{"parts":[{"text":"a"}]},"finishReason":"STOP"}]}""", error]));
        Assert.Equal("Failed  c0 p0 None overloaded|UNAVAILABLE", events[^1]);
        Assert.False(isFinished);
        var failed = GeminiCodec.Instance.ReadError(Gemini.Json($"[{error}]"));
        Assert.Equal((503, "overloaded"), (failed.Status, failed.Text.ToText()));
        var tap = new GeminiStreamTap();
        Assert.Equal(FrameKind.Error, Frames.Relay(tap, Gemini.Sse([error])).Verdicts[0].Kind);
        Assert.Equal(("overloaded", "UNAVAILABLE", 503), (tap.Reply.ErrorMessage, tap.Reply.ErrorCode, tap.Reply.ErrorStatus));
    }

    [Fact]
    public void ForeignAnswer_Streamed_IsGooglesWithCallsWholeAndSignaturesCarried()
    {
        using var buffer = new PooledBuffer();
        using var writer = GeminiCodec.Instance.CreateWriter(Gemini.Context(), buffer);
        Play(writer);
        var chunks = Encoding.UTF8.GetString(buffer.Span).Split("\r\n\r\n", StringSplitOptions.RemoveEmptyEntries).Select(one => one["data: ".Length..]).ToList();
        var packed = Convert.ToBase64String(Encoding.UTF8.GetBytes("parley1:anthropic:s::SIG"));
        string[] expected =
        [
            """{"candidates":[{"content":{"parts":[{"text":"hm","thought":true}],"role":"model"},"index":0}],@}""",
            """{"candidates":[{"content":{"parts":[{"text":"","thought":true,"thoughtSignature":"PACKED"}],"role":"model"},"index":0}],@}""".Replace("PACKED", packed, StringComparison.Ordinal),
            """{"candidates":[{"content":{"parts":[{"text":"Hel"}],"role":"model"},"index":0}],@}""",
            """{"candidates":[{"content":{"parts":[{"text":"lo"}],"role":"model"},"index":0}],@}""",
            """{"candidates":[{"content":{"parts":[{"functionCall":{"id":"t1","name":"f","args":{"a": 1.0}}}],"role":"model"},"index":0}],@}""",
            """{"candidates":[{"content":{"parts":[{"text":""}],"role":"model"},"finishReason":"STOP","index":0,"groundingMetadata":{"groundingChunks":[{"web":{"uri":"https://a","title":"A"}}]}}],"usageMetadata":{"promptTokenCount":6,"candidatesTokenCount":4,"totalTokenCount":15,"cachedContentTokenCount":2,"thoughtsTokenCount":5},@}""",
        ];
        Assert.Equal(expected.Length, chunks.Count);
        for (var i = 0; i < expected.Length; i++) Gemini.Equal(expected[i].Replace("@", Head, StringComparison.Ordinal), chunks[i]);
    }

    [Fact]
    public void ForeignAnswer_Whole_IsOneResponse()
    {
        using var folded = new FoldedReply();
        Play(folded);
        var packed = Convert.ToBase64String(Encoding.UTF8.GetBytes("parley1:anthropic:s::SIG"));
        Gemini.Equal("""
            {"candidates":[{"content":{"parts":[{"text":"hm","thought":true,"thoughtSignature":"PACKED"},{"text":"Hello"},{"functionCall":{"id":"t1","name":"f","args":{"a":1.0}}}],"role":"model"},
              "finishReason":"STOP","index":0,"groundingMetadata":{"groundingChunks":[{"web":{"uri":"https://a","title":"A"}}],
                "groundingSupports":[{"segment":{"startIndex":0,"endIndex":4,"text":"Hell"},"groundingChunkIndices":[0]}]}}],
             "usageMetadata":{"promptTokenCount":6,"candidatesTokenCount":4,"totalTokenCount":15,"cachedContentTokenCount":2,"thoughtsTokenCount":5},@}
            """.Replace("PACKED", packed, StringComparison.Ordinal).Replace("@", Head, StringComparison.Ordinal), Gemini.WriteReply(folded, "m", "x1"));
    }

    [Fact]
    public void Grounding_IsCitedWithPlacesWhileTheTextIsAscii()
    {
        const string body = """
            {"candidates":[{"content":{"parts":[{"text":"Sun today."}],"role":"model"},"finishReason":"STOP","index":0,"groundingMetadata":{"groundingChunks":[{"web":{"uri":"https://a","title":"A"}}],
             "groundingSupports":[{"segment":{"endIndex":3,"text":"Sun"},"groundingChunkIndices":[0]}]},"avgLogprobs":-0.5,
             "logprobsResult":{"topCandidates":[{"candidates":[{"token":"Sun","logProbability":-0.1},{"token":"Son","logProbability":-3}]}],"chosenCandidates":[{"token":"Sun","logProbability":-0.1}]}}],"modelVersion":"m","responseId":"x1"}
            """;
        var (_, folded) = Gemini.ReadReply(body);
        var citation = Assert.Single(folded.Parts[0].Citations!);
        Assert.Equal(("https://a", "A", 0, 3), (citation.Url.ToText(), citation.Title.ToText(), citation.Start, citation.End));
        Assert.Equal(
            """[{"token":"Sun","logprob":-0.1,"top_logprobs":[{"token":"Sun","logprob":-0.1},{"token":"Son","logprob":-3}]}]""",
            Assert.Single(folded.Parts[0].Logprobs!).ToString());
        Gemini.Equal(body, Gemini.WriteReply(folded, "m", "x1"));
    }

    [Fact]
    public void WriterError_HasNoEndAndClosesAnArray()
    {
        foreach (var isArray in new[] { false, true })
        {
            using var buffer = new PooledBuffer();
            using var writer = GeminiCodec.Instance.CreateWriter(Gemini.Context() with { IsJsonArray = isArray }, buffer);
            writer.Accept(new ReplyEvent(ReplyEventKind.Started));
            writer.Accept(new ReplyEvent(ReplyEventKind.PartStarted));
            writer.Accept(new ReplyEvent(ReplyEventKind.Delta) { Text = Gemini.Text("a") });
            writer.WriteError(Gemini.Text("broke"), Gemini.Text("stream_broken"));
            const string error = """{"error":{"code":500,"message":"broke","status":"INTERNAL","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"stream_broken"}]}}""";
            var text = Encoding.UTF8.GetString(buffer.Span);
            Gemini.Equal(error, isArray ? JsonNode.Parse(text)![1]!.ToJsonString() : text[(text.LastIndexOf("data: ", StringComparison.Ordinal) + 6)..]);
            Assert.DoesNotContain("finishReason", text, StringComparison.Ordinal);
            Assert.Equal("data: " + error + "\r\n\r\n", Frames.Error(new GeminiStreamTap(), "broke", "stream_broken"));
        }
    }

    [Fact]
    public void ReplyTap_InPiecesOfAnySize_SeesTheAnswer()
    {
        const string body = """{"candidates":[{"content":{"parts":[{"text":"x \"finishReason\":\"NO\""}]},"finishReason":"MAX_TOKENS"}],"usageMetadata":{"promptTokenCount":5,"thoughtsTokenCount":3},"modelVersion":"m","responseId":"r"}""";
        for (var size = 1; size < 40; size++)
        {
            var tap = new GeminiReplyTap();
            var bytes = Encoding.UTF8.GetBytes(body);
            for (var at = 0; at < bytes.Length; at += size) tap.Observe(bytes.AsSpan(at, Math.Min(size, bytes.Length - at)));
            Assert.Equal(("r", "m", "MAX_TOKENS", new TokenUsage(5, 0, 0, 0, 3), true, true), (tap.Reply.Id, tap.Reply.Model, tap.Reply.FinishReason, tap.Reply.Usage, tap.IsComplete, tap.Reply.HasContent));
        }

        var failed = new GeminiReplyTap();
        failed.Observe("""{"error":{"code":429,"message":"quota","status":"RESOURCE_EXHAUSTED"}}"""u8);
        Assert.Equal(("quota", "RESOURCE_EXHAUSTED", 429), (failed.Reply.ErrorMessage, failed.Reply.ErrorCode, failed.Reply.ErrorStatus));
    }

    private static void Play(IReplySink sink)
    {
        sink.Accept(new ReplyEvent(ReplyEventKind.Started) { Id = Gemini.Text("msg_1") });
        sink.Accept(new ReplyEvent(ReplyEventKind.PartStarted) { Part = 0, PartKind = ReplyPartKind.Reasoning });
        sink.Accept(new ReplyEvent(ReplyEventKind.Delta) { Part = 0, PartKind = ReplyPartKind.Reasoning, Text = Gemini.Text("hm") });
        sink.Accept(new ReplyEvent(ReplyEventKind.Signature) { Part = 0, Origin = ReasoningOrigin.Anthropic, Text = Gemini.Text("SIG") });
        sink.Accept(new ReplyEvent(ReplyEventKind.PartEnded) { Part = 0 });
        sink.Accept(new ReplyEvent(ReplyEventKind.PartStarted) { Part = 1, PartKind = ReplyPartKind.Text });
        sink.Accept(new ReplyEvent(ReplyEventKind.Delta) { Part = 1, Text = Gemini.Text("Hel") });
        sink.Accept(new ReplyEvent(ReplyEventKind.PartStarted) { Part = 2, PartKind = ReplyPartKind.ToolCall, Id = Gemini.Text("t1"), Name = Gemini.Text("f") });
        sink.Accept(new ReplyEvent(ReplyEventKind.Delta) { Part = 2, PartKind = ReplyPartKind.ToolCall, Text = Gemini.Text("{\"a\": ") });
        sink.Accept(new ReplyEvent(ReplyEventKind.Delta) { Part = 1, Text = Gemini.Text("lo") });
        sink.Accept(new ReplyEvent(ReplyEventKind.Cited)
        {
            Part = 1,
            Detail = new Citation(Dialect.OpenAIChat, default) { Url = Gemini.Text("https://a"), Title = Gemini.Text("A"), Start = 0, End = 4 },
        });
        sink.Accept(new ReplyEvent(ReplyEventKind.Delta) { Part = 2, PartKind = ReplyPartKind.ToolCall, Text = Gemini.Text("1.0}") });
        sink.Accept(new ReplyEvent(ReplyEventKind.PartEnded) { Part = 1 });
        sink.Accept(new ReplyEvent(ReplyEventKind.PartEnded) { Part = 2, PartKind = ReplyPartKind.ToolCall });
        sink.Accept(new ReplyEvent(ReplyEventKind.Finished) { Finish = FinishReason.ToolCalls, Text = Gemini.Text("tool_use") });
        sink.Accept(new ReplyEvent(ReplyEventKind.Usage) { Tokens = new TokenUsage(3, 2, 1, 4, 5) });
        sink.Accept(new ReplyEvent(ReplyEventKind.Completed));
    }

    private static bool IsContent(string file) =>
        !file.Contains("interactions", StringComparison.Ordinal) && !file.Contains("speech-translation", StringComparison.Ordinal);

    private static List<string> Talk(List<string> events) =>
        events.FindAll(one => !one.StartsWith("Usage", StringComparison.Ordinal) && !one.Contains("createTime", StringComparison.Ordinal) && !one.Contains("usageMetadata", StringComparison.Ordinal));
}
