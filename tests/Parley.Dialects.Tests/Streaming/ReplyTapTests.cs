using System.Text;
using System.Text.Json;
using Parley.Dialects.Conversations;
using Parley.Dialects.Embeddings;
using Parley.Dialects.OpenAIChat;
using Parley.Dialects.OpenAIResponses;
using Parley.Dialects.Streaming;
using Parley.Dialects.Tests.Splicing;

namespace Parley.Dialects.Tests.Streaming;

public sealed class ReplyTapTests
{
    private const string Chat = """
        { "id" : "c\u0031", "object":"chat.completion","model": "gpt-4o", "x":{"id":"no","usage":{"prompt_tokens":99}},
          "choices":[ {"index":0,"message":{"content":"\"usage\": {\\","finish_reason":"no","ünï":"ü😀"},"finish_reason" : "stop"},{"finish_reason":"length"} ],
          "error" : null, "usage" : { "prompt_tokens" : 5, "completion_tokens":7 } , "tail":[[{"id":"no"}]] }
        """;

    [Fact]
    public void Chat_EverySplitPosition_GivesTheSame()
    {
        var body = Encoding.UTF8.GetBytes(Chat);
        for (var first = 0; first <= body.Length; first++)
        {
            for (var second = first; second <= body.Length; second += 7)
            {
                var tap = new ChatReplyTap();
                tap.Observe(body.AsSpan(0, first));
                tap.Observe(body.AsSpan(first, second - first));
                tap.Observe(body.AsSpan(second));
                tap.Complete();
                Assert.Equal(
                    (true, true, false, true, "c1", "gpt-4o", "stop", true, new TokenUsage(5, 0, 0, 7, 0)),
                    (tap.IsJson, tap.IsComplete, tap.IsError, tap.Reply.HasContent, tap.Reply.Id, tap.Reply.Model, tap.Reply.FinishReason, tap.Reply.HasUsage,
                        tap.Reply.Usage));
            }
        }
    }

    [Fact]
    public void Capture_RandomDocumentsAndChunks_GivesWhatJsonDocumentGives()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var generator = new JsonGenerator(seed);
        for (var seen = 0; seen < 4000;)
        {
            var inner = generator.Next();
            if (!EnvelopeOracle.Read(inner).IsJson || inner.Length == 0) continue;
            seen++;
            var text = Encoding.UTF8.GetString(inner);
            string[] members = [$"\"usage\":{text}", $"\"a\":{text}", $"\"error\": {text} ", "\"choices\":[{\"index\":0,\"m\":" + text + ",\"finish_reason\":\"f\"}]", "\"id\":\"i\""];
            var body = Encoding.UTF8.GetBytes("{" + string.Join(',', members.OrderBy(_ => random.Next())) + "}");
            try
            {
                using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 200 });
                var captured = new Dictionary<CapturedMember, string>();
                var capture = new JsonMemberCapture((member, value, _) => captured[member] = Encoding.UTF8.GetString(value), [.. "choices"u8]);
                for (var at = 0; at < body.Length;)
                {
                    var take = Math.Min(random.Next(1, random.Next(2) == 0 ? 4 : 300), body.Length - at);
                    capture.Observe(body.AsSpan(at, take));
                    at += take;
                }

                Assert.True(capture.IsComplete && capture.HasContent, $"seed {seed}: {text}");
                Assert.Equal(
                    (document.RootElement.GetProperty("usage").GetRawText(), document.RootElement.GetProperty("error").GetRawText(), "\"i\"", "\"f\""),
                    (captured[CapturedMember.Usage], captured[CapturedMember.Error], captured[CapturedMember.Id], captured[CapturedMember.FinishReason]));
            }
            catch (JsonException)
            {
                // too deep for the document: nothing to compare with
            }
        }
    }

    [Theory]
    [InlineData("""{"error":{"message":"boom","type":"server_error","code":"c"}}""", "boom", "c")]
    [InlineData("""{"error":"boom"}""", "boom", null)]
    [InlineData("""{"choices":[],"error":{"message":"boom","code":503}}""", "boom", "503")]
    public void Chat_ErrorInsideA200_IsNoticed(string body, string message, string? code)
    {
        var tap = Observed(new ChatReplyTap(), body);
        Assert.Equal((true, true, message, code, false), (tap.IsError, tap.IsComplete, tap.Reply.ErrorMessage, tap.Reply.ErrorCode, tap.Reply.HasContent));
    }

    [Fact]
    public void Chat_ErrorTooLongToKeep_IsStillAnError()
    {
        var tap = Observed(new ChatReplyTap(), $$"""{"error":{"message":"{{new string('x', 50_000)}}"},"model":"m"}""");
        Assert.Equal((true, null, "m"), (tap.IsError, tap.Reply.ErrorMessage, tap.Reply.Model));
    }

    [Theory]
    [InlineData("", false, false)]
    [InlineData("  ", false, false)]
    [InlineData("<html>", false, false)]
    [InlineData("[{}]", false, false)]
    [InlineData("{\"model\":\"m\",\"choices\":[{", true, false)]
    [InlineData("{} trailing", true, true)]
    [InlineData("{\"usage\":tru}", true, true)]
    [InlineData("{\"usage\":{\"a\" 1}}}}}", true, true)]
    [InlineData("{]]]]", true, true)]
    public void Chat_OddBody_NeverFails(string body, bool isJson, bool isComplete)
    {
        var tap = Observed(new ChatReplyTap(), body);
        Assert.Equal((isJson, isComplete, false), (tap.IsJson, tap.IsComplete, tap.Reply.HasUsage));
    }

    [Fact]
    public void Capture_RandomDamage_NeverFails()
    {
        var generator = new JsonGenerator(Environment.TickCount);
        for (var i = 0; i < 20_000; i++) Observed(new ChatReplyTap(), generator.Next(), 1 + (i % 90));
    }

    [Theory]
    [InlineData("""{"id":"r","status":"completed","incomplete_details":null,"error":null,"output":[{"status":"x"}],"usage":{"input_tokens":1,"output_tokens":2}}""", "completed", false)]
    [InlineData("""{"incomplete_details":{"reason":"max_output_tokens"},"status":"incomplete","output":[{}],"usage":{"input_tokens":1,"output_tokens":2}}""", "max_output_tokens", false)]
    [InlineData("""{"status":"failed","error":{"code":"c","message":"m"},"output":[{}],"usage":{"input_tokens":1,"output_tokens":2}}""", "failed", true)]
    public void Responses_Answer_GivesStatusUsageAndError(string body, string finish, bool isError)
    {
        var tap = Observed(new ResponsesReplyTap(), body);
        Assert.Equal((finish, isError, true, new TokenUsage(1, 0, 0, 2, 0)), (tap.Reply.FinishReason, tap.IsError, tap.Reply.HasContent, tap.Reply.Usage));
    }

    [Fact]
    public void Embeddings_LargeAnswer_IsWatchedWithoutBeingKept()
    {
        var part = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("-0.0123456789,", 4096)));
        var tap = new EmbeddingsReplyTap();
        tap.Observe("{\"object\":\"list\",\"data\":[{\"object\":\"embedding\",\"index\":0,\"embedding\":["u8);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) tap.Observe(part);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        tap.Observe("1]}],\"model\":\"e3\",\"usage\":{\"prompt_tokens\":8,\"total_tokens\":8}}"u8);
        tap.Complete();
        Assert.Equal((true, true, "e3", new TokenUsage(8, 0, 0, 0, 0)), (tap.IsComplete, tap.Reply.HasContent, tap.Reply.Model, tap.Reply.Usage));
    }

    private static T Observed<T>(T tap, string body)
        where T : ReplyTap => Observed(tap, Encoding.UTF8.GetBytes(body), 1000);

    internal static T Observed<T>(T tap, byte[] body, int chunk)
        where T : ReplyTap
    {
        for (var at = 0; at < body.Length; at += chunk) tap.Observe(body.AsSpan(at, Math.Min(chunk, body.Length - at)));
        tap.Complete();
        return tap;
    }
}
