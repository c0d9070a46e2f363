using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Parley.Gateway.Tests.Harness;
using Parley.Gateway.Tests.Resilience;
using Parley.Gateway.Tests.Resilience.Hedging;
using Parley.Testing;

namespace Parley.Gateway.Tests.Opaque;

/// <summary>Answers that are passed on unread come as they are made, end only where the provider ended them, and fail over like all others.</summary>
public sealed class OpaqueRelayTests
{
    private const string Speech = "/v1/audio/speech";
    private const string Images = "/v1/images/generations";
    private const string Speak = """{"model":"gpt","input":"hello there","voice":"alloy"}""";
    private const string Draw = """{"model":"gpt","prompt":"a cat","stream":true}""";
    private const string Partial = "data: {\"type\":\"image_generation.partial_image\",\"b64_json\":\"AA\"}\n\n";
    private const string Completed = "data: {\"type\":\"image_generation.completed\",\"b64_json\":\"AA\",\"usage\":{\"input_tokens\":4,\"output_tokens\":272}}\n\n";

    public static TheoryData<string, string> BeforeTheFirstByte()
    {
        var data = new TheoryData<string, string>();
        foreach (var call in (string[])["completions", "completions stream", "images", "images stream", "speech", "speech stream", "transcription", "moderation"])
        {
            foreach (var fault in (string[])["500", "429", "close-headers", "empty", "error-body"]) data.Add(call, fault);
            if (!call.EndsWith("stream", StringComparison.Ordinal)) continue;
            foreach (var fault in (string[])["error-first-event", "cut-connection-0", "cut-body-0"]) data.Add(call, fault);
        }

        foreach (var call in (string[])["completions", "images", "transcription", "moderation"])
        {
            // What is held until it is whole can be cut without harm.
            foreach (var fault in (string[])["cut-connection", "malformed-event"]) data.Add(call, fault);
        }

        data.Add("speech", "wrong-content-type");
        return data;
    }

    [Theory]
    [MemberData(nameof(BeforeTheFirstByte))]
    [Trait("Contract", "5.others")]
    public async Task FirstTarget_FailsBeforeAnythingIsSent_SecondAnswers(string call, string fault)
    {
        await using var gateway = await Pools.StartAsync([$"sim-fault-{fault}", "sim-well"]);
        var (path, content) = ContentOf(call);
        var (answer, body) = await OpaqueGateway.PostAsync(gateway.Client, path, content);
        Assert.True(answer.IsSuccessStatusCode, Encoding.UTF8.GetString(body));
        Assert.Equal(("2", "b"), (answer.Header("x-parley-attempts"), answer.Header("x-parley-provider")));
        Assert.DoesNotContain("\"error\":{", Encoding.Latin1.GetString(body), StringComparison.Ordinal);
        Assert.Contains("sim-well", Encoding.Latin1.GetString(gateway.Upstream.Log.Last.Body.Span), StringComparison.Ordinal);
        var record = await gateway.RecordAsync(answer.Header("x-request-id"));
        Assert.StartsWith("a ", record.Trail(), StringComparison.Ordinal);
        Assert.EndsWith(", b 200", record.Trail(), StringComparison.Ordinal);
        await gateway.AssertNothingLeftAsync();
    }

    private static (string Path, HttpContent Content) ContentOf(string call) => call switch
    {
        "completions" => ("/v1/completions", Wire.Json("""{"model":"gpt","prompt":"once"}""")),
        "completions stream" => ("/v1/completions", Wire.Json("""{"model":"gpt","prompt":"once","stream":true}""")),
        "images" => (Images, Wire.Json("""{"model":"gpt","prompt":"a cat"}""")),
        "images stream" => (Images, Wire.Json("""{"model":"gpt","prompt":"a cat","stream":true,"partial_images":1}""")),
        "speech" => (Speech, Wire.Json(Speak)),
        "speech stream" => (Speech, Wire.Json("""{"model":"gpt","input":"hello there","voice":"alloy","stream_format":"sse"}""")),
        "transcription" => ("/v1/audio/transcriptions", OpaqueGateway.Form(("file", "@a.wav"), ("model", "gpt"))),
        _ => ("/v1/moderations", Wire.Json("""{"model":"gpt","input":"a"}""")),
    };

    [Fact]
    [Trait("Contract", "5.others")]
    public async Task Bytes_ComeAsTheyAreMade_AndTheLastOneAfterTheRecord()
    {
        await using var upstream = await HeldUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream.Address, """, "ledger": { "commit": "database" } """);
        var answering = gateway.SendAsync(Speech, Speak, GatewayCalls.Limit());
        var call = await upstream.NextAsync();
        await call.SendAsync("abc", "audio/aac; rate=24000");
        using var answer = await answering;
        Assert.Equal(("audio/aac; rate=24000", "no"), (answer.Content.Headers.ContentType!.ToString(), answer.Header("X-Accel-Buffering")));
        await using var body = await answer.Content.ReadAsStreamAsync(GatewayCalls.Limit());
        Assert.Equal("ab", await ReadAsync(body, 2));
        await call.SendAsync("def");
        Assert.Equal("cde", await ReadAsync(body, 3));
        call.End();
        Assert.Equal("f", await ReadAsync(body, 1));
        var record = await FindAsync(gateway, answer);
        Assert.Equal(("", (0, 0, 0, 0)), (record.Flags(), record.Tokens()));
        Assert.Equal(0, await body.ReadAsync(new byte[1], GatewayCalls.Limit()));
    }

    [Theory]
    [InlineData("a", "audio/mpeg")]
    [InlineData("", "text/plain")]
    [Trait("Contract", "5.others")]
    public async Task Bytes_OneOrNone_AreAnAnswer(string bytes, string contentType)
    {
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await upstream.StartGatewayAsync();
        upstream.Answer = CannedUpstream.Bytes(Encoding.UTF8.GetBytes(bytes), contentType);
        var (status, text, requestId) = await gateway.CallAsync(Speech, Speak);
        Assert.Equal((200, bytes, ""), (status, text, (await gateway.RecordAsync(requestId)).Flags()));
    }

    [Fact]
    public async Task Bytes_OfSeveralBlocks_AreTheProvidersOwn()
    {
        var sound = new byte[3_000_001];
        new Random(7).NextBytes(sound);
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await upstream.StartGatewayAsync();
        upstream.Answer = CannedUpstream.Bytes(sound, "audio/flac", piece: 40_009);
        var (answer, body) = await OpaqueGateway.PostAsync(gateway.Client, Speech, Wire.Json(Speak));
        Assert.True(answer.IsSuccessStatusCode && body.AsSpan().SequenceEqual(sound));
    }

    [Fact]
    [Trait("Contract", "5.others")]
    public async Task Bytes_CutInTheMiddle_BreakTheConnectionAndAreRecordedAsTruncated()
    {
        await using var upstream = await HeldUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream.Address);
        var answering = gateway.SendAsync(Speech, Speak, GatewayCalls.Limit());
        var call = await upstream.NextAsync();
        await call.SendAsync("abc", "audio/mpeg");
        using var answer = await answering;
        await using var body = await answer.Content.ReadAsStreamAsync(GatewayCalls.Limit());
        Assert.Equal("ab", await ReadAsync(body, 2));
        call.Break();
        await Assert.ThrowsAnyAsync<IOException>(async () => Assert.Equal(-1, await body.ReadAsync(new byte[1], GatewayCalls.Limit())));
        Assert.Equal("truncated stream_broken", (await gateway.RecordAsync(answer.Header("x-request-id"))).Flags());
        await gateway.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task Bytes_CallerLeaves_CallIsCancelledAndNothingIsGuessed()
    {
        await using var upstream = await HeldUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream.Address);
        var answering = gateway.SendAsync(Speech, Speak, GatewayCalls.Limit());
        var call = await upstream.NextAsync();
        await call.SendAsync("abc", "audio/mpeg");
        (await answering).Dispose();
        await call.Left;
        await gateway.AssertNothingLeftAsync();
        Assert.Equal("aborted client_aborted", (await gateway.RecordAsync()).Flags());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Contract", "5.others")]
    public async Task Silence_InTheMiddle_EndsAtTheIdleLimit(bool isStream)
    {
        var time = new ManualTimeProvider();
        await using var upstream = await HeldUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream.Address, model: """, "timeouts": { "idleSeconds": 5 } """, time: time);
        var answering = gateway.SendAsync(isStream ? Images : Speech, isStream ? Draw : Speak, GatewayCalls.Limit());
        var call = await upstream.NextAsync();
        await call.SendAsync(isStream ? Partial : "abc", isStream ? "text/event-stream" : "audio/mpeg");
        using var answer = await answering;
        var reading = answer.Content.ReadAsStringAsync(GatewayCalls.Limit());
        while (!reading.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(0.5));
            await Task.WhenAny(reading, Task.Delay(TimeSpan.FromMilliseconds(25), TimeProvider.System, GatewayCalls.Limit()));
        }

        if (isStream) Assert.Equal(Partial + "data: {\"error\":{\"message\":\"The provider fell silent in the middle of its answer. Try again.\",\"type\":\"server_error\",\"param\":null,\"code\":\"upstream_idle_timeout\"}}\n\n", await reading);
        else await Assert.ThrowsAnyAsync<HttpRequestException>(() => reading);
        Assert.Equal("truncated upstream_timeout", (await gateway.RecordAsync(answer.Header("x-request-id"))).Flags());
    }

    [Fact]
    [Trait("Contract", "5.others")]
    public async Task MediaStream_ComesAsItIsMade_AndItsLastEventAfterTheRecord()
    {
        await using var upstream = await HeldUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream.Address, """, "ledger": { "commit": "database" } """);
        var answering = gateway.SendAsync(Images, Draw, GatewayCalls.Limit());
        var call = await upstream.NextAsync();
        await call.SendAsync(Partial);
        using var answer = await answering;
        await using var body = await answer.Content.ReadAsStreamAsync(GatewayCalls.Limit());
        Assert.Equal(Partial, await ReadAsync(body, Partial.Length));
        await call.SendAsync(Completed);
        call.End();
        Assert.Equal(Completed, await ReadAsync(body, Completed.Length));
        var record = await FindAsync(gateway, answer);
        Assert.Equal(("", (4, 0, 272, 0)), (record.Flags(), record.Tokens()));
    }

    public static TheoryData<string, string, bool> Cuts() => new()
    {
        { Images, Partial, true },
        // One of two pictures.
        { Images, Partial + Completed, true },
        { Speech, "data: {\"type\":\"speech.audio.delta\",\"audio\":\"AA\"}\n\n", true },
        { Speech, "data: {\"type\":\"speech.audio.delta\",\"audio\":\"AA\"}\n\ndata: {\"type\":\"speech.audio.done\"}\n\n", false },
    };

    [Theory]
    [MemberData(nameof(Cuts))]
    [Trait("Contract", "5.others")]
    public async Task MediaStream_CutBeforeItsEnd_IsNeverAFinishedOne(string path, string sent, bool isTruncated)
    {
        await using var upstream = await HeldUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream.Address);
        var answering = gateway.SendAsync(path, path == Images ? Draw : Speak, GatewayCalls.Limit());
        var call = await upstream.NextAsync();
        await call.SendAsync(sent);
        using var answer = await answering;
        await using var body = await answer.Content.ReadAsStreamAsync(GatewayCalls.Limit());
        var first = sent[..(sent.IndexOf("\n\n", StringComparison.Ordinal) + 2)];
        Assert.Equal(first, await ReadAsync(body, first.Length));
        call.Break();
        using var reader = new StreamReader(body);
        var rest = await reader.ReadToEndAsync(GatewayCalls.Limit());
        Assert.StartsWith(sent[first.Length..], rest, StringComparison.Ordinal);
        Assert.Equal(isTruncated, rest.Contains("\"code\":\"stream_broken\"", StringComparison.Ordinal));
        Assert.Equal(isTruncated ? "truncated stream_broken" : "", (await gateway.RecordAsync(answer.Header("x-request-id"))).Flags());
    }

    public static TheoryData<string, string, bool> CleanEnds() => new()
    {
        { Images, Partial, true },
        { Images, Partial + Completed, false },
        { Images, Partial + "data: [DONE]\n\n", true },
        { Speech, "data: {\"type\":\"speech.audio.delta\",\"audio\":\"AA\"}\n\n", true },
        { Speech, "data: {\"type\":\"speech.audio.delta\",\"audio\":\"AA\"}\n\ndata: {\"type\":\"speech.audio.done\"}\n\n", false },
        { "/v1/audio/transcriptions", "data: {\"type\":\"transcript.text.delta\",\"delta\":\"a\"}\n\n", true },
        { "/v1/audio/transcriptions", "data: {\"type\":\"transcript.text.delta\",\"delta\":\"a\"}\n\ndata: [DONE]\n\n", false },
    };

    // The provider, or something in front of it, closes the connection in order while the answer is not done.
    [Theory]
    [MemberData(nameof(CleanEnds))]
    [Trait("Contract", "5.others")]
    public async Task MediaStream_EndedInOrder_IsWholeOnlyAfterItsLastEvent(string path, string sent, bool isTruncated)
    {
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await upstream.StartGatewayAsync();
        upstream.Answer = CannedUpstream.Bytes(Encoding.UTF8.GetBytes(sent));
        var content = path switch { Images => Wire.Json(Draw), Speech => Wire.Json(Speak), _ => (HttpContent)OpaqueGateway.Form(("file", "@a.wav"), ("model", "gpt"), ("stream", "true")) };
        var (answer, body) = await OpaqueGateway.PostAsync(gateway.Client, path, content);
        var text = Encoding.UTF8.GetString(body);
        var whole = isTruncated ? sent.Replace("data: [DONE]\n\n", "", StringComparison.Ordinal) : sent;
        const string Broken = "data: {\"error\":{\"message\":\"The provider's stream ended before its end. The answer is incomplete.\",\"type\":\"server_error\",\"param\":null,\"code\":\"stream_broken\"}}\n\n";
        Assert.Equal((200, whole + (isTruncated ? Broken : "")), ((int)answer.StatusCode, text));
        Assert.Equal(isTruncated ? "truncated stream_broken" : "", (await gateway.RecordAsync(answer.Header("x-request-id"))).Flags());
    }

    [Fact]
    public async Task Completions_WithoutUsage_AreEstimated()
    {
        await using var gateway = await Pools.StartAsync(["sim-fault-no-usage"]);
        foreach (var stream in (bool[])[false, true])
        {
            var (status, _, requestId) = await gateway.CallAsync("/v1/completions", $$"""{"model":"gpt","prompt":"once upon a time","stream":{{(stream ? "true" : "false")}}}""");
            var record = await gateway.RecordAsync(requestId);
            Assert.Equal((200, "estimated", true), (status, record.Flags(), record.Tokens() is { Input: > 0, Output: > 0 }));
        }
    }

    [Fact]
    public async Task CompletionsStream_CutInTheMiddle_EndsInAnErrorEvent()
    {
        await using var gateway = await Pools.StartAsync(["sim-fault-cut-connection-2"]);
        var (status, text, requestId) = await gateway.CallAsync("/v1/completions", """{"model":"gpt","prompt":"once upon a time","stream":true}""");
        Assert.Equal(200, status);
        Assert.EndsWith("\"code\":\"stream_broken\"}}\n\n", text, StringComparison.Ordinal);
        Assert.Equal("truncated estimated stream_broken", (await gateway.RecordAsync(requestId)).Flags());
    }

    [Fact]
    [Trait("Contract", "5.others")]
    public async Task Picture_OfManyMegabytes_PassesWithItsUsage()
    {
        var picture = $$$"""{"created":1,"data":[{"b64_json":"{{{new string('A', 6_000_000)}}}"}],"usage":{"input_tokens":50,"output_tokens":4160,"total_tokens":4210}}""";
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await upstream.StartGatewayAsync();
        upstream.Answer = CannedUpstream.Bytes(Encoding.UTF8.GetBytes(picture), "application/json; charset=utf-8");
        var (status, text, requestId) = await gateway.CallAsync(Images, """{"model":"gpt","prompt":"a cat"}""");
        Assert.True(status == 200 && text == picture);
        Assert.Equal((50, 0, 4160, 0), (await gateway.RecordAsync(requestId)).Tokens());
    }

    [Fact]
    public async Task PartialPicture_LongerThanAnEventOfText_Passes()
    {
        var stream = $"data: {{\"type\":\"image_generation.completed\",\"b64_json\":\"{new string('A', 5_000_000)}\"}}\n\n";
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await upstream.StartGatewayAsync();
        upstream.Answer = CannedUpstream.Bytes(Encoding.UTF8.GetBytes(stream), piece: 100_000);
        var (status, text, requestId) = await gateway.CallAsync(Images, Draw);
        Assert.True(status == 200 && text == stream);
        Assert.Equal("", (await gateway.RecordAsync(requestId)).Flags());
    }

    [Theory]
    [InlineData(Images, "text/html", "The provider's answer is not JSON. The provider's base URL may be wrong.")]
    [InlineData(Speech, "text/html", "The provider answered with a web page. Its base URL may be wrong.")]
    public async Task WebPage_InPlaceOfAnAnswer_Is502(string path, string contentType, string message)
    {
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await upstream.StartGatewayAsync();
        upstream.Answer = CannedUpstream.Bytes(Encoding.UTF8.GetBytes("<html>"), contentType);
        var (status, text, _) = await gateway.CallAsync(path, Speak);
        Assert.Equal((502, message), (status, JsonDocument.Parse(text).RootElement.GetProperty("error").GetProperty("message").GetString()));
    }

    [Fact]
    public async Task Headers_OfTheCaller_TravelByOpenAIsList()
    {
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await upstream.StartGatewayAsync();
        var received = new HeaderDictionary();
        upstream.Answer = context =>
        {
            foreach (var header in context.Request.Headers) received[header.Key] = header.Value;
            return CannedUpstream.Bytes("{}"u8.ToArray(), "application/json")(context);
        };
        await gateway.Client.PostAsync(Images, Draw, ("OpenAI-Project", "proj_1"), ("Cookie", "a=b"), ("x-api-key", "secret"), ("X-APIM-Correlation-Id", "corr"));
        Assert.Equal(("proj_1", "corr", "Bearer sk-canned"), (received["OpenAI-Project"].ToString(), received["X-APIM-Correlation-Id"].ToString(), received["Authorization"].ToString()));
        Assert.False(received.ContainsKey("Cookie") || received.ContainsKey("x-api-key"));
    }

    [Fact]
    public async Task HedgedSpeech_IsAnsweredByWhoeverIsQuicker()
    {
        await using var fixture = await HedgeFixture.StartAsync();
        var asking = fixture.AskAsync(stream: false, Speech);
        var one = await fixture.One.NextAsync();
        var two = await fixture.Two.NextAsync();
        await two.AnswerAsync("sound", contentType: "audio/mpeg");
        var answer = await asking;
        Assert.Equal((200, "sound", "two"), (answer.Status, answer.Body, answer.Header("x-parley-provider")));
        await one.Left;
        await fixture.Gateway.AssertNothingLeftAsync();
    }

    private static Task<GatewayHost> StartAsync(string address, string more = "", string model = "", TimeProvider? time = null) => GatewayHost.StartAsync(new()
    {
        Time = time,
        Config = _ => $$"""
            { "providers": { "held": { "type": "openai-compatible", "baseUrl": "{{address}}v1", "apiKey": "sk-held" } },
              "models": [ { "modelId": "gpt", "targets": [ { "provider": "held", "model": "m" } ] {{model}} } ] {{more}} }
            """,
    });

    private static async Task<string> ReadAsync(Stream body, int length)
    {
        var bytes = new byte[length];
        await body.ReadExactlyAsync(bytes, GatewayCalls.Limit());
        return Encoding.UTF8.GetString(bytes);
    }

    // Without waiting: it must be there.
    private static async Task<JsonElement> FindAsync(GatewayHost gateway, HttpResponseMessage answer)
    {
        using var found = JsonDocument.Parse(await gateway.Client.GetStringAsync("/admin/requests?requestId=" + answer.Header("x-request-id"), GatewayCalls.Limit()));
        return Assert.Single(found.RootElement.GetProperty("items").EnumerateArray()).Clone();
    }
}
