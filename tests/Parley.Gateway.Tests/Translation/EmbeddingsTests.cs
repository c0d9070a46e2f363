using System.Buffers.Binary;
using System.Text.Json.Nodes;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Translation;

/// <summary>OpenAI's embeddings request in front of vendors whose embeddings look otherwise.</summary>
public sealed class EmbeddingsTests : IAsyncLifetime
{
    private static readonly (string Id, string Provider, string Model)[] Models =
        [("gemini-embed", "gemini", "gemini-embedding-001"), ("titan", "bedrock", "amazon.titan-embed-text-v2:0"), ("cohere", "bedrock", "cohere.embed-english-v3")];

    private GatewayHost _gateway = null!;

    public async Task InitializeAsync() => _gateway = await TranslationGateway.StartAsync(models: string.Join(",", Models.Select(model =>
        $$"""{ "modelId": "{{model.Id}}", "targets": [ { "provider": "{{model.Provider}}", "model": "{{model.Model}}" } ] }""")));

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    [Theory]
    [InlineData("gemini-embed", 1)]
    [InlineData("titan", 3)]
    [InlineData("cohere", 1)]
    public async Task SeveralTexts_BecomeOneAnswerInOrder_AndOneRecord(string model, int calls)
    {
        var answer = await AskAsync(model, """["alpha","beta","alpha"]""");
        Assert.True(answer.Status == 200, answer.Body);
        Assert.Equal(calls, _gateway.Upstream.Log.Count);
        Assert.Equal(("list", model), ((string?)answer.Json["object"], (string?)answer.Json["model"]));
        var (provider, upstream) = Models.Where(m => m.Id == model).Select(m => (m.Provider, m.Model)).Single();
        Assert.Equal((provider, upstream, "1"), (answer.Header("x-parley-provider"), answer.Header("x-parley-model"), answer.Header("x-parley-attempts")));

        var data = answer.Json["data"]!.AsArray();
        Assert.Equal([0, 1, 2], data.Select(item => (int)item!["index"]!));
        Assert.All(data, item => Assert.Equal("embedding", (string?)item!["object"]));
        var vectors = data.Select(item => Vector(item!["embedding"]!)).ToList();
        Assert.True(vectors[0].Length > 100 && vectors[0].Any(x => x != 0));
        // The same text has the same vector, another text another: none is in another's place.
        Assert.Equal(vectors[0], vectors[2]);
        Assert.NotEqual(vectors[0], vectors[1]);

        var record = await _gateway.RecordAsync(answer.RequestId());
        Assert.Equal(1, record.GetProperty("attempts").GetArrayLength());
        Assert.Equal(0, record.Tokens().Output);
        var (told, recorded) = ((long)answer.Json["usage"]!["prompt_tokens"]!, record.Tokens().Input);
        Assert.Equal(told, (long)answer.Json["usage"]!["total_tokens"]!);
        Assert.True(recorded >= 3, record.ToString());
        // Gemini tells no usage of embeddings: the ledger estimates and says so, the caller is told of none.
        Assert.Equal(model == "gemini-embed" ? ("estimated", 0L) : ("", recorded), (record.Flags(), told));
        await _gateway.AssertNothingLeftAsync();
    }

    [Theory]
    [InlineData("gemini-embed")]
    [InlineData("titan")]
    [InlineData("cohere")]
    public async Task Base64_HoldsTheSameFloats(string model)
    {
        var floats = await AskAsync(model, "\"alpha\"", ""","encoding_format":"float" """);
        var packed = await AskAsync(model, "\"alpha\"", ""","encoding_format":"base64" """);
        Assert.Equal((200, 200), (floats.Status, packed.Status));
        Assert.IsType<JsonArray>(floats.Json["data"]![0]!["embedding"]);
        Assert.Equal(Vector(floats.Json["data"]![0]!["embedding"]!), Vector(packed.Json["data"]![0]!["embedding"]!));
    }

    [Theory]
    [InlineData("[1,2,3]")]
    [InlineData("[[1,2],[3]]")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("5")]
    [InlineData("[\"a\",5]")]
    public async Task InputThatIsNoText_IsRefused(string input)
    {
        foreach (var (model, _, _) in Models)
        {
            var error = SurfaceError.Read(CallerSurface.Chat, await AskAsync(model, input), 400);
            Assert.Equal("invalid_request_error", error.Type);
            Assert.StartsWith("input", error.Field, StringComparison.Ordinal);
        }

        Assert.Equal(0, _gateway.Upstream.Log.Count);
    }

    [Fact]
    public async Task SecondOfSeveralCalls_Fails_TheWholeFails()
    {
        _gateway.Upstream.Faults.Next(1, "none");
        _gateway.Upstream.Faults.Next(1, "429", "7");
        var answer = await AskAsync("titan", """["alpha","beta","gamma"]""");
        var error = SurfaceError.Read(CallerSurface.Chat, answer, 429);
        Assert.Equal(("rate_limit_error", "7"), (error.Type, answer.Header("Retry-After")));
        Assert.Equal(2, _gateway.Upstream.Log.Count);
        Assert.Equal(1, (await _gateway.RecordAsync(answer.RequestId())).GetProperty("attempts").GetArrayLength());
    }

    private Task<Wire.Answer> AskAsync(string model, string input, string more = "") =>
        _gateway.Client.PostAsync("/v1/embeddings", $$"""{"model":"{{model}}","input":{{input}}{{more}}}""");

    private static float[] Vector(JsonNode embedding)
    {
        if (embedding is JsonArray numbers) return [.. numbers.Select(number => (float)(double)number!)];
        var bytes = Convert.FromBase64String((string)embedding!);
        return [.. Enumerable.Range(0, bytes.Length / 4).Select(at => BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(at * 4)))];
    }
}
