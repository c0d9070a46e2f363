using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using static Parley.Simulator.Tests.SimulatorClient;

namespace Parley.Simulator.Tests.OpenAI;

/// <summary>Images, audio and moderations, on OpenAI's paths and on Azure's.</summary>
public sealed class MediaTests : IAsyncLifetime
{
    private SimulatorHost host = null!;
    private HttpClient client = null!;

    public async Task InitializeAsync()
    {
        host = await SimulatorHost.StartAsync(new SimulatorOptions(), Soon);
        client = host.CreateClient();
    }

    public async Task DisposeAsync()
    {
        client.Dispose();
        await host.DisposeAsync();
    }

    [Fact]
    public async Task Image_IsAPng()
    {
        var answer = await client.AskAsync("/v1/images/generations", """{"model":"gpt-image-1","prompt":"a cat","n":2}""");
        Assert.Equal(2, answer.GetProperty("data").GetArrayLength());
        var png = answer.GetProperty("data")[0].GetProperty("b64_json").GetBytesFromBase64();
        Assert.Equal([0x89, .. "PNG"u8], png[..4]);
        // IHDR: one pixel by one.
        Assert.Equal((1, 1), (BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20))));
        Assert.Equal((4, 544), (answer.GetProperty("usage").GetProperty("input_tokens").GetInt32(), answer.GetProperty("usage").GetProperty("output_tokens").GetInt32()));
    }

    [Fact]
    public async Task ImageStream_HasPartialImagesBeforeTheWholeOne()
    {
        var events = await client.EventsAsync("/v1/images/generations", """{"model":"gpt-image-1","prompt":"a cat","stream":true,"partial_images":2}""");
        Assert.Equal(["image_generation.partial_image", "image_generation.partial_image", "image_generation.completed"], events.Select(TypeOf));
    }

    [Fact]
    public async Task ImageEdit_ByFormOrByName_IsAnImage()
    {
        foreach (var content in (HttpContent[])[Form(("model", "gpt-image-1"), ("prompt", "a hat"), ("image[]", "@a.png"), ("image[]", "@b.png")),
                     new StringContent("""{"model":"gpt-image-1","prompt":"a hat","images":[{"file_id":"file-1"}]}""", Encoding.UTF8, "application/json")])
        {
            var (status, answer) = await PostAsync("/v1/images/edits", content);
            Assert.Equal((200, 1), (status, answer.GetProperty("data").GetArrayLength()));
        }

        Assert.Equal(200, (await PostAsync("/v1/images/variations", Form(("model", "dall-e-2"), ("image", "@a.png")))).Status);
    }

    [Theory]
    [InlineData("wav", "audio/wav", "RIFF")]
    [InlineData("mp3", "audio/mpeg", "\u00FF\u00FB")]
    [InlineData("pcm", "audio/pcm", "\0\0")]
    public async Task Speech_IsLongerForMoreWords(string format, string mediaType, string begin)
    {
        var lengths = new List<int>();
        foreach (var input in (string[])["one", "one two three"])
        {
            using var response = await client.SendAsync("/v1/audio/speech", $$"""{"model":"tts-1","input":"{{input}}","voice":"alloy","response_format":"{{format}}"}""");
            var bytes = await response.Content.ReadAsByteArrayAsync(Soon);
            Assert.Equal((200, mediaType), ((int)response.StatusCode, response.Content.Headers.ContentType?.ToString()));
            Assert.StartsWith(begin, Encoding.Latin1.GetString(bytes), StringComparison.Ordinal);
            lengths.Add(bytes.Length);
        }

        Assert.True(lengths[1] > lengths[0]);
    }

    [Fact]
    public async Task SpeechStream_EndsWithItsUsage()
    {
        var events = await client.EventsAsync("/v1/audio/speech", """{"model":"gpt-4o-mini-tts","input":"one two","voice":"alloy","stream_format":"sse"}""");
        Assert.Equal(["speech.audio.delta", "speech.audio.delta", "speech.audio.done"], events.Select(TypeOf));
        Assert.Equal(2, Parse(events[^1]).GetProperty("usage").GetProperty("input_tokens").GetInt32());
    }

    [Theory]
    [InlineData("json", "application/json", """{"text":"[simulated] a.wav 3","usage":{"type":"duration","seconds":2}}""")]
    [InlineData("text", "text/plain; charset=utf-8", "[simulated] a.wav 3\n")]
    [InlineData("srt", "text/plain; charset=utf-8", "1\n00:00:00,000 --> 00:00:01,500\n[simulated] a.wav 3\n\n\n")]
    [InlineData("vtt", "text/plain; charset=utf-8", "WEBVTT\n\n00:00:00.000 --> 00:00:01.500\n[simulated] a.wav 3\n\n")]
    public async Task Transcript_InEachFormat_NamesTheFile(string format, string mediaType, string expected)
    {
        using var response = await client.PostAsync("/v1/audio/transcriptions", Form(("model", "whisper-1"), ("file", "@a.wav"), ("response_format", format)), Soon);
        Assert.Equal((mediaType, expected), (response.Content.Headers.ContentType?.ToString(), await response.Content.ReadAsStringAsync(Soon)));
    }

    [Fact]
    public async Task TranscriptStream_IsDeltasThenDone()
    {
        using var response = await client.PostAsync("/v1/audio/transcriptions", Form(("model", "gpt-4o-transcribe"), ("file", "@a.wav"), ("stream", "true")), Soon);
        var events = (await response.Content.ReadAsStringAsync(Soon)).Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(line => line["data: ".Length..]).ToArray();
        Assert.Equal("[simulated] a.wav 3", string.Concat(events[..^1].Select(data => Parse(data).GetProperty("delta").GetString())));
        Assert.Equal("[simulated] a.wav 3", Parse(events[^1]).GetProperty("text").GetString());
    }

    [Fact]
    public async Task Moderation_FlagsWhatSoundsViolent()
    {
        var answer = await client.AskAsync("/v1/moderations", """{"model":"omni-moderation-latest","input":["I will kill you","good day"]}""");
        Assert.Equal([true, false], answer.GetProperty("results").EnumerateArray().Select(result => result.GetProperty("flagged").GetBoolean()));
        Assert.True(answer.GetProperty("results")[0].GetProperty("categories").GetProperty("violence").GetBoolean());
    }

    [Theory]
    [InlineData("/v1/images/generations", """{"model":"gpt-image-1"}""", "Missing required parameter: 'prompt'.")]
    [InlineData("/v1/images/generations", """{"model":"gpt-4o","prompt":"a"}""", "Invalid value: 'gpt-4o'. Supported values are: 'gpt-image-1', 'dall-e-2', and 'dall-e-3'.")]
    [InlineData("/v1/images/generations", """{"model":"gpt-image-1","prompt":"a","response_format":"url"}""", "Unknown parameter: 'response_format'.")]
    [InlineData("/v1/images/generations", """{"model":"dall-e-2","prompt":"a","stream":true}""", "Unknown parameter: 'stream'.")]
    [InlineData("/v1/audio/speech", """{"model":"tts-1","input":"a"}""", "Missing required parameter: 'voice'.")]
    [InlineData("/v1/audio/speech", """{"model":"tts-1","input":"a","voice":"bob"}""", "Invalid value: 'bob'. Supported values are: 'alloy', 'ash', 'ballad', 'coral', 'echo', 'fable', 'onyx', 'nova', 'sage', 'shimmer', and 'verse'.")]
    [InlineData("/v1/moderations", """{"model":"omni-moderation-latest"}""", "Missing required parameter: 'input'.")]
    [InlineData("/v1/audio/transcriptions", """{"model":"whisper-1"}""", "Unsupported content type: 'application/json'. This API method only accepts 'multipart/form-data' requests, but you specified the header 'Content-Type: application/json'. Please try again with a supported content type.")]
    public async Task BadRequest_IsRefusedInOpenAIsWords(string path, string body, string message)
    {
        using var response = await client.SendAsync(path, body);
        Assert.Equal((400, message), ((int)response.StatusCode, Parse(await response.Content.ReadAsStringAsync(Soon)).GetProperty("error").GetProperty("message").GetString()));
    }

    [Fact]
    public async Task BadForm_IsRefusedInOpenAIsWords()
    {
        foreach (var (form, message) in ((MultipartFormDataContent, string)[])
            [
                (Form(("file", "@a.wav")), "you must provide a model parameter"),
                (Form(("model", "whisper-1")), "Missing required parameter: 'file'."),
                (Form(("model", "whisper-1"), ("file", "text")), "Invalid type for 'file': expected a file, but got a string instead."),
                (Form(("model", "gpt-4o-transcribe"), ("file", "@a.wav"), ("response_format", "srt")), "response_format 'srt' is not compatible with model 'gpt-4o-transcribe'. Use 'json' or 'text' instead."),
            ])
        {
            var (status, answer) = await PostAsync("/v1/audio/transcriptions", form);
            Assert.Equal((400, message), (status, answer.GetProperty("error").GetProperty("message").GetString()));
        }
    }

    [Theory]
    [InlineData("/openai/deployments/gpt-image-1/images/generations?api-version=2025-04-01-preview", """{"prompt":"a cat"}""", 200)]
    [InlineData("/openai/deployments/gpt-3.5-turbo-instruct/completions?api-version=2024-10-21", """{"prompt":"a"}""", 200)]
    [InlineData("/openai/deployments/tts-1/audio/speech?api-version=2025-04-01-preview", """{"input":"a","voice":"alloy"}""", 200)]
    [InlineData("/openai/v1/images/generations", """{"model":"gpt-image-1","prompt":"a cat"}""", 200)]
    [InlineData("/openai/deployments/gpt-4o/images/generations?api-version=2025-04-01-preview", """{"prompt":"a cat"}""", 400)]
    [InlineData("/openai/deployments/nobody/images/generations?api-version=2025-04-01-preview", """{"prompt":"a cat"}""", 404)]
    [InlineData("/openai/deployments/gpt-image-1/images/generations", """{"prompt":"a cat"}""", 404)]
    [InlineData("/openai/deployments/gpt-image-1/images/variations?api-version=2025-04-01-preview", "{}", 404)]
    [InlineData("/openai/v1/moderations", """{"model":"gpt-4o","input":"a"}""", 404)]
    public async Task Azure_HasTheSameBelowItsDeployments(string path, string body, int status)
    {
        using var response = await client.SendAsync(path, body, ("api-key", "sk-sim"));
        Assert.Equal(status, (int)response.StatusCode);
    }

    [Fact]
    public async Task Fault_OfAForm_StrikesByItsModel()
    {
        using var response = await client.PostAsync("/v1/audio/transcriptions", Form(("file", "@a.wav"), ("model", "sim-fault-429")), Soon);
        Assert.Equal(429, (int)response.StatusCode);
    }

    private async Task<(int Status, JsonElement Answer)> PostAsync(string path, HttpContent content)
    {
        using var response = await client.PostAsync(path, content, Soon);
        return ((int)response.StatusCode, Parse(await response.Content.ReadAsStringAsync(Soon)));
    }

    private static string? TypeOf(string data) => Parse(data).GetProperty("type").GetString();

    private static MultipartFormDataContent Form(params (string Name, string Value)[] fields)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, value) in fields)
        {
            if (value.StartsWith('@'))
                form.Add(new ByteArrayContent([1, 2, 3]), name, value[1..]);
            else
                form.Add(new StringContent(value), name);
        }

        return form;
    }
}
