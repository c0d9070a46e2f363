using System.Text;
using Parley.Gateway.Tests.Harness;
using Parley.Simulator;
using Parley.Testing;

namespace Parley.Gateway.Tests.Resilience;

/// <summary>A provider's stream that goes wrong after it has begun: what the client reads, to the byte, and what the record says.</summary>
public sealed class StreamFaultTests
{
    private const string Broke = "The provider's connection broke before the answer was complete. Try again.";
    private const string Ended = "The provider's stream ended before its end. The answer is incomplete.";

    public static TheoryData<string, string, string?, int, string, string, string> Faults()
    {
        var data = new TheoryData<string, string, string?, int, string, string, string>();
        foreach (var path in (string[])[GatewayCalls.Chat, GatewayCalls.Responses])
        {
            // fault, its argument, events that the client still gets, code, message, the record's flags
            data.Add(path, "cut-connection", "6", 6, "stream_broken", Broke, "stream_broken");
            data.Add(path, "cut-body", "6", 6, "stream_broken", Ended, "stream_broken");
            data.Add(path, "cut-body", "1", 1, "stream_broken", Ended, "stream_broken");
            var (length, most) = path == GatewayCalls.Chat ? (null, 1048576) : ("17825792", 16777216);
            data.Add(path, "huge-line", length, path == GatewayCalls.Chat ? 1 : 4, "stream_broken", $"The provider sent an event longer than {most} bytes.", "stream_broken");
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Stream_Breaks_EndsInOneErrorEventAndIsTruncated(string path, string fault, string? argument, int events, string code, string message, string error)
    {
        await using var gateway = await StartAsync();
        var whole = Frames((await gateway.CallAsync(path, GatewayCalls.Body(path, stream: true))).Text);
        gateway.Upstream.Faults.Always(fault, argument);

        var (status, text, requestId) = await gateway.CallAsync(path, GatewayCalls.Body(path, stream: true));

        Assert.Equal((200, string.Concat(whole.Take(events)) + ErrorEvent(path, message, code, events)), (status, text));
        AssertTruncated(await gateway.RecordAsync(requestId), error);
        await gateway.AssertNothingLeftAsync();
    }

    [Theory]
    [InlineData(GatewayCalls.Chat, "reset")]
    [InlineData(GatewayCalls.Responses, "reset")]
    [InlineData(GatewayCalls.Chat, "malformed-chunk")]
    [InlineData(GatewayCalls.Responses, "malformed-chunk")]
    public async Task Stream_BreaksBelowHttp_ClientReadsAPrefixAndTheError(string path, string fault)
    {
        await using var gateway = await StartAsync();
        var whole = Frames((await gateway.CallAsync(path, GatewayCalls.Body(path, stream: true))).Text);
        gateway.Upstream.Faults.Always(fault, "6");

        var (status, text, requestId) = await gateway.CallAsync(path, GatewayCalls.Body(path, stream: true));

        // A reset overtakes bytes that are still under way, and HttpClient throws away what it has read together with a wrong chunk,
        // so fewer events may have come; that none came is an honest status.
        if (status == 502) return;
        var got = Frames(text);
        Assert.InRange(got.Count, 2, 7);
        Assert.Equal(string.Concat(whole.Take(got.Count - 1)) + ErrorEvent(path, Broke, "stream_broken", got.Count - 1), text);
        AssertTruncated(await gateway.RecordAsync(requestId), "stream_broken");
    }

    [Theory]
    [InlineData(GatewayCalls.Chat)]
    [InlineData(GatewayCalls.Responses)]
    public async Task Stream_Stalls_EndsInATimeoutEvent(string path)
    {
        var time = new ManualTimeProvider();
        await using var gateway = await StartAsync(time, ", \"http\": { \"idleStreamSeconds\": 7 }");
        var whole = Frames((await gateway.CallAsync(path, GatewayCalls.Body(path, stream: true))).Text);
        gateway.Upstream.Faults.Always("stall", "6");

        using var answer = await gateway.SendAsync(path, GatewayCalls.Body(path, stream: true), GatewayCalls.Limit());
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(GatewayCalls.Limit()));
        var read = new StringBuilder();
        for (var events = 0; events < 6;)
        {
            var line = await reader.ReadLineAsync(GatewayCalls.Limit());
            read.Append(line).Append('\n');
            events += line is "" ? 1 : 0;
        }

        var rest = reader.ReadToEndAsync(GatewayCalls.Limit());
        while (!rest.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(rest, Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, GatewayCalls.Limit()));
        }

        const string Message = "The provider fell silent in the middle of its answer. Try again.";
        Assert.Equal(string.Concat(whole.Take(6)) + ErrorEvent(path, Message, "upstream_idle_timeout", 6), read + await rest);
        AssertTruncated(await gateway.RecordAsync(answer.Headers.GetValues("x-request-id").Single()), "upstream_timeout");
    }

    [Theory]
    [InlineData(GatewayCalls.Chat)]
    [InlineData(GatewayCalls.Responses)]
    public async Task Stream_ReportsItsOwnError_PassesItAloneAndEnds(string path)
    {
        await using var gateway = await StartAsync();
        var whole = Frames((await gateway.CallAsync(path, GatewayCalls.Body(path, stream: true))).Text);
        gateway.Upstream.Faults.Always("error-event", "6");

        var (status, text, requestId) = await gateway.CallAsync(path, GatewayCalls.Body(path, stream: true));

        var own = path == GatewayCalls.Chat
            ? """data: {"error":{"message":"The server had an error while processing your request. Sorry about that!","type":"server_error","param":null,"code":"server_error"}}"""
            : "event: error\n" + """data: {"type":"error","sequence_number":6,"error":{"message":"The server had an error while processing your request. Sorry about that!","type":"server_error","param":null,"code":"server_error"}}""";
        Assert.Equal((200, string.Concat(whole.Take(6)) + own + "\n\n"), (status, text));
        Assert.True((await gateway.RecordAsync(requestId)).GetProperty("truncated").GetBoolean());
    }

    [Fact]
    public async Task Stream_CutBehindAWholeEventWithoutBlankLine_KeepsTheErrorApart()
    {
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await upstream.StartGatewayAsync();
        const string Cut = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\ndata: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"b\"}}]}";
        foreach (var end in (string[])["", "\n"])
        {
            upstream.Answer = CannedUpstream.Bytes(Encoding.UTF8.GetBytes(Cut + end));
            var (_, text, requestId) = await gateway.CallAsync(GatewayCalls.Chat, GatewayCalls.Body(GatewayCalls.Chat, stream: true));
            Assert.Equal(Cut + "\n\n" + ErrorEvent(GatewayCalls.Chat, Ended, "stream_broken", 2), text);
            AssertTruncated(await gateway.RecordAsync(requestId), "stream_broken");
        }
    }

    [Fact]
    public async Task Stream_CutInsideAnEvent_DropsTheHalfEvent()
    {
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await upstream.StartGatewayAsync();
        const string Whole = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\n";
        upstream.Answer = CannedUpstream.Bytes(Encoding.UTF8.GetBytes(Whole + "data: {\"choices\":[{\"index\":0,\"del"));
        var (_, text, _) = await gateway.CallAsync(GatewayCalls.Chat, GatewayCalls.Body(GatewayCalls.Chat, stream: true));
        Assert.Equal(Whole + ErrorEvent(GatewayCalls.Chat, Ended, "stream_broken", 1), text);
    }

    private static Task<GatewayHost> StartAsync(TimeProvider? time = null, string more = "") => GatewayHost.StartAsync(new GatewayHostOptions
    {
        Time = time,
        Simulator = new SimulatorOptions { TimeProvider = new ManualTimeProvider() },
        Config = upstream => $$"""
            {
              "providers": { "lab": { "type": "openai-compatible", "baseUrl": "{{upstream}}v1", "apiKey": "sk-upstream-secret-0001"{{more}} } },
              "models": [ { "modelId": "gpt", "targets": [ { "provider": "lab", "model": "gpt-4o" } ] } ]
            }
            """,
    });

    private static List<string> Frames(string text) => [.. text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(frame => frame + "\n\n")];

    private static string ErrorEvent(string path, string message, string code, int sequence) => path == GatewayCalls.Chat
        ? $$$"""data: {"error":{"message":"{{{message}}}","type":"server_error","param":null,"code":"{{{code}}}"}}""" + "\n\n"
        : "event: error\n" + $$"""data: {"type":"error","code":"{{code}}","message":"{{message}}","param":null,"sequence_number":{{sequence}}}""" + "\n\n";

    private static void AssertTruncated(System.Text.Json.JsonElement record, string error)
    {
        Assert.True(record.GetProperty("truncated").GetBoolean());
        Assert.False(record.GetProperty("aborted").GetBoolean());
        Assert.Equal(error, record.GetProperty("error").GetString());
        Assert.Null(record.GetProperty("finishReason").GetString());
    }
}
