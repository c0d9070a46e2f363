using System.Text;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.OpenAIResponses;
using Parley.Dialects.Streaming;

namespace Parley.Dialects.Tests.OpenAIResponses;

/// <summary>Answers as servers really send them: with events left out, broken off, damaged.</summary>
public sealed class ResponsesReadingTests
{
    [Fact]
    [Trait("Contract", "5.anthropic-rules")]
    public void Deltas_WithoutTheirOpening_AreReadAllTheSame()
    {
        using var reply = new FoldedReply();
        var reader = ResponsesWire.Read(
        [
            """{"type":"response.reasoning_text.delta","output_index":0,"content_index":0,"delta":"Hm"}""",
            """{"type":"response.output_text.delta","output_index":1,"content_index":0,"delta":"Hel","obfuscation":"xx"}""",
            """{"type":"response.output_text.delta","output_index":1,"content_index":0,"delta":"lo"}""",
            """{"type":"response.function_call_arguments.delta","output_index":2,"delta":"{\"a\""}""",
            """{"type":"response.output_item.done","output_index":2,"item":{"type":"function_call","id":"fc","call_id":"c","name":"f","arguments":"{\"a\":1}"}}""",
            """{"type":"response.completed","response":{"id":"r","model":"m","status":"completed","output":[],"usage":{"input_tokens":3,"output_tokens":4,"total_tokens":7}}}""",
        ], reply);
        Assert.True(reader.IsFinished);
        Assert.Equal(["Reasoning Hm", "Text Hello", "ToolCall {\"a\":1}"], reply.Parts.Select(p => $"{p.Kind} {p.Text}"));
        Assert.Equal(FinishReason.ToolCalls, reply.Ending!.Finish);
        Assert.Equal(new TokenUsage(3, 0, 0, 4, 0), reply.Usage);
    }

    [Fact]
    public void Stream_OfNothingButItsEnd_HasTheWholeAnswer()
    {
        using var reply = new FoldedReply();
        ResponsesWire.Read(["""{"type":"response.incomplete","response":{"id":"r","model":"m","status":"incomplete","incomplete_details":{"reason":"max_output_tokens"},"output":[{"type":"message","id":"m1","role":"assistant","content":[{"type":"refusal","refusal":"No"}]}]}}"""], reply);
        Assert.Equal("Refusal No", Assert.Single(reply.Parts.Select(p => $"{p.Kind} {p.Text}")));
        Assert.Equal((FinishReason.Length, "max_output_tokens"), (reply.Ending!.Finish, reply.Ending.RawFinish.ToText()));
    }

    [Fact]
    public void EncryptedReasoning_WithoutWords_IsAPartWithItsSignature()
    {
        using var reply = ResponsesWire.Fold("""{"id":"r","model":"m","status":"completed","output":[{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"gAAA"}]}""");
        var part = Assert.Single(reply.Parts);
        Assert.Equal((ReplyPartKind.Reasoning, "rs_1", "gAAA", ReasoningOrigin.OpenAI), (part.Kind, part.Id.ToText(), part.Signature.ToText(), part.Origin));
    }

    [Fact]
    public void Deltas_ThatAreRead_AllocateNothing()
    {
        var bytes = Encoding.UTF8.GetBytes("data: {\"type\":\"response.output_text.delta\",\"output_index\":0,\"content_index\":0,\"delta\":\" word\",\"logprobs\":[]}\n\n");
        using var frames = new SseFrameReader();
        var reader = ResponsesCodec.Instance.CreateReader();
        var sink = new CountingSink();
        long before = 0;
        for (var i = 0; i < 1100; i++)
        {
            if (i == 100) before = GC.GetAllocatedBytesForCurrentThread();
            bytes.CopyTo(frames.GetMemory());
            frames.Advance(bytes.Length);
            while (frames.TryRead(out var frame)) reader.Read(frame, sink);
        }

        Assert.Equal(1100, sink.Deltas);
        // An allocation for each event would be twenty times that.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000);
    }

    [Theory]
    [InlineData("""{"error":{"message":"Slow down","type":"requests","code":"rate_limit_exceeded"}}""", "Slow down", "rate_limit_exceeded", 429)]
    [InlineData("""{"error":{"message":"No","type":"invalid_request_error","param":"temperature","code":null}}""", "No", "invalid_request_error", 400)]
    [InlineData("""{"error":"nope"}""", "nope", "", 0)]
    [InlineData("""{"message":"vllm","type":"BadRequestError","code":404}""", "vllm", "BadRequestError", 404)]
    [InlineData("""[]""", "", "", 0)]
    public void Error_InAnyShape_IsRead(string body, string message, string code, int status)
    {
        var read = ResponsesCodec.Instance.ReadError(ResponsesWire.Json(body));
        Assert.Equal((ReplyEventKind.Failed, message, code, status), (read.Kind, read.Text.ToText(), read.Name.ToText(), read.Status));
    }

    [Fact]
    public void Answer_WithRandomDamage_NeverThrows()
    {
        var random = new Random(20_262);
        var streams = ResponsesRecordingTests.RecordedStreams().Select(s => s.Events).Where(e => e.Sum(x => x.Length) < 40_000).ToList();
        if (streams.Count == 0) return; // the recordings are not there; the other tests say so
        for (var i = 0; i < 400; i++)
        {
            var events = streams[random.Next(streams.Count)].ToList();
            for (var times = random.Next(1, 6); times > 0; times--)
            {
                var at = random.Next(events.Count);
                events[at] = Encoding.UTF8.GetString(ResponsesDamage.Of(Encoding.UTF8.GetBytes(events[at]), random)).Replace('\n', ' ');
                if (random.Next(4) == 0) events.RemoveAt(random.Next(events.Count));
                if (events.Count == 0) break;
            }

            _ = ResponsesWire.WriteStream(ResponsesWire.Context(), writer => ResponsesWire.Read(events, writer));
            if (events.Count == 0 || !JsonValue.TryParse(Encoding.UTF8.GetBytes(events[^1]), out var body)) continue;
            using var reply = new FoldedReply();
            ResponsesCodec.Instance.ReadReply(body.Member("response"u8), reply);
            _ = ResponsesWire.WriteReply(reply, ResponsesWire.Context());
        }
    }

    private sealed class CountingSink : IReplySink
    {
        internal int Deltas { get; private set; }

        public void Accept(in ReplyEvent reply)
        {
            if (reply.Kind == ReplyEventKind.Delta) Deltas++;
        }
    }
}
