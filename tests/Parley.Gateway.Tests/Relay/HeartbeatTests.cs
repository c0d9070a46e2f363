using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Parley.Gateway.Configuration;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Relay;

/// <summary>Comments that keep a silent stream alive (contracts §6): where, when, and what becomes of the answer.</summary>
public sealed class HeartbeatTests
{
    private const string Beat = HeartbeatGateway.Beat;
    private const string First = "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"Hel\"}}]}\n\n";
    private const string Second = "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"lo\"},\"finish_reason\":\"stop\"}]}\n\n";
    private const string Done = "data: [DONE]\n\n";
    private const string PlainChat = """{"id":"c","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"late words"},"finish_reason":"stop"}]}""";

    private static readonly string Ask = GatewayCalls.Body(GatewayCalls.Chat, stream: true);

    [Fact]
    public async Task ProviderWithoutAWord_AfterTheInterval_TheStreamBeginsAndGoesOn()
    {
        await using var test = await HeartbeatGateway.StartAsync();
        var asking = test.AskAsync(GatewayCalls.Chat, Ask);
        var call = await test.Upstream.NextAsync();
        test.Time.Advance(TimeSpan.FromSeconds(14.9));
        await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, GatewayCalls.Limit());
        Assert.False(asking.IsCompleted);
        test.Time.Advance(TimeSpan.FromSeconds(0.1));
        using var answer = await asking;
        Assert.Equal((200, "text/event-stream", true), ((int)answer.StatusCode, answer.Content.Headers.ContentType!.MediaType, answer.Headers.CacheControl is { NoCache: true, NoTransform: true }));
        Assert.Equal(("p1", "m1", "1", "no"), (Header(answer, "x-parley-provider"), Header(answer, "x-parley-model"), Header(answer, "x-parley-attempts"), Header(answer, "X-Accel-Buffering")));
        var body = await answer.Content.ReadAsStreamAsync();
        Assert.Equal(Beat, await HeartbeatGateway.ReadAsync(body, Beat.Length));
        test.Time.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal(Beat, await HeartbeatGateway.ReadAsync(body, Beat.Length));

        await call.SendAsync(First);
        Assert.Equal(First, await HeartbeatGateway.ReadAsync(body, First.Length));
        Assert.Equal(Beat, await test.NextBeatAsync(body));
        await call.SendAsync(Second + Done);
        call.End();
        Assert.Equal(Second + Done, await HeartbeatGateway.RestAsync(body));
        await test.Gateway.AssertNothingLeftAsync();
        Assert.Equal("estimated", (await test.Gateway.RecordAsync(Header(answer, "x-request-id"))).Flags());
    }

    [Theory]
    [InlineData("/v1/chat/completions", """{"model":"gpt","messages":[{"role":"user","content":"x"}],"stream":true}""", "data: {\"error\":")]
    [InlineData("/v1/responses", """{"model":"gpt","input":"x","stream":true}""", "event: error\ndata: {\"type\":\"error\"")]
    [InlineData("/v1/messages", """{"model":"gpt","max_tokens":9,"messages":[{"role":"user","content":"x"}],"stream":true}""", "event: error\ndata: {\"type\":\"error\"")]
    [InlineData("/v1beta/models/gpt:streamGenerateContent?alt=sse", """{"contents":[{"role":"user","parts":[{"text":"x"}]}]}""", "data: {\"error\":")]
    [InlineData("/v1/completions", """{"model":"gpt","prompt":"x","stream":true}""", "data: {\"error\":")]
    public async Task EverySurface_FailureAfterABeat_IsAnErrorEventInItsOwnDialect(string path, string body, string error)
    {
        await using var test = await HeartbeatGateway.StartAsync();
        var asking = test.AskAsync(path, body);
        var call = await test.Upstream.NextAsync();
        test.Time.Advance(TimeSpan.FromSeconds(15));
        using var answer = await asking;
        Assert.Equal((200, "text/event-stream"), ((int)answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
        await call.AnswerAsync("""{"error":{"message":"the model is on fire","type":"server_error","code":"fire"}}""", status: 500);
        var rest = await answer.Content.ReadAsStringAsync(GatewayCalls.Limit());
        Assert.StartsWith((path.Contains("v1beta", StringComparison.Ordinal) ? "\n\n" : Beat) + error, rest, StringComparison.Ordinal);
        Assert.Contains("the model is on fire", rest, StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", rest, StringComparison.Ordinal);
        var record = await test.Gateway.RecordAsync(Header(answer, "x-request-id"));
        Assert.Equal((500, "upstream_failed"), (record.GetProperty("status").GetInt32(), record.Flags()));
        await test.Gateway.AssertNothingLeftAsync();
    }

    [Theory]
    [InlineData("anthropic", "/v1/chat/completions", "[DONE]")]
    [InlineData("anthropic", "/v1/responses", "response.completed")]
    [InlineData("anthropic", "/v1/messages", "message_stop")]
    [InlineData("anthropic", "/v1beta/models/gpt:streamGenerateContent?alt=sse", "STOP")]
    public async Task SplicedAndTranslated_SilenceBetweenEvents_IsFilled(string type, string path, string end)
    {
        const string Start = """
            event: message_start
            data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"m1","content":[],"usage":{"input_tokens":3,"output_tokens":1}}}

            event: content_block_start
            data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hel"}}


            """;
        const string Rest = """
            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"lo"}}

            event: content_block_stop
            data: {"type":"content_block_stop","index":0}

            event: message_delta
            data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":5}}

            event: message_stop
            data: {"type":"message_stop"}


            """;
        await using var test = await HeartbeatGateway.StartAsync(type);
        var request = path switch
        {
            "/v1/responses" => """{"model":"gpt","input":"x","stream":true}""",
            "/v1/messages" or "/v1/chat/completions" => """{"model":"gpt","max_tokens":9,"messages":[{"role":"user","content":"x"}],"stream":true}""",
            _ => """{"contents":[{"role":"user","parts":[{"text":"x"}]}]}""",
        };
        var asking = test.AskAsync(path, request);
        var call = await test.Upstream.NextAsync();
        await call.SendAsync(Start);
        using var answer = await asking;
        var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        var text = await UntilAsync(reader, "Hel", null);
        text += await UntilAsync(reader, path.Contains("v1beta", StringComparison.Ordinal) ? "\n\n" : Beat, test);
        await call.SendAsync(Rest);
        call.End();
        text += await reader.ReadToEndAsync(GatewayCalls.Limit());
        Assert.Contains(end, text, StringComparison.Ordinal);
        Assert.DoesNotContain("keep-alive", text[text.IndexOf(end, StringComparison.Ordinal)..], StringComparison.Ordinal);
        // Taken out, the comments leave what is read without them.
        Assert.All(text.Replace(Beat, "", StringComparison.Ordinal).Split("\n\n", StringSplitOptions.RemoveEmptyEntries), static item => Assert.Contains("data: ", item, StringComparison.Ordinal));
        await test.Gateway.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task HalfAnEvent_ThenSilence_TheBeatComesBeforeTheEvent()
    {
        await using var test = await HeartbeatGateway.StartAsync();
        var asking = test.AskAsync(GatewayCalls.Chat, Ask);
        var call = await test.Upstream.NextAsync();
        await call.SendAsync(First + Second[..40]);
        using var answer = await asking;
        var body = await answer.Content.ReadAsStreamAsync();
        Assert.Equal(First, await HeartbeatGateway.ReadAsync(body, First.Length));
        Assert.Equal(Beat, await test.NextBeatAsync(body));
        await call.SendAsync(Second[40..] + Done);
        call.End();
        Assert.EndsWith(Second + Done, await HeartbeatGateway.RestAsync(body), StringComparison.Ordinal);
    }

    [Fact]
    public async Task FirstTargetFails_AfterABeat_TheSecondStillAnswers()
    {
        await using var test = await HeartbeatGateway.StartAsync(targets: 2);
        var asking = test.AskAsync(GatewayCalls.Chat, Ask);
        var first = await test.Upstream.NextAsync();
        test.Time.Advance(TimeSpan.FromSeconds(15));
        using var answer = await asking;
        // Who will answer is not known yet, so nothing is said of it.
        Assert.Equal((null, null), (Header(answer, "x-parley-provider"), Header(answer, "X-Served-By-Instance")));
        await first.AnswerAsync("{}", status: 503);
        var second = await test.Upstream.NextAsync();
        await second.SendAsync(First + Second + Done);
        second.End();
        Assert.Equal(Beat + First + Second + Done, await answer.Content.ReadAsStringAsync(GatewayCalls.Limit()));
        var record = await test.Gateway.RecordAsync(Header(answer, "x-request-id"));
        Assert.Equal((200, "p2", 2), (record.GetProperty("status").GetInt32(), record.GetProperty("provider").GetString(), record.GetProperty("attempts").GetArrayLength()));
    }

    [Fact]
    public async Task Hedged_BothSilent_TheBeatBeginsAndTheFirstContentWins()
    {
        await using var test = await HeartbeatGateway.StartAsync(targets: 2, model: """, "hedge": { "afterMilliseconds": 1000 }""");
        var asking = test.AskAsync(GatewayCalls.Chat, Ask);
        await test.Upstream.NextAsync();
        var next = test.Upstream.NextAsync();
        while (!next.IsCompleted)
        {
            test.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(next, Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, GatewayCalls.Limit()));
        }

        var second = await next;
        test.Time.Advance(TimeSpan.FromSeconds(15));
        using var answer = await asking;
        await second.SendAsync(First + Second + Done);
        second.End();
        var text = await answer.Content.ReadAsStringAsync(GatewayCalls.Limit());
        Assert.Equal(First + Second + Done, text.Replace(Beat, "", StringComparison.Ordinal));
        await test.Gateway.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task ProviderBreaksOff_AfterABeatWithoutContent_IsAnErrorEvent()
    {
        await using var test = await HeartbeatGateway.StartAsync();
        var asking = test.AskAsync(GatewayCalls.Chat, Ask);
        var call = await test.Upstream.NextAsync();
        test.Time.Advance(TimeSpan.FromSeconds(15));
        using var answer = await asking;
        call.Break();
        var text = await answer.Content.ReadAsStringAsync(GatewayCalls.Limit());
        Assert.StartsWith(Beat + "data: {\"error\":", text, StringComparison.Ordinal);
        Assert.NotNull(JsonNode.Parse(text[(Beat.Length + 6)..])!["error"]!["message"]);
        await test.Gateway.AssertNothingLeftAsync();
    }

    // google-genai for Python reads `data: ` lines, passes over empty ones and takes every other for JSON.
    [Fact]
    public async Task Gemini_Silent_EveryLineIsEmptyOrData()
    {
        const string Event = "data: {\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\"Hello\"}]},\"finishReason\":\"STOP\"}]}\n\n";
        await using var test = await HeartbeatGateway.StartAsync("gemini");
        var asking = test.AskAsync("/v1beta/models/gpt:streamGenerateContent?alt=sse", """{"contents":[{"role":"user","parts":[{"text":"x"}]}]}""");
        var call = await test.Upstream.NextAsync();
        test.Time.Advance(TimeSpan.FromSeconds(15));
        using var answer = await asking;
        var body = await answer.Content.ReadAsStreamAsync();
        Assert.Equal("\n\n", await HeartbeatGateway.ReadAsync(body, 2));
        test.Time.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal("\n\n", await HeartbeatGateway.ReadAsync(body, 2));
        await call.SendAsync(Event);
        call.End();
        Assert.Equal(Event, await HeartbeatGateway.RestAsync(body));
        await test.Gateway.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task ProviderIgnoresStream_BeforeABeat_IsAnsweredAsItCame()
    {
        await using var test = await HeartbeatGateway.StartAsync();
        var asking = test.AskAsync(GatewayCalls.Chat, Ask);
        var call = await test.Upstream.NextAsync();
        await call.AnswerAsync(PlainChat);
        using var answer = await asking;
        Assert.Equal(("application/json", PlainChat), (answer.Content.Headers.ContentType!.MediaType, await answer.Content.ReadAsStringAsync(GatewayCalls.Limit())));
    }

    // The answer is there and paid for: it is told as the stream that has begun, and no other target is asked.
    [Theory]
    [InlineData("openai-compatible", "/v1/chat/completions", """{"model":"gpt","messages":[{"role":"user","content":"x"}],"stream":true}""", PlainChat, "data: [DONE]\n\n")]
    [InlineData("openai", "/v1/responses", """{"model":"gpt","input":"x","stream":true}""",
        """{"id":"resp_own","object":"response","created_at":1,"status":"completed","model":"m1","output":[{"type":"message","id":"msg_1","role":"assistant","status":"completed","content":[{"type":"output_text","text":"late words","annotations":[]}]}],"usage":{"input_tokens":3,"output_tokens":2,"total_tokens":5}}""",
        "event: response.completed\ndata: ")]
    [InlineData("anthropic", "/v1/messages", """{"model":"gpt","max_tokens":9,"messages":[{"role":"user","content":"x"}],"stream":true}""",
        """{"id":"msg_1","type":"message","role":"assistant","model":"m1","content":[{"type":"text","text":"late words"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":3,"output_tokens":2}}""",
        "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n")]
    [InlineData("gemini", "/v1beta/models/gpt:streamGenerateContent?alt=sse", """{"contents":[{"role":"user","parts":[{"text":"x"}]}]}""",
        """{"candidates":[{"content":{"role":"model","parts":[{"text":"late words"}]},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":2,"totalTokenCount":5}}""",
        "\"finishReason\":\"STOP\"")]
    public async Task ProviderIgnoresStream_AfterABeat_ItsAnswerIsTheStream(string type, string path, string body, string plain, string end)
    {
        await using var test = await HeartbeatGateway.StartAsync(type, targets: 2);
        var asking = test.AskAsync(path, body);
        var call = await test.Upstream.NextAsync();
        test.Time.Advance(TimeSpan.FromSeconds(15));
        using var answer = await asking;
        await call.AnswerAsync(plain);
        var text = await answer.Content.ReadAsStringAsync(GatewayCalls.Limit());
        Assert.Contains("late words", text, StringComparison.Ordinal);
        Assert.Contains(end, text, StringComparison.Ordinal);
        Assert.DoesNotContain("\"error\":{", text, StringComparison.Ordinal);
        if (type == "openai") Assert.Contains("resp_own", text, StringComparison.Ordinal);
        Assert.All(text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries), static item => Assert.True(item.Contains("data: ", StringComparison.Ordinal) || item == Beat.TrimEnd()));
        Assert.Equal(1, test.Upstream.Count);
        var record = await test.Gateway.RecordAsync(Header(answer, "x-request-id"));
        Assert.Equal((200, "p1", 1), (record.GetProperty("status").GetInt32(), record.GetProperty("provider").GetString(), record.GetProperty("attempts").GetArrayLength()));
        await test.Gateway.AssertNothingLeftAsync();
    }

    // No conversation, so nothing to make a stream of; but no fault of the target's, and no reason to pay another one.
    [Fact]
    public async Task TextCompletions_ProviderIgnoresStreamAfterABeat_IsAnErrorEventThatNobodyPaysTwice()
    {
        await using var test = await HeartbeatGateway.StartAsync(targets: 2);
        for (var round = 0; round < 2; round++)
        {
            var asking = test.AskAsync("/v1/completions", """{"model":"gpt","prompt":"x","stream":true}""");
            var call = await test.Upstream.NextAsync();
            test.Time.Advance(TimeSpan.FromSeconds(15));
            using var answer = await asking;
            await call.AnswerAsync("""{"id":"c","object":"text_completion","choices":[{"index":0,"text":"a","finish_reason":"stop"}]}""");
            Assert.StartsWith(Beat + "data: {\"error\":{\"message\":\"The provider answered without the stream", await answer.Content.ReadAsStringAsync(GatewayCalls.Limit()), StringComparison.Ordinal);
            var record = await test.Gateway.RecordAsync(Header(answer, "x-request-id"));
            // The second time too it is the first target: nothing was counted against it.
            Assert.Equal(("p1", 1), (record.GetProperty("provider").GetString(), record.GetProperty("attempts").GetArrayLength()));
        }

        Assert.Equal(2, test.Upstream.Count);
    }

    [Fact]
    public async Task PlainAnswerIsCut_BeforeABeat_TheNextTargetsSilenceIsFilled()
    {
        await using var test = await HeartbeatGateway.StartAsync(targets: 2);
        var asking = test.AskAsync(GatewayCalls.Chat, Ask);
        var first = await test.Upstream.NextAsync();
        await first.AnswerAsync(PlainChat[..40]);
        var second = await test.Upstream.NextAsync();
        test.Time.Advance(TimeSpan.FromSeconds(15));
        using var answer = await asking;
        var body = await answer.Content.ReadAsStreamAsync();
        Assert.Equal(Beat, await test.NextBeatAsync(body));
        await second.SendAsync(First + Second + Done);
        second.End();
        Assert.EndsWith(First + Second + Done, await HeartbeatGateway.RestAsync(body), StringComparison.Ordinal);
        await test.Gateway.AssertNothingLeftAsync();
    }

    [Theory]
    [InlineData(0, "/v1/chat/completions", true)]
    [InlineData(15, "/v1/chat/completions", false)]
    [InlineData(15, "/v1beta/models/gpt:streamGenerateContent", true)]
    public async Task OffOrPlainOrAJsonArray_NoBeat(int seconds, string path, bool stream)
    {
        await using var test = await HeartbeatGateway.StartAsync(path.Contains("v1beta", StringComparison.Ordinal) ? "gemini" : "openai-compatible", seconds);
        var asking = test.AskAsync(path, path.Contains("v1beta", StringComparison.Ordinal)
            ? """{"contents":[{"role":"user","parts":[{"text":"x"}]}]}"""
            : GatewayCalls.Body(GatewayCalls.Chat, stream));
        var call = await test.Upstream.NextAsync();
        test.Time.Advance(TimeSpan.FromSeconds(60));
        await call.AnswerAsync("{}", status: 500);
        using var answer = await asking;
        Assert.Equal(500, (int)answer.StatusCode);
        Assert.DoesNotContain("keep-alive", await answer.Content.ReadAsStringAsync(GatewayCalls.Limit()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task CallerLeaves_WhileBeating_NothingIsLeft()
    {
        await using var test = await HeartbeatGateway.StartAsync();
        var asking = test.AskAsync(GatewayCalls.Chat, Ask);
        var call = await test.Upstream.NextAsync();
        test.Time.Advance(TimeSpan.FromSeconds(15));
        (await asking).Dispose();
        await call.Left;
        await test.Gateway.AssertNothingLeftAsync();
        test.Time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal("aborted estimated client_aborted", (await test.Gateway.RecordAsync()).Flags());
        Assert.DoesNotContain(test.Gateway.Log.Lines, static line => line.Contains("failed inside", StringComparison.Ordinal));
    }

    // Any split of the stream and any pauses: without its comments the answer is what came, and each comment stands between two events.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task AnySplitWithAnyPauses_CommentsStandBetweenEvents(int seed)
    {
        const string Whole = First + First + Second + Done;
        var random = new Random(seed);
        await using var test = await HeartbeatGateway.StartAsync();
        for (var round = 0; round < 8; round++)
        {
            var asking = test.AskAsync(GatewayCalls.Chat, Ask);
            var call = await test.Upstream.NextAsync();
            for (var at = 0; at < Whole.Length;)
            {
                if (random.Next(2) == 0) test.Time.Advance(TimeSpan.FromSeconds(random.Next(1, 40)));
                var length = Math.Min(random.Next(1, 120), Whole.Length - at);
                await call.SendAsync(Whole.Substring(at, length));
                at += length;
            }

            call.End();
            using var answer = await asking;
            var text = await answer.Content.ReadAsStringAsync(GatewayCalls.Limit());
            Assert.Equal(Whole, text.Replace(Beat, "", StringComparison.Ordinal));
            Assert.All(text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries), static item => Assert.True(item.StartsWith("data: ", StringComparison.Ordinal) || item == Beat.TrimEnd()));
            Assert.EndsWith(Done, text, StringComparison.Ordinal);
        }

        await test.Gateway.AssertNothingLeftAsync();
    }

    [Theory]
    [InlineData("FUNCTIONS_CUSTOMHANDLER_PORT", "{}", 15)]
    [InlineData("FUNCTIONS_HTTPWORKER_PORT", "{}", 15)]
    [InlineData("FUNCTIONS_CUSTOMHANDLER_PORT", """{ "surfaces": { "heartbeatSeconds": 0 } }""", 0)]
    [InlineData("SOMETHING_ELSE", "{}", 0)]
    [InlineData("SOMETHING_ELSE", """{ "surfaces": { "heartbeatSeconds": 20 } }""", 20)]
    [Trait("Contract", "2.functions")]
    public async Task Default_OnFunctions_IsFifteenSeconds(string variable, string config, int seconds)
    {
        await using var gateway = await GatewayHost.StartAsync(new() { Config = _ => config, Variables = new Dictionary<string, string> { [variable] = "7071" } });
        Assert.Equal(seconds, gateway.Services.GetRequiredService<SnapshotHolder>().Current.Config.Heartbeat.TotalSeconds);
    }

    private static async Task<string> UntilAsync(StreamReader reader, string text, HeartbeatGateway? advancing)
    {
        var all = "";
        var buffer = new char[1024];
        var limit = GatewayCalls.Limit();
        while (!all.Contains(text, StringComparison.Ordinal))
        {
            var reading = reader.ReadAsync(buffer, limit).AsTask();
            while (advancing is not null && !reading.IsCompleted)
            {
                advancing.Time.Advance(TimeSpan.FromSeconds(15));
                await Task.WhenAny(reading, Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, limit));
            }

            var read = await reading;
            Assert.NotEqual(0, read);
            all += new string(buffer, 0, read);
        }

        return all;
    }

    private static string? Header(HttpResponseMessage answer, string name) => answer.Headers.TryGetValues(name, out var values) ? values.Single() : null;
}
