using System.Text;
using Parley.Dialects.Conversations;
using Parley.Dialects.OpenAIMedia;
using Parley.Dialects.Streaming;
using Parley.Dialects.Tests.Streaming;

namespace Parley.Dialects.Tests.OpenAIMedia;

public sealed class MediaTapTests
{
    private const string Partial = """{"type":"image_generation.partial_image","b64_json":"AAAA","partial_image_index":0}""";
    private const string Completed = """{"type":"image_generation.completed","b64_json":"AAAA","usage":{"input_tokens":4,"output_tokens":272,"total_tokens":276,"input_tokens_details":{"text_tokens":4,"image_tokens":0}}}""";
    private const string Delta = """{"type":"transcript.text.delta","delta":"a"}""";
    private const string Done = """{"type":"transcript.text.done","text":"ab","usage":{"type":"tokens","input_tokens":14,"output_tokens":2,"total_tokens":16}}""";

    [Fact]
    public void Images_EverySplitPosition_PassAsTheyAre()
    {
        var stream = $"event: image_generation.partial_image\ndata: {Partial}\n\n: beat\n\nevent: image_generation.completed\ndata: {Completed}\n\n";
        for (var first = 1; first < stream.Length; first++)
        {
            var tap = new MediaStreamTap();
            var (verdicts, sent) = Frames.Relay(tap, stream, () => first);
            Assert.Equal(stream, sent);
            Assert.Equal([FrameKind.Content, FrameKind.Comment, FrameKind.Content], verdicts.Select(verdict => verdict.Kind));
            Assert.Equal((true, new TokenUsage(4, 0, 0, 272, 0)), (tap.Reply.HasUsage, tap.Reply.Usage));
        }
    }

    [Fact]
    public void Images_AreFinishedByTheEndOfTheBytes_BecauseThereMayBeSeveral()
    {
        var tap = new MediaStreamTap();
        Frames.Relay(tap, Frames.Data(Partial));
        Assert.False(tap.IsHeldToEnd);
        Frames.Relay(tap, Frames.Data(Completed));
        Assert.Equal((true, false), (tap.IsHeldToEnd, tap.IsFinished));
        tap.Complete();
        Assert.True(tap.IsFinished);
    }

    [Fact]
    public void Transcript_IsFinishedByItsDone()
    {
        var tap = new MediaStreamTap();
        Frames.Relay(tap, Frames.Data(Delta));
        Assert.Equal((false, false), (tap.IsHeldToEnd, tap.IsFinished));
        Frames.Relay(tap, Frames.Data(Done));
        Assert.Equal((true, true, new TokenUsage(14, 0, 0, 2, 0)), (tap.IsHeldToEnd, tap.IsFinished, tap.Reply.Usage));
    }

    // A connection that was closed in order says nothing of whether the provider was done.
    [Theory]
    [InlineData(Delta)]
    [InlineData("""{"type":"speech.audio.delta","audio":"AA"}""")]
    [InlineData("""{"type":"transcript.text.segment","text":"a"}""")]
    [InlineData(Partial)]
    [InlineData("""{"type":"image_edit.partial_image","b64_json":"AA"}""")]
    public void Stream_CutAtACleanEndOfTheBytes_IsNotFinished(string last)
    {
        var tap = new MediaStreamTap();
        Frames.Relay(tap, Frames.Data(last));
        tap.Complete();
        Assert.False(tap.IsFinished);
    }

    [Theory]
    [InlineData(Delta, true)]
    [InlineData("""{"type":"speech.audio.delta","audio":"AA"}""", true)]
    [InlineData(Completed, true)]
    [InlineData(Partial, false)]
    public void Stream_WithTheMarkerOfItsEnd_IsFinished_WhereAnImageWasMade(string last, bool isFinished)
    {
        var tap = new MediaStreamTap();
        Frames.Relay(tap, Frames.Data(last) + "data: [DONE]\n\n");
        Assert.Equal(isFinished, tap.IsFinished);
    }

    [Theory]
    [InlineData(Done)]
    [InlineData("""{"type":"speech.audio.done"}""")]
    [InlineData("""{"type":"image_edit.completed","b64_json":"AA"}""")]
    [InlineData("""{"object":"transcription.chunk","choices":[{"delta":{"content":"a"}}]}""")]
    public void Stream_WithItsLastEvent_OrOfEventsNobodyKnows_IsFinishedByTheEndOfTheBytes(string last)
    {
        var tap = new MediaStreamTap();
        Frames.Relay(tap, Frames.Data(last));
        tap.Complete();
        Assert.True(tap.IsFinished);
    }

    [Fact]
    public void Stream_EndsWithNothing_IsNotFinished()
    {
        var tap = new MediaStreamTap();
        Frames.Relay(tap, ": beat\n\n");
        tap.Complete();
        Assert.False(tap.IsFinished);
    }

    [Theory]
    [InlineData("data: {\"error\":{\"message\":\"m\",\"code\":\"c\"}}\n\n")]
    [InlineData("event: error\ndata: {\"type\":\"error\",\"error\":{\"message\":\"m\",\"code\":\"c\"}}\n\n")]
    [InlineData("event: error\ndata: {\"message\":\"m\",\"code\":\"c\"}\n\n")]
    [InlineData("data: {\"type\":\"error\",\"message\":\"m\",\"code\":\"c\"}\n\n")]
    public void Error_InEachOfItsShapes_IsOne(string stream)
    {
        var tap = new MediaStreamTap();
        var (verdicts, _) = Frames.Relay(tap, stream);
        Assert.Equal((FrameKind.Error, true, "m", "c"), (verdicts.Single().Kind, tap.Reply.HasError, tap.Reply.ErrorMessage, tap.Reply.ErrorCode));
    }

    [Fact]
    public void Error_OfOurs_IsAnEventThatClientsRaise() =>
        Assert.Equal(
            "data: {\"error\":{\"message\":\"m\",\"type\":\"server_error\",\"param\":null,\"code\":\"c\"}}\n\n",
            Frames.Error(new MediaStreamTap(), "m", "c"));

    [Theory]
    [InlineData("""{"created":1,"data":[{"b64_json":"AAAA"}],"usage":{"input_tokens":4,"output_tokens":272,"total_tokens":276}}""", 4, 272)]
    [InlineData("""{"text":"a","usage":{"type":"tokens","input_tokens":14,"output_tokens":2,"total_tokens":16}}""", 14, 2)]
    [InlineData("""{"text":"a","usage":{"prompt_tokens":7,"completion_tokens":3,"total_tokens":10,"prompt_audio_seconds":2}}""", 7, 3)]
    [InlineData("""{"text":"a","usage":{"type":"duration","seconds":2}}""", null, 0)]
    [InlineData("""{"id":"modr-1","model":"omni","results":[]}""", null, 0)]
    public void PlainAnswer_TellsTokensOrNone(string body, int? input, int output)
    {
        var tap = new MediaReplyTap();
        foreach (var b in Encoding.UTF8.GetBytes(body)) tap.Observe([b]);
        tap.Complete();
        Assert.Equal((true, true, false, input is not null), (tap.IsJson, tap.IsComplete, tap.IsError, tap.Reply.HasUsage));
        Assert.Equal(new TokenUsage(input ?? 0, 0, 0, output, 0), tap.Reply.Usage);
    }
}
