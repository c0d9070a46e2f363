using System.Buffers;
using System.Text;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Streaming;
using Parley.Dialects.Tests.Matrix;

namespace Parley.Dialects.Tests.Conversations;

public sealed class BrokenFrameTests
{
    private const string ChatText = """{"id":"c","choices":[{"index":0,"delta":{"content":"a"}}]}""";
    private const string ChatEnd = """{"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""";

    public static TheoryData<Dialect, string[], string[]> Providers() => new()
    {
        { Dialect.OpenAIChat, [ChatText], [ChatEnd, "[DONE]"] },
        {
            Dialect.OpenAIResponses, ["""{"type":"response.created","response":{"id":"r"}}"""],
            ["""{"type":"response.completed","response":{"id":"r","status":"completed","output":[]}}"""]
        },
        { Dialect.AnthropicMessages, ["""{"type":"message_start","message":{"id":"m","content":[]}}"""], ["""{"type":"message_stop"}"""] },
        {
            Dialect.GeminiContent, ["""{"candidates":[{"content":{"parts":[{"text":"a"}]},"index":0}]}"""],
            ["""{"candidates":[{"content":{"parts":[{"text":"b"}]},"finishReason":"STOP","index":0}]}"""]
        },
    };

    [Theory]
    [MemberData(nameof(Providers))]
    public void Frame_ThatIsNoJson_EndsTheAnswerAsBroken(Dialect provider, string[] start, string[] end)
    {
        foreach (var damaged in (string[])["{\"type\":\"content_block_delta\",\"ind", "{\"a\":1}}", "lost bytes", "{\"a\":\u0001}"])
        {
            var (text, tap, _) = Translated.Stream(provider, Dialect.OpenAIChat, [.. start, damaged, .. end]);
            Assert.Equal(("stream_broken", false), (tap.Reply.ErrorCode, tap.IsFinished));
            Assert.Contains("stream_broken", text, StringComparison.Ordinal);
            Assert.DoesNotContain("[DONE]", text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public void Frame_ThatIsJsonWithoutMeaning_IsPassedOver(Dialect provider, string[] start, string[] end)
    {
        var (_, tap, _) = Translated.Stream(provider, Dialect.OpenAIChat, [.. start, "{}", "[]", "null", """{"type":"ping"}""", .. end]);
        Assert.Equal((null, true), (tap.Reply.ErrorCode, tap.IsFinished));
    }

    [Fact]
    public void Frame_OfConverseThatIsNoJson_EndsTheAnswerAsBroken()
    {
        var frames = new ArrayBufferWriter<byte>();
        Write("contentBlockDelta", """{"contentBlockIndex":0,"delta":{"text":"a"}}""");
        Write("contentBlockDelta", """{"contentBlockIndex":0,"del""");
        Write("messageStop", """{"stopReason":"end_turn"}""");
        Write("metadata", """{"usage":{"inputTokens":1,"outputTokens":1}}""");

        var (context, output) = (MatrixReplies.Context(Dialect.OpenAIChat, isStream: true), new PooledBuffer());
        using var tap = new TranslatingStreamTap(
            DialectCodecs.Of(Dialect.BedrockConverse).CreateReader(), DialectCodecs.Of(Dialect.OpenAIChat).CreateWriter(context, output), output, default, context);
        using var reader = new AwsEventStreamReader();
        frames.WrittenSpan.CopyTo(reader.GetMemory().Span);
        reader.Advance(frames.WrittenCount);
        while (reader.TryRead(out var frame)) tap.Observe(in frame);
        Assert.Equal(("stream_broken", false), (tap.Reply.ErrorCode, tap.IsFinished));

        void Write(string name, string payload) => AwsEventStreamWriter.WriteEvent(frames, Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(payload));
    }
}
