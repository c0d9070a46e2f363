using System.Text.Json.Nodes;
using Parley.Dialects.Conversations;
using Parley.Dialects.OpenAIChat;
using Parley.Dialects.Streaming;
using Parley.Dialects.Tests.Streaming;

namespace Parley.Dialects.Tests.OpenAIChat;

public sealed class ChatStreamTapTests
{
    private const string Role = """{"id":"c1","model":"gpt-4o","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}],"usage":null}""";
    private const string Text = """{"id":"c1","model":"gpt-4o","choices":[{"index":0,"delta":{"content":"hi"},"finish_reason":null}],"usage":null,"obfuscation":"x"}""";
    private const string Stop = """{"id":"c1","model":"gpt-4o","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":null}""";
    private const string Usage = """{"id":"c1","model":"gpt-4o","choices":[],"usage":{"prompt_tokens":5,"completion_tokens":7,"total_tokens":12}}""";

    [Fact]
    public void Stream_ClientDidNotAsk_UsageIsHiddenAndCutAndNothingElse()
    {
        var tap = new ChatStreamTap(clientAskedForUsage: false, weAskedForUsage: true);
        var (verdicts, sent) = Frames.Relay(tap, Frames.Data(Role, Text, Text, Stop, Usage, "[DONE]"));
        Assert.Equal(
            [
                new(FrameKind.Prelude, FrameAction.Rewrite), new(FrameKind.Content, FrameAction.Rewrite), new(FrameKind.Content, FrameAction.Rewrite),
                new(FrameKind.Terminal, FrameAction.Rewrite), new(FrameKind.Usage, FrameAction.Hide), new FrameVerdict(FrameKind.Done, FrameAction.Forward),
            ],
            verdicts);
        Assert.Equal(
            Frames.Data(
                """{"id":"c1","model":"gpt-4o","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}""",
                """{"id":"c1","model":"gpt-4o","choices":[{"index":0,"delta":{"content":"hi"},"finish_reason":null}],"obfuscation":"x"}""",
                """{"id":"c1","model":"gpt-4o","choices":[{"index":0,"delta":{"content":"hi"},"finish_reason":null}],"obfuscation":"x"}""",
                """{"id":"c1","model":"gpt-4o","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""",
                "[DONE]"),
            sent);
        Assert.True(tap.IsFinished);
        Assert.Equal(("gpt-4o", "c1", "stop", true, new TokenUsage(5, 0, 0, 7, 0)),
            (tap.Reply.Model, tap.Reply.Id, tap.Reply.FinishReason, tap.Reply.HasUsage, tap.Reply.Usage));
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    public void Stream_ClientAsked_PassesByteForByte(bool client, bool we)
    {
        var tap = new ChatStreamTap(client, we);
        var stream = Frames.Data(Role, Text, Text, Stop, Usage, "[DONE]");
        Assert.Equal(stream, Frames.Relay(tap, stream).Sent);
        Assert.True(tap.Reply.HasUsage);
    }

    [Fact]
    public void Stream_NobodyAsked_VendorsNullStaysItsCountsDoNot()
    {
        var tap = new ChatStreamTap(false, false);
        Assert.Equal(Frames.Data(Role, Text, Text, Stop), Frames.Relay(tap, Frames.Data(Role, Text, Text, Stop, Usage)).Sent);
        Assert.True(tap.Reply.HasUsage);
    }

    /// <summary>failures.md 2.12: the final usage chunk with choices that are not empty.</summary>
    [Fact]
    public void Stream_UsageBesideChoices_IsReadAndCutOut()
    {
        var tap = new ChatStreamTap(false, true);
        var (verdicts, sent) = Frames.Relay(tap, Frames.Data(Text,
            """{"usage" : {"prompt_tokens":1,"completion_tokens":2} , "choices":[{"delta":{"content":"x"}}]}""",
            """{"choices":[{"index":0,"delta":{"content":"x"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":4}}"""));
        Assert.Equal([FrameKind.Content, FrameKind.Content, FrameKind.Terminal], verdicts.Select(v => v.Kind));
        Assert.EndsWith(Frames.Data("""{ "choices":[{"delta":{"content":"x"}}]}""",
            """{"choices":[{"index":0,"delta":{"content":"x"},"finish_reason":"stop"}]}"""), sent, StringComparison.Ordinal);
        Assert.Equal(new TokenUsage(3, 0, 0, 4, 0), tap.Reply.Usage); // the last one wins
    }

    /// <summary>failures.md 2.13 and Azure's asynchronous filter.</summary>
    [Fact]
    public void Stream_AzureChunks_PassUnharmed()
    {
        string[] data =
        [
            """{"choices":[],"created":0,"id":"","model":"","object":"","prompt_filter_results":[{"prompt_index":0,"content_filter_results":{}}]}""",
            """{"choices":[{"content_filter_results":{},"delta":{"content":"","role":"assistant"},"finish_reason":null,"index":0}],"id":"c","model":"gpt-5"}""",
            """{"choices":[{"delta":{"content":"a"},"index":0}]}""",
            """{"choices":[{"index":0,"finish_reason":null,"content_filter_results":{"hate":{"filtered":false}},"content_filter_offsets":{"check_offset":44}}]}""",
            """{"choices":[{"delta":{},"finish_reason":"content_filter","index":0}]}""",
            """{"choices":[{"index":0,"finish_reason":null,"content_filter_offsets":{"check_offset":45}}],"id":"","model":""}""",
            """{"choices":[],"usage":null,"prompt_filter_results":[]}""",
        ];
        var tap = new ChatStreamTap(false, false);
        var (verdicts, sent) = Frames.Relay(tap, Frames.Data(data));
        Assert.Equal(Frames.Data(data), sent);
        Assert.Equal([FrameKind.Prelude, FrameKind.Prelude, FrameKind.Content], verdicts.Take(3).Select(v => v.Kind));
        Assert.Equal(FrameKind.Terminal, verdicts[4].Kind);
        Assert.True(tap.IsFinished);
        Assert.Equal(("gpt-5", "c", "content_filter"), (tap.Reply.Model, tap.Reply.Id, tap.Reply.FinishReason));
    }

    [Fact]
    public void Stream_SeveralChoices_IsFinishedWhenEachOneIs()
    {
        var tap = new ChatStreamTap(true, false);
        Frames.Relay(tap, Frames.Data(Text, Text, """{"choices":[{"index":1,"delta":{"content":"b"}}]}""", Stop));
        Assert.False(tap.IsFinished);
        Frames.Relay(tap, Frames.Data("""{"choices":[{"delta":{},"finish_reason":"length","index":1}]}"""));
        Assert.True(tap.IsFinished);
        Assert.Equal("stop", tap.Reply.FinishReason);
    }

    [Fact]
    public void Stream_ToolCallIndices_AreNoChoices()
    {
        var tap = new ChatStreamTap(true, false);
        Frames.Relay(tap, Frames.Data(Text, """{"choices":[{"index":0,"delta":{"tool_calls":[{"index":3,"function":{"arguments":"{"}}]}}]}""", Stop));
        Assert.True(tap.IsFinished);
    }

    [Theory]
    [InlineData("""{"role":"assistant"}""", FrameKind.Prelude)]
    [InlineData("""{"role":"assistant","content":"","refusal":null,"tool_calls":[ ]}""", FrameKind.Prelude)]
    [InlineData("{}", FrameKind.Prelude)]
    [InlineData("""{"content":" "}""", FrameKind.Content)]
    [InlineData("""{"refusal":"no"}""", FrameKind.Content)]
    [InlineData("""{"content":null,"tool_calls":[{"index":0}]}""", FrameKind.Content)]
    [InlineData("""{"function_call":{"name":"f"}}""", FrameKind.Content)]
    [InlineData("""{"reasoning_content":"hm"}""", FrameKind.Content)]
    [InlineData("""{"audio":{"id":"a"}}""", FrameKind.Content)]
    [InlineData("""{"something_new":7}""", FrameKind.Content)]
    public void Delta_FirstOfItsStream_IsContentUnlessItSaysNothing(string delta, FrameKind expected)
    {
        var tap = new ChatStreamTap(true, false);
        var (verdicts, _) = Frames.Relay(tap, Frames.Data($$"""{"choices":[{"index":0,"delta":{{delta}}}]}"""));
        Assert.Equal(expected, Assert.Single(verdicts).Kind);
        Assert.Equal(expected == FrameKind.Content, tap.Reply.HasContent);
    }

    [Theory]
    [InlineData("""data: {"error":{"message":"boom","type":"server_error","code":null}}""", "boom", "server_error", null)]
    [InlineData("""data: {"error":{"message":"boom","code":502}}""", "boom", "502", 502)]
    [InlineData("""data: {"error":"boom"}""", "boom", null, null)]
    [InlineData("""data: {"object":"error","message":"boom","type":"BadRequestError","code":400}""", "boom", "400", 400)]
    [InlineData("event: error\ndata: {\"message\":\"boom\",\"code\":\"overloaded\",\"status\":529}", "boom", "overloaded", 529)]
    [InlineData("event: error\ndata: {\"error\":{\"message\":\"boom\",\"code\":\"x\"}}", "boom", "x", null)]
    [InlineData("event: error\ndata: plain words", null, null, null)]
    public void Stream_ErrorInside_IsNoticedAndForwarded(string frame, string? message, string? code, int? status)
    {
        var tap = new ChatStreamTap(false, true);
        var (verdicts, sent) = Frames.Relay(tap, Frames.Data(Text, Text).Replace(",\"usage\":null", "", StringComparison.Ordinal) + frame + "\n\n");
        Assert.Equal(new FrameVerdict(FrameKind.Error, FrameAction.Forward), verdicts[^1]);
        Assert.EndsWith(frame + "\n\n", sent, StringComparison.Ordinal);
        Assert.Equal((true, message, code, status), (tap.Reply.HasError, tap.Reply.ErrorMessage, tap.Reply.ErrorCode, tap.Reply.ErrorStatus));
        Assert.False(tap.IsFinished);
    }

    /// <summary>failures.md 2.4: what is left of a cut stream is neither forwarded nor an end.</summary>
    [Fact]
    public void Stream_CutInMidEvent_IsNotFinishedAndItsRestIsHidden()
    {
        var tap = new ChatStreamTap(true, false);
        var (verdicts, sent) = Frames.Relay(tap, Frames.Data(Text, Text) + "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"");
        Assert.Equal(new FrameVerdict(FrameKind.Other, FrameAction.Hide), verdicts[^1]);
        Assert.Equal(Frames.Data(Text, Text), sent);
        Assert.False(tap.IsFinished);
    }

    [Theory]
    [InlineData("data: [DONE]", FrameKind.Done)]
    [InlineData("data: [DONE]\n", FrameKind.Done)]
    [InlineData("data: " + Stop, FrameKind.Terminal)]
    public void Stream_LastEventWithoutBlankLine_IsTaken(string last, FrameKind expected)
    {
        var tap = new ChatStreamTap(true, false);
        Assert.Equal(new FrameVerdict(expected, FrameAction.Forward), Frames.Relay(tap, Frames.Data(Text) + last).Verdicts[^1]);
        Assert.True(tap.IsFinished);
    }

    [Fact]
    public void Stream_MalformedChunkAndComments_AreForwarded()
    {
        const string Stream = ": ping\n\ndata: {\"choices\":[}\n\n\n\nretry: 5\n\ndata:\n\n";
        var tap = new ChatStreamTap(false, true);
        var (verdicts, sent) = Frames.Relay(tap, Stream);
        Assert.Equal(Stream, sent);
        Assert.Equal([FrameKind.Comment, FrameKind.Other, FrameKind.Comment, FrameKind.Comment, FrameKind.Comment, FrameKind.Other], verdicts.Select(v => v.Kind));
    }

    [Fact]
    public void Rewrite_DataInSeveralLines_KeepsItsMeaning()
    {
        var (_, sent) = Frames.Relay(new ChatStreamTap(false, true), "event: e\ndata: {\"choices\":[],\ndata: \"usage\":null,\ndata: \"x\":1}\n\n");
        Assert.Equal("event: e\ndata: {\"choices\":[],\ndata: \ndata: \"x\":1}\n\n", sent);
    }

    [Fact]
    public void WriteError_Message_IsAnErrorEventWithoutAnEnd() =>
        Assert.Equal("data: {\"error\":{\"message\":\"it \\\"broke\\\"\\n\",\"type\":\"server_error\",\"param\":null,\"code\":\"stream_broken\"}}\n\n",
            Frames.Error(new ChatStreamTap(true, true), "it \"broke\"\n", "stream_broken"));

    /// <summary>The search that spares most chunks a parser must come to what a parser says.</summary>
    [Fact]
    public void Stream_RandomChunks_LoseTheirUsageAndNothingElse()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        string[] texts = ["hi", "\\\"usage\\\":null", "usage", "{[", "\\\\", "\\\"finish_reason\\\":\\\"stop\\\"", "}]", ""];
        string[] extras = ["\"obfuscation\":\"x\"", "\"obfuscation\":\"a}\"", "\"x\":{\"usage\":null}", "\"system_fingerprint\":null", "\"y\":[1]", "\"z\":\"usage\"", "\"w\":{\"index\":4}"];
        for (var round = 0; round < 400; round++)
        {
            string[] data = [.. Enumerable.Range(0, 12).Select(_ => Chunk())];
            var tap = new ChatStreamTap(false, true);
            var expected = data.Select(d => JsonNode.Parse(d)!.AsObject()).Where(o => o["choices"]!.AsArray().Count > 0 || o["usage"] is null).ToList();
            expected.ForEach(o => o.Remove("usage"));
            var sent = Frames.Relay(tap, Frames.Data(data)).Sent.Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
            Assert.True(expected.Count == sent.Length, $"seed {seed}, round {round}");
            Assert.All(expected.Zip(sent), p => Assert.True(JsonNode.DeepEquals(p.First, JsonNode.Parse(p.Second["data: ".Length..])), $"seed {seed}, round {round}: {p.Second}"));
        }

        string Chunk()
        {
            var choice = random.Next(10) == 0 ? "" : $$"""{"index":0,"delta":{"content":"{{texts[random.Next(texts.Length)]}}"},"finish_reason":{{(random.Next(9) == 0 ? "\"stop\"" : "null")}}}""";
            var usage = random.Next(4) switch { 0 => null, 1 => "\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}", _ => "\"usage\":null" };
            string?[] members = ["\"model\":\"m\"", $"\"choices\":[{choice}]", usage, random.Next(2) == 0 ? extras[random.Next(extras.Length)] : null];
            return "{" + string.Join(random.Next(5) == 0 ? " , " : ",", members.Where(m => m is not null).OrderBy(_ => random.Next(3))) + "}";
        }
    }
}
