using System.Text.Json;
using Parley.Testing;
using Parley.Testing.Schemas;
using Xunit.Abstractions;
using static Parley.Simulator.Tests.SimulatorClient;

namespace Parley.Simulator.Tests.Shapes;

/// <summary>Every kind of answer and every event, against the vendor's own schemas.</summary>
public sealed class ShapeTests(ITestOutputHelper output)
{
    private const string Tool = """ "tools":[{"type":"function","function":{"name":"weather","parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}}],"tool_choice":"required", """;
    private const string FlatTool = """ "tools":[{"type":"function","name":"weather","parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}],"tool_choice":"required", """;

    private static readonly Lazy<OpenApiSchemas?> OpenAI = new(() => SharedFiles.Find("specs/openai.openapi.yaml") is { } file ? OpenApiSchemas.Load(file) : null);
    private static readonly Lazy<OpenApiSchemas?> OpenResponses = new(() => SharedFiles.Find("specs/open-responses.openapi.json") is { } file ? OpenApiSchemas.Load(file) : null);

    // Members that real answers have (recordings), or one of the two schemas, and the other does not say.
    private static readonly string[] ReallyThere =
    [
        "content_filter_results", "prompt_filter_results", "content_filters", "obfuscation", "prompt_cache_retention", "logprobs", "store",
        "frequency_penalty", "presence_penalty", "cache_write_tokens", "moderation", "verbosity", "completed_at", ".user",
    ];

    // Members that real answers send as null where the schema knows no null.
    private static readonly string[] ReallyNull = [".usage", ".user", ".prompt_cache_key", ".safety_identifier", ".system_fingerprint", ".description"];

    [Theory]
    [InlineData("")]
    [InlineData(""" "n":2,"logprobs":true,"top_logprobs":1,"max_tokens":3, """)]
    [InlineData(Tool)]
    [InlineData(""" "response_format":{"type":"json_object"}, """)]
    public async Task Chat_EveryKind_FitsTheSchema(string members)
    {
        await using var host = await SimulatorHost.StartAsync(new SimulatorOptions(), Soon);
        using var client = host.CreateClient();
        foreach (var path in (string[])[Chat, "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21", "/openai/v1/chat/completions"])
        {
            var body = Hello.Replace("\"model\"", members + "\"model\"", StringComparison.Ordinal);
            Fits(OpenAI.Value, "CreateChatCompletionResponse", await client.AskAsync(path, body));
            foreach (var chunk in (await client.EventsAsync(path, body.Replace("\"model\"", "\"stream\":true,\"stream_options\":{\"include_usage\":true},\"model\"", StringComparison.Ordinal)))[..^1])
            {
                // Azure's first chunk has empty members that no schema allows; AzureTests compare it whole.
                if (!chunk.Contains("prompt_filter_results", StringComparison.Ordinal))
                    Fits(OpenAI.Value, "CreateChatCompletionStreamResponse", Parse(chunk));
            }
        }
    }

    [Theory]
    [InlineData("gpt-4o", "")]
    [InlineData("gpt-4o", """ "max_output_tokens":16,"instructions":"be long","metadata":{"a":"b"}, """)]
    [InlineData("gpt-5", """ "reasoning":{"effort":"high","summary":"auto"},"include":["reasoning.encrypted_content"],"store":false, """)]
    [InlineData("gpt-4o", FlatTool)]
    [InlineData("gpt-4o", """ "text":{"format":{"type":"json_schema","name":"p","schema":{"type":"object","properties":{"a":{"type":"integer"}},"required":["a"]}}}, """)]
    public async Task Responses_EveryKind_FitsBothSchemas(string model, string members)
    {
        await using var host = await SimulatorHost.StartAsync(new SimulatorOptions(), Soon);
        using var client = host.CreateClient();
        var body = $$"""{{{members}}"model":"{{model}}","input":"one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"}""";
        foreach (var path in (string[])["/v1/responses", "/openai/v1/responses?api-version=preview", "/openai/responses?api-version=2025-04-01-preview"])
        {
            var answer = await client.AskAsync(path, body);
            Fits(OpenAI.Value, "Response", answer);
            Fits(OpenResponses.Value, "ResponseResource", answer);
            var events = (await client.EventsAsync(path, body.Replace("\"model\"", "\"stream\":true,\"model\"", StringComparison.Ordinal))).Select(Parse).ToList();
            foreach (var one in events)
                Fits(OpenAI.Value, "ResponseStreamEvent", one);
            Assert.Equal(Enumerable.Range(0, events.Count), events.Select(e => e.GetProperty("sequence_number").GetInt32()));
            Assert.Equal(answer.GetProperty("output").GetRawText(), WithoutIds(events[^1].GetProperty("response"), answer));
        }
    }

    [Fact]
    public async Task EmbeddingsAndModels_FitTheSchema()
    {
        await using var host = await SimulatorHost.StartAsync(new SimulatorOptions(), Soon);
        using var client = host.CreateClient();
        Fits(OpenAI.Value, "CreateEmbeddingResponse", await client.AskAsync("/v1/embeddings", """{"model":"text-embedding-3-small","input":["a","b"]}"""));
        Fits(OpenAI.Value, "ListModelsResponse", Parse(await client.GetStringAsync("/v1/models", Soon)));
        Fits(OpenAI.Value, "Model", Parse(await client.GetStringAsync("/v1/models/parley/echo", Soon)));
    }

    // The streamed request is another request (stream: true), so its ids differ and nothing else.
    private static string WithoutIds(JsonElement streamed, JsonElement plain)
    {
        var text = streamed.GetProperty("output").GetRawText();
        foreach (var (from, to) in streamed.GetProperty("output").EnumerateArray().Zip(plain.GetProperty("output").EnumerateArray()))
        {
            foreach (var name in (string[])["id", "call_id", "encrypted_content"])
            {
                if (from.TryGetProperty(name, out var mine))
                    text = text.Replace(mine.GetString()!, to.GetProperty(name).GetString()!, StringComparison.Ordinal);
            }
        }
        return text;
    }

    private void Fits(OpenApiSchemas? schemas, string name, JsonElement value)
    {
        if (schemas is null)
        {
            output.WriteLine($"Not seen: 1 specification is missing, so nothing was checked against {name}.");
            return;
        }
        var problems = schemas.Check(name, value)
            .Where(p => !p.Unknown || !ReallyThere.Any(known => p.Path.Contains(known, StringComparison.Ordinal)))
            .Where(p => !p.Message.StartsWith("is Null", StringComparison.Ordinal) || !ReallyNull.Any(known => p.Path.EndsWith(known, StringComparison.Ordinal)))
            // Open Responses says the echoed JSON schema is null; OpenAI's own document says object, and that is what comes.
            .Where(p => !p.Path.EndsWith(".format.schema", StringComparison.Ordinal))
            .ToList();
        Assert.True(problems.Count == 0, $"{name}: {string.Join("; ", problems.Take(8))}\n{value.GetRawText()}");
    }
}
