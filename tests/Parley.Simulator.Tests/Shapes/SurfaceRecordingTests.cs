using System.Text.Json;
using System.Text.RegularExpressions;
using Parley.Testing;
using Xunit.Abstractions;
using static Parley.Simulator.Tests.SimulatorClient;

namespace Parley.Simulator.Tests.Shapes;

/// <summary>
/// Anthropic's, Gemini's and Bedrock's simulated answers against recorded ones of the same kind: the same members where both have an object, the same
/// event names, in an order that one grammar allows for both.
/// </summary>
public sealed partial class SurfaceRecordingTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const string Recordings = "recordings/vercel-ai/";
    private const string Sonnet = "claude-sonnet-4-5";
    private const string Gemini3 = "gemini-3-pro-preview";
    private const string Bedrock = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
    private const string GeminiTool = """ "tools":[{"functionDeclarations":[{"name":"weather","parameters":{"type":"OBJECT","properties":{"location":{"type":"STRING"}}}}]}],"toolConfig":{"functionCallingConfig":{"mode":"ANY"}} """;

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

    public static TheoryData<string, string, string> Plain => new()
    {
        { "anthropic/anthropic-text.json", Sonnet, """ "messages":[{"role":"user","content":"x"}] """ },
        { "anthropic/anthropic-claude-opus-5-reasoning-high.1.json", "claude-opus-5", """ "thinking":{"type":"adaptive","display":"summarized"},"messages":[{"role":"user","content":"x"}] """ },
        { "anthropic/anthropic-json-output-format.1.json", Sonnet, """ "output_config":{"format":{"type":"json_schema","schema":{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":false}}},"messages":[{"role":"user","content":"x"}] """ },
        { "google/google-text.json", Gemini3, """ "contents":[{"role":"user","parts":[{"text":"x"}]}] """ },
        { "google/google-tool-call-gemini3.json", Gemini3, """ "contents":[{"role":"user","parts":[{"text":"x"}]}], """ + GeminiTool },
        { "amazon-bedrock/amazon-bedrock-text.json", Bedrock, """ "messages":[{"role":"user","content":[{"text":"x"}]}] """ },
        { "amazon-bedrock/amazon-bedrock-reasoning.json", Bedrock, """ "inferenceConfig":{"maxTokens":2000},"additionalModelRequestFields":{"thinking":{"type":"enabled","budget_tokens":1024}},"messages":[{"role":"user","content":[{"text":"x"}]}] """ },
    };

    [Theory]
    [MemberData(nameof(Plain))]
    public async Task PlainAnswer_HasTheRecordedMembers(string recording, string model, string members)
    {
        if (SharedFiles.Find(Recordings + recording) is not { } file)
        {
            output.WriteLine("Recordings not seen: 1 of 1.");
            return;
        }
        var mine = await AskAsync(recording, model, members, stream: false);
        SameMembers("$", mine.Json, Parse(await File.ReadAllTextAsync(file)));
    }

    [Theory]
    [MemberData(nameof(Plain))]
    public async Task Stream_FollowsTheRecordedGrammar(string recording, string model, string members)
    {
        var mine = (await AskAsync(recording, model, members, stream: true)).Events;
        Assert.Matches(Grammar(recording), Sentence(mine));
        var folder = recording.Split('/')[0];
        var seen = 0;
        // Recordings that were shortened by hand, or show a defect, are named by what they lack.
        foreach (var file in SharedFiles.List(Recordings + folder, "*.chunks.txt").Where(file => Clean(folder).IsMatch(Path.GetFileName(file))))
        {
            seen++;
            var recorded = (await File.ReadAllLinesAsync(file)).Where(line => line.Length > 0).Select(Parse).Select(line => folder == "amazon-bedrock"
                ? ((string?)line.EnumerateObject().First().Name, line.EnumerateObject().First().Value) : (null, line)).ToList();
            Assert.True(Regex.IsMatch(Sentence(recorded), Grammar(recording)), $"{file}: {Sentence(recorded)}");
            foreach (var one in mine.DistinctBy(Word))
            {
                var same = recorded.Where(r => Word(r) == Word(one)).ToList();
                if (same.Count > 0 && Path.GetFileName(file).Contains("-text.", StringComparison.Ordinal) && recording.Contains("-text.", StringComparison.Ordinal))
                    SameMembers(Word(one), Unpadded(one.Data), same[0].Item2);
            }
        }
        output.WriteLine(seen > 0 ? $"{seen} recordings follow the grammar." : "Recordings not seen: all.");
    }

    private async Task<Received> AskAsync(string recording, string model, string members, bool stream)
    {
        var request = recording.Split('/')[0] switch
        {
            "anthropic" => SimulatedSurface.Anthropic("/v1/messages", $$"""{"model":"{{model}}","max_tokens":4096,"stream":{{(stream ? "true" : "false")}},{{members}}}"""),
            "google" => SimulatedSurface.Gemini(model, stream ? "streamGenerateContent?alt=sse" : "generateContent", $$"""{{{members}}}"""),
            _ => SimulatedSurface.Bedrock(model, stream ? "converse-stream" : "converse", $$"""{{{members}}}"""),
        };
        var received = await Received.OfAsync(client, request);
        Assert.True(received.Status == 200, received.Text);
        return received;
    }

    private static string Grammar(string recording) => recording.Split('/')[0] switch
    {
        "anthropic" => "^message_start (ping )*(content_block_start (ping )*(content_block_delta (ping )*)*content_block_stop (ping )*)*message_delta (ping )*message_stop $",
        "google" => "^(candidates )*candidates! $",
        _ => "^(messageStart )(((contentBlockStart )?(contentBlockDelta )+)contentBlockStop )*messageStop metadata $",
    };

    private static string Sentence(IEnumerable<(string? Name, JsonElement Data)> events) => string.Concat(events.Select(e => Word(e) + " "));

    private static string Word((string? Name, JsonElement Data) one)
    {
        if (one.Data.TryGetProperty("candidates", out var candidates))
            return candidates.EnumerateArray().Any(candidate => candidate.TryGetProperty("finishReason", out _)) ? "candidates!" : "candidates";
        return one.Data.TryGetProperty("type", out var type) ? type.GetString()! : one.Name!;
    }

    private static Regex Clean(string folder) => folder switch
    {
        "anthropic" => AnthropicFiles(),
        "google" => GoogleFiles(),
        _ => BedrockFiles(),
    };

    // Padding is no member of the recordings: whoever recorded them took it out.
    private static JsonElement Unpadded(JsonElement element)
    {
        var members = element.EnumerateObject().Where(member => member.Name != "p").ToDictionary(member => member.Name, member => member.Value);
        return JsonSerializer.SerializeToElement(members);
    }

    private static void SameMembers(string path, JsonElement mine, JsonElement recorded)
    {
        if (mine.ValueKind == JsonValueKind.Null || recorded.ValueKind == JsonValueKind.Null || path.EndsWith(".args", StringComparison.Ordinal))
            return;
        Assert.True(mine.ValueKind == recorded.ValueKind, $"{path} is {mine.ValueKind}, recorded {recorded.ValueKind}");
        if (mine.ValueKind == JsonValueKind.Array)
        {
            foreach (var (one, other) in mine.EnumerateArray().Zip(recorded.EnumerateArray()))
                SameMembers($"{path}[]", one, other);
        }
        if (mine.ValueKind != JsonValueKind.Object)
            return;
        Assert.Equal($"{path}: {Names(recorded)}", $"{path}: {Names(mine)}");
        foreach (var member in mine.EnumerateObject().Where(member => recorded.TryGetProperty(member.Name, out _)))
            SameMembers($"{path}.{member.Name}", member.Value, recorded.GetProperty(member.Name));
    }

    // Not in every recording of one kind: where the model ran, an id of a call.
    private static string Names(JsonElement element) => string.Join(", ",
        element.EnumerateObject().Select(member => member.Name).Where(name => name is not ("inference_geo" or "id")).Order(StringComparer.Ordinal));

    [GeneratedRegex("anthropic-(text|tool-no-args|web-search|clear-thinking|refusal|json-output-format|json-tool)")]
    private static partial Regex AnthropicFiles();

    [GeneratedRegex("^google-(text|reasoning|reasoning-gemini3|tool-call|tool-call-gemini3).chunks")]
    private static partial Regex GoogleFiles();

    [GeneratedRegex("^amazon-bedrock-(text|reasoning).chunks")]
    private static partial Regex BedrockFiles();
}
