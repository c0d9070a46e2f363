using System.Text;
using System.Text.Json.Nodes;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Opaque;

/// <summary>Every operation that is passed on unread, under every prefix, as a client sees it.</summary>
public sealed class OpaqueSurfaceTests(OpaqueGateway fixture) : IClassFixture<OpaqueGateway>
{
    private readonly GatewayHost _gateway = fixture.Host;

    public static TheoryData<string> Prefixes => new("/v1", "/openai/v1", "/api/v1", "/llm/v1");

    [Theory]
    [MemberData(nameof(Prefixes))]
    [Trait("Contract", "5.others")]
    public async Task EveryOperation_UnderEveryPrefix_IsPassedThrough(string prefix)
    {
        foreach (var (path, model, content, expected) in Calls())
        {
            var (answer, body) = await OpaqueGateway.PostAsync(_gateway.Client, $"{prefix}/{path}", content);
            Assert.True(answer.IsSuccessStatusCode, $"{path}: {Encoding.UTF8.GetString(body)}");
            Assert.Equal(("lab", model, "1"), (Header(answer, "x-parley-provider"), Header(answer, "x-parley-model"), Header(answer, "x-parley-attempts")));
            Assert.Contains(expected, Encoding.Latin1.GetString(body), StringComparison.Ordinal);
            Assert.Equal($"/v1/{path}", _gateway.Upstream.Log.Last.PathAndQuery);
            var record = await _gateway.RecordAsync(Header(answer, "x-request-id"));
            Assert.Equal((200, $"lab/{model}", ""), (record.GetProperty("status").GetInt32(), record.GetProperty("attempts")[0].GetProperty("target").GetString(), record.Flags()));
        }
    }

    private static IEnumerable<(string Path, string Model, HttpContent Content, string Expected)> Calls() =>
    [
        ("completions", "gpt-3.5-turbo-instruct", Wire.Json("""{"model":"instruct","prompt":"once upon"}"""), "[simulated] once upon"),
        ("images/generations", "gpt-image-1", Wire.Json("""{"model":"image","prompt":"a cat"}"""), "\"b64_json\":\"iVBOR"),
        ("images/edits", "gpt-image-1", OpaqueGateway.Form(("image", "@cat.png"), ("prompt", "with a hat"), ("model", "image")), "\"b64_json\":\"iVBOR"),
        ("images/edits", "gpt-image-1", Wire.Json("""{"model":"image","images":[{"file_id":"file-1"}],"prompt":"with a hat"}"""), "\"b64_json\":\"iVBOR"),
        ("images/variations", "dall-e-2", OpaqueGateway.Form(("image", "@cat.png"), ("model", "dalle")), "\"url\":\"https://"),
        ("audio/speech", "gpt-4o-mini-tts", Wire.Json("""{"model":"voice","input":"hello there","voice":"alloy","response_format":"wav"}"""), "RIFF"),
        ("audio/transcriptions", "whisper-1", OpaqueGateway.Form(("model", "whisper"), ("file", "@a.wav")), "[simulated] a.wav"),
        ("audio/translations", "whisper-1", OpaqueGateway.Form(("file", "@a.wav"), ("model", "whisper")), "[simulated] a.wav"),
        ("moderations", "omni-moderation-latest", Wire.Json("""{"model":"judge","input":"I will kill you"}"""), "\"flagged\":true"),
    ];

    [Theory]
    [InlineData("completions", """{"prompt":"once"}""", "a-instruct")]
    [InlineData("images/generations", """{"prompt":"a cat"}""", "a-image")]
    [InlineData("audio/speech", """{"input":"hello","voice":"alloy"}""", "a-voice")]
    [Trait("Contract", "5.others")]
    [Trait("Contract", "5.azure-sdk")]
    public async Task DeploymentPath_OfAzuresClients_IsAzuresOwn(string path, string body, string deployment)
    {
        var (answer, _) = await OpaqueGateway.PostAsync(_gateway.Client, $"/openai/deployments/{deployment}/{path}?api-version=2024-10-21", Wire.Json(body));
        Assert.Equal((200, "classic"), ((int)answer.StatusCode, Header(answer, "x-parley-provider")));
        var received = _gateway.Upstream.Log.Last;
        Assert.Equal($"/openai/deployments/{Header(answer, "x-parley-model")}/{path}?api-version=2025-04-01-preview", received.PathAndQuery);
        Assert.Equal((Wire.UpstreamKey, body), (received.Header("api-key"), Encoding.UTF8.GetString(received.Body.Span)));
    }

    [Theory]
    [InlineData("a-scribe", "/openai/deployments/whisper-1/audio/transcriptions?api-version=2025-04-01-preview", false)]
    [InlineData("m-scribe", "/openai/v1/audio/transcriptions", true)]
    [Trait("Contract", "5.others")]
    [Trait("Contract", "5.azure-sdk")]
    public async Task DeploymentPath_WithAFormWithoutModel_IsGivenOneWhereTheAddressHasNone(string deployment, string address, bool isAdded)
    {
        var form = OpaqueGateway.Form(("file", "@a.wav"));
        var sent = await form.ReadAsByteArrayAsync();
        var (answer, _) = await OpaqueGateway.PostAsync(_gateway.Client, $"/openai/deployments/{deployment}/audio/transcriptions?api-version=2024-10-21", form);
        Assert.Equal(200, (int)answer.StatusCode);
        var received = _gateway.Upstream.Log.Last;
        Assert.Equal((address, "multipart/form-data; boundary=\"----parley-test\""), (received.PathAndQuery, received.Header("Content-Type")));
        byte[] part = [.. "------parley-test\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nwhisper-1\r\n"u8];
        Assert.Equal(isAdded ? [.. part, .. sent] : sent, received.Body.ToArray());
    }

    [Fact]
    [Trait("Contract", "5.others")]
    public async Task AzureOfV1_HasTheDeploymentInTheBody()
    {
        var (answer, _) = await OpaqueGateway.PostAsync(_gateway.Client, "/v1/images/generations", Wire.Json("""{"prompt":"a cat","model":"modern/m-image","n":1}"""));
        Assert.Equal(200, (int)answer.StatusCode);
        var received = _gateway.Upstream.Log.Last;
        Assert.Equal(("/openai/v1/images/generations", """{"prompt":"a cat","model":"gpt-image-1","n":1}"""), (received.PathAndQuery, Encoding.UTF8.GetString(received.Body.Span)));
    }

    [Fact]
    [Trait("Contract", "5.endpoint")]
    public async Task DeploymentInTheBody_ChoosesAsOnChat_AndIsTakenOut()
    {
        var answer = await _gateway.Client.PostAsync("/v1/images/generations", """{"deployment":"a-image","prompt":"a cat","model":"classic/whatever"}""");
        Assert.Equal((200, "classic"), (answer.Status, answer.Header("x-parley-provider")));
        Assert.Equal("""{"prompt":"a cat","model":"gpt-image-1"}""", Encoding.UTF8.GetString(_gateway.Upstream.Log.Last.Body.Span));

        var refused = await _gateway.Client.PostAsync("/v1/images/generations", """{"deployment":"a-image","prompt":"a cat","model":"image"}""");
        Assert.Equal((400, "deployment"), (refused.Status, (string?)refused.Error["param"]));
    }

    [Fact]
    [Trait("Contract", "5.others")]
    public async Task Form_ReachesTheProvider_ByteForByteButForItsModel()
    {
        var form = OpaqueGateway.Form(("file", "@a.wav"), ("model", "whisper"), ("response_format", "text"));
        var (answer, body) = await OpaqueGateway.PostAsync(_gateway.Client, "/v1/audio/transcriptions", form);
        Assert.Equal("text/plain; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal($"[simulated] a.wav {OpaqueGateway.Sound.Length}\n", Encoding.UTF8.GetString(body));
        var expected = await OpaqueGateway.Form(("file", "@a.wav"), ("model", "whisper-1"), ("response_format", "text")).ReadAsByteArrayAsync();
        var received = _gateway.Upstream.Log.Last;
        Assert.Equal(expected, received.Body.ToArray());
        Assert.Equal($"Bearer {Wire.UpstreamKey}", received.Header("Authorization"));
    }

    [Theory]
    [InlineData("mp3", "audio/mpeg", 834)]
    [InlineData("pcm", "audio/pcm", 1920)]
    [InlineData("wav", "audio/wav", 1964)]
    [Trait("Contract", "5.others")]
    public async Task Speech_InEachFormat_IsTheProvidersBytes(string format, string mediaType, int length)
    {
        var (answer, body) = await OpaqueGateway.PostAsync(
            _gateway.Client, "/v1/audio/speech", Wire.Json($$"""{"model":"voice","input":"hello there","voice":"alloy","response_format":"{{format}}"}"""));
        Assert.Equal((200, mediaType, length, (long?)length), ((int)answer.StatusCode, answer.Content.Headers.ContentType!.ToString(), body.Length, answer.Content.Headers.ContentLength));
    }

    [Theory]
    [InlineData("/v1/images/generations", """{"model":"image","prompt":"a cat","n":2}""", 4, 544)]
    [InlineData("/v1/completions", """{"model":"instruct","prompt":"once upon a time"}""", 4, 7)]
    [Trait("Contract", "5.others")]
    public async Task Usage_ThatIsTold_IsInTheLedger(string path, string body, int input, int output)
    {
        var (status, _, requestId) = await _gateway.CallAsync(path, body);
        Assert.Equal(200, status);
        Assert.Equal((input, 0, output, 0), (await _gateway.RecordAsync(requestId)).Tokens());
    }

    [Fact]
    [Trait("Contract", "5.others")]
    public async Task Usage_OfPicturesAndSounds_IsNeverGuessed()
    {
        foreach (var (path, model, content, _) in Calls().Where(call => call.Path is "images/variations" or "audio/speech" or "audio/translations" or "moderations"))
        {
            var (answer, _) = await OpaqueGateway.PostAsync(_gateway.Client, $"/v1/{path}", content);
            var record = await _gateway.RecordAsync(Header(answer, "x-request-id"));
            Assert.Equal(((0, 0, 0, 0), ""), (record.Tokens(), record.Flags()));
        }
    }

    [Fact]
    [Trait("Contract", "5.others")]
    public async Task CompletionsStream_HidesUsageThatWasNotAskedFor_AndRecordsIt()
    {
        foreach (var asks in (bool[])[false, true])
        {
            var options = asks ? ",\"stream_options\":{\"include_usage\":true}" : "";
            var (status, text, requestId) = await _gateway.CallAsync("/v1/completions", $$"""{"model":"instruct","prompt":["once upon","a time"],"n":2,"stream":true{{options}}}""");
            Assert.Equal(200, status);
            Assert.EndsWith("data: [DONE]\n\n", text, StringComparison.Ordinal);
            Assert.Equal(asks, text.Contains("\"usage\"", StringComparison.Ordinal));
            Assert.Equal("[simulated] once upon", Joined(text, 0));
            Assert.Equal("[simulated] a time (2)", Joined(text, 3));
            var record = await _gateway.RecordAsync(requestId);
            Assert.Equal((8, ""), (record.Tokens().Input, record.Flags()));
            Assert.Equal("stop", record.GetProperty("finishReason").GetString());
        }
    }

    [Theory]
    [InlineData("/v1/images/generations", """{"model":"image","prompt":"a cat","stream":true,"partial_images":2}""", "image_generation.partial_image image_generation.partial_image image_generation.completed", 4, 272)]
    [InlineData("/v1/audio/speech", """{"model":"voice","input":"one two","voice":"alloy","stream_format":"sse"}""", "speech.audio.delta speech.audio.delta speech.audio.done", 2, 4)]
    [Trait("Contract", "5.others")]
    public async Task MediaStream_PassesEventByEvent_AndIsRecordedWithItsUsage(string path, string body, string types, int input, int output)
    {
        var (status, text, requestId) = await _gateway.CallAsync(path, body);
        Assert.Equal((200, types), (status, Types(text)));
        var record = await _gateway.RecordAsync(requestId);
        Assert.Equal(((input, 0, output, 0), "", true), (record.Tokens(), record.Flags(), record.GetProperty("firstTokenMilliseconds").GetDouble() > 0));
    }

    [Fact]
    [Trait("Contract", "5.others")]
    public async Task TranscriptStream_OfAForm_Passes()
    {
        var (answer, body) = await OpaqueGateway.PostAsync(_gateway.Client, "/v1/audio/transcriptions", OpaqueGateway.Form(("model", "scribe"), ("file", "@a.wav"), ("stream", "true")));
        Assert.Equal(("text/event-stream", 200), (answer.Content.Headers.ContentType!.MediaType, (int)answer.StatusCode));
        Assert.EndsWith("transcript.text.delta transcript.text.done", Types(Encoding.UTF8.GetString(body)), StringComparison.Ordinal);
        var record = await _gateway.RecordAsync(Header(answer, "x-request-id"));
        Assert.Equal((14L, ""), (record.Tokens().Input, record.Flags()));
    }

    private static string Types(string stream) => string.Join(' ', Data(stream).Select(data => (string?)JsonNode.Parse(data)!["type"]));

    private static string Joined(string stream, int index) => string.Concat(Data(stream).Where(data => data != "[DONE]")
        .SelectMany(data => JsonNode.Parse(data)!["choices"]!.AsArray()).Where(choice => (int)choice!["index"]! == index).Select(choice => (string?)choice!["text"]));

    private static IEnumerable<string> Data(string stream) => stream.Split('\n').Where(line => line.StartsWith("data: ", StringComparison.Ordinal)).Select(line => line[6..]);

    private static string Header(HttpResponseMessage answer, string name) => answer.Headers.TryGetValues(name, out var values) ? values.Single() : "";
}
