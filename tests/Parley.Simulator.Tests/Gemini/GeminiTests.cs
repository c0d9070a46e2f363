using static Parley.Simulator.Tests.SimulatorClient;

namespace Parley.Simulator.Tests.Gemini;

public sealed class GeminiTests : IAsyncLifetime
{
    private const string Tools = """ "tools":[{"functionDeclarations":[{"name":"weather","parameters":{"type":"OBJECT","properties":{"city":{"type":"STRING"}}}},{"name":"time"}]}] """;

    private SimulatorHost host = null!;
    private HttpClient client = null!;

    public async Task InitializeAsync()
    {
        host = await SimulatorHost.StartAsync(new SimulatorOptions(), Soon);
        client = host.CreateClient(key: null);
    }

    public async Task DisposeAsync()
    {
        client.Dispose();
        await host.DisposeAsync();
    }

    [Fact]
    public async Task Plain_Hello_IsTheWholeBody()
    {
        var received = await AskAsync("gemini-2.0-flash", """{"contents":[{"parts":[{"text":"hello world"}]}]}""");
        var id = received.Json.GetProperty("responseId").GetString();
        Assert.Equal($$$"""
            {"candidates":[{"content":{"parts":[{"text":"[simulated] hello world"}],"role":"model"},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":2,"candidatesTokenCount":5,"totalTokenCount":7,"promptTokensDetails":[{"modality":"TEXT","tokenCount":2}]},"modelVersion":"gemini-2.0-flash","responseId":"{{{id}}}"}
            """, received.Text);
    }

    [Theory]
    [InlineData("gemini-3-pro-preview", true)]
    [InlineData("gemini-2.5-flash", false)]
    public async Task Calls_ComeWithIdsAndSignaturesByModel_AndAreTakenBack(string model, bool signs)
    {
        const string Ask = """{"role":"user","parts":[{"text":"call:weather call:time"}]}""";
        var first = await AskAsync(model, $$"""{"contents":[{{Ask}}],{{Tools}}}""");
        var content = first.Json.GetProperty("candidates")[0].GetProperty("content");
        Assert.Equal((2, signs), (content.GetProperty("parts").GetArrayLength(), content.GetProperty("parts")[0].GetProperty("functionCall").TryGetProperty("id", out _)));
        const string Results = """{"role":"user","parts":[{"functionResponse":{"name":"weather","response":{}}},{"functionResponse":{"name":"time","response":{}}}]}""";
        var second = $$"""{"contents":[{{Ask}},{{content.GetRawText()}},{{Results}}],{{Tools}}}""";
        Assert.Equal("[simulated] call:weather call:time", (await AskAsync(model, second)).Json.GetProperty("candidates")[0].GetProperty("content").GetProperty("parts")[0].GetProperty("text").GetString());
        var bare = second.Replace("thoughtSignature", "thought_signature", StringComparison.Ordinal);
        Assert.Equal(200, (await AskAsync(model, bare)).Status);
    }

    [Theory]
    [InlineData("streamGenerateContent?alt=sse")]
    [InlineData("streamGenerateContent")]
    public async Task Stream_InBothFramings_JoinsToThePlainText(string verb)
    {
        var received = await Received.OfAsync(client, SimulatedSurface.Gemini("gemini-3-pro-preview", verb,
            """{"contents":[{"parts":[{"text":"hello world"}]}],"generationConfig":{"thinkingConfig":{"includeThoughts":true}}}"""));
        var parts = received.Events.SelectMany(e => e.Data.GetProperty("candidates")[0].GetProperty("content").GetProperty("parts").EnumerateArray()).ToList();
        Assert.Equal("[simulated] hello world", string.Concat(parts.Where(p => !p.TryGetProperty("thought", out _)).Select(p => p.GetProperty("text").GetString())));
        Assert.True(parts[0].GetProperty("thought").GetBoolean());
        Assert.NotEmpty(parts[^1].GetProperty("thoughtSignature").GetString()!);
    }

    [Fact]
    public async Task OnDemand_BlockedPromptAndFinishReason()
    {
        var blocked = (await AskAsync("gemini-2.5-flash", """{"contents":[{"parts":[{"text":"simulate:blocked"}]}]}""")).Json;
        Assert.Equal("""{"blockReason":"PROHIBITED_CONTENT"}""", blocked.GetProperty("promptFeedback").GetRawText());
        Assert.False(blocked.TryGetProperty("candidates", out _));
        var safety = (await AskAsync("gemini-2.5-flash", """{"contents":[{"parts":[{"text":"simulate:finish=SAFETY"}]}]}""")).Json.GetProperty("candidates")[0];
        Assert.Equal("""{"content":{"role":"model"},"finishReason":"SAFETY","index":0}""", safety.GetRawText());
    }

    [Fact]
    public async Task Schema_OfGoogleOrOfJson_IsSatisfied()
    {
        foreach (var (member, type) in ((string, string)[])[("responseSchema", "OBJECT"), ("responseJsonSchema", "object")])
        {
            var answer = await AskAsync("gemini-2.5-flash", $$$"""{"contents":[{"parts":[{"text":"x"}]}],"generationConfig":{"responseMimeType":"application/json","{{{member}}}":{"type":"{{{type}}}","properties":{"name":{"type":"{{{(type == "OBJECT" ? "STRING" : "string")}}}"} } } } }""");
            Assert.Equal("""{"name":"name"}""", answer.Json.GetProperty("candidates")[0].GetProperty("content").GetProperty("parts")[0].GetProperty("text").GetString());
        }
    }

    [Fact]
    public async Task CountEmbedAndModels_AnswerInGooglesShape()
    {
        var count = await Received.OfAsync(client, SimulatedSurface.Gemini("gemini-2.5-flash", "countTokens", """{"contents":[{"parts":[{"text":"hello world"}]}]}"""));
        Assert.Equal("""{"totalTokens":2,"promptTokensDetails":[{"modality":"TEXT","tokenCount":2}]}""", count.Text);
        var one = await Received.OfAsync(client, SimulatedSurface.Gemini("gemini-embedding-001", "embedContent", """{"content":{"parts":[{"text":"a"}]},"outputDimensionality":8}"""));
        Assert.Equal(8, one.Json.GetProperty("embedding").GetProperty("values").GetArrayLength());
        var batch = await Received.OfAsync(client, SimulatedSurface.Gemini("gemini-embedding-001", "batchEmbedContents", """{"requests":[{"model":"models/gemini-embedding-001","content":{"parts":[{"text":"a"}]}}]}"""));
        Assert.Equal(1, batch.Json.GetProperty("embeddings").GetArrayLength());
        using var models = new HttpRequestMessage(HttpMethod.Get, "/v1beta/models");
        models.Headers.Add("x-goog-api-key", "sk-sim");
        Assert.Equal("models/gemini-3.1-pro-preview", (await Received.OfAsync(client, models)).Json.GetProperty("models")[0].GetProperty("name").GetString());
    }

    private Task<Received> AskAsync(string model, string body) => Received.OfAsync(client, SimulatedSurface.Gemini(model, "generateContent", body));
}
