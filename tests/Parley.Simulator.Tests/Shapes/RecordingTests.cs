using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.Testing;
using Parley.Testing.Schemas;
using Xunit.Abstractions;
using static Parley.Simulator.Tests.SimulatorClient;

namespace Parley.Simulator.Tests.Shapes;

/// <summary>
/// The simulator's chat answers against recorded ones of the same kind: where both have a member it has one JSON type, and the top level has the
/// same members (newest recordings: <c>obfuscation</c>, <c>service_tier</c>).
/// </summary>
public sealed class RecordingTests(ITestOutputHelper output)
{
    private const string OpenAIStream = "recordings/vercel-ai/openai/chat/openai-text.chunks.txt";
    private const string AzureStream = "recordings/vercel-ai/openai/chat/azure-model-router.1.chunks.txt";

    [Fact]
    public async Task ChatAnswers_OfOpenAIAndAzure_HaveTheRecordedMembersAndTypes()
    {
        await using var host = await SimulatorHost.StartAsync(new SimulatorOptions(), Soon);
        using var client = host.CreateClient();
        var seen = 0;
        if (SharedFiles.Find("recordings/vercel-ai/openai/chat/openai-text.json") is { } plain)
        {
            seen++;
            Compare(await client.AskAsync(Chat, Hello), Parse(await File.ReadAllTextAsync(plain)));
        }
        foreach (var (cassette, path) in ((string, string)[])[("chat-basic", Chat), ("azure-chat-basic", "/openai/deployments/gpt-5-nano/chat/completions?api-version=2024-12-01-preview")])
        {
            if (SharedFiles.Find($"recordings/envoy-ai-gateway/{cassette}.yaml") is not { } file)
                continue;
            seen++;
            var exchange = YamlAsJson.Read(file)!["interactions"]![0]!;
            var mine = await client.AskAsync(path, exchange["request"]!["body"]!.GetValue<string>());
            Compare(mine, Parse(exchange["response"]!["body"]!.GetValue<string>()));
        }
        output.WriteLine($"Recordings not seen: {3 - seen} of 3.");
    }

    [Fact]
    public async Task ToolCalls_OfOpenAI_HaveTheRecordedMembersAndTypes()
    {
        if (SharedFiles.Find("recordings/envoy-ai-gateway/chat-tools.yaml") is not { } file)
        {
            output.WriteLine("Recordings not seen: 1 of 1.");
            return;
        }
        await using var host = await SimulatorHost.StartAsync(new SimulatorOptions(), Soon);
        using var client = host.CreateClient();
        var exchange = YamlAsJson.Read(file)!["interactions"]![0]!;
        var request = JsonNode.Parse(exchange["request"]!["body"]!.GetValue<string>())!;
        request["tool_choice"] = "required";
        Compare(await client.AskAsync(Chat, request.ToJsonString()), Parse(exchange["response"]!["body"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData(OpenAIStream, Chat)]
    [InlineData(AzureStream, "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21")]
    public async Task ChatStreams_HaveTheRecordedMembersAndTypes(string recording, string path)
    {
        if (SharedFiles.Find(recording) is not { } file)
        {
            output.WriteLine("Recordings not seen: 1 of 1.");
            return;
        }
        await using var host = await SimulatorHost.StartAsync(new SimulatorOptions(), Soon);
        using var client = host.CreateClient();
        var mine = (await client.EventsAsync(path, HelloStream.Replace("\"model\"", "\"stream_options\":{\"include_usage\":true},\"model\"", StringComparison.Ordinal)))[..^1].Select(Parse).ToList();
        var recorded = (await File.ReadAllLinesAsync(file)).Where(l => l.Length > 0).Select(Parse).ToList();
        // The same kinds of chunk stand at both ends: (Azure's first,) role, content … finish, usage.
        foreach (var at in (int[])[0, 1, 2])
            Compare(mine[at], recorded[at]);
        foreach (var fromEnd in (int[])[1, 2])
            Compare(mine[^fromEnd], recorded[^fromEnd]);
    }

    private static void Compare(JsonElement mine, JsonElement recorded)
    {
        Assert.Equal(
            recorded.EnumerateObject().Select(p => p.Name).Where(name => name != "created").Order(StringComparer.Ordinal),
            mine.EnumerateObject().Select(p => p.Name).Where(name => name != "created").Order(StringComparer.Ordinal));
        SameTypes("$", mine, recorded);
    }

    private static void SameTypes(string path, JsonElement mine, JsonElement recorded)
    {
        // Null stands for "nothing this time" of any type.
        if (mine.ValueKind == JsonValueKind.Null || recorded.ValueKind == JsonValueKind.Null)
            return;
        var (a, b) = (Kind(mine), Kind(recorded));
        Assert.True(a == b, $"{path} is {a}, recorded {b}");
        if (mine.ValueKind == JsonValueKind.Array)
        {
            foreach (var (one, other) in mine.EnumerateArray().Zip(recorded.EnumerateArray()))
                SameTypes($"{path}[]", one, other);
        }
        if (mine.ValueKind != JsonValueKind.Object)
            return;
        foreach (var property in mine.EnumerateObject())
        {
            if (recorded.TryGetProperty(property.Name, out var other))
                SameTypes($"{path}.{property.Name}", property.Value, other);
        }
    }

    private static string Kind(JsonElement value) => value.ValueKind is JsonValueKind.True or JsonValueKind.False ? "Boolean" : value.ValueKind.ToString();
}
