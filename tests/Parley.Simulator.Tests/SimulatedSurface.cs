using System.Text;
using System.Text.Json;

namespace Parley.Simulator.Tests;

/// <summary>One of the wire formats: how a model is asked there, plain and streamed, and how its answers end.</summary>
internal sealed record SimulatedSurface(string Name, Func<string, bool, HttpRequestMessage> Ask)
{
    private const string Messages = "\"max_tokens\":4096,\"messages\":[{\"role\":\"user\",\"content\":\"hello world\"}]";
    private const string Contents = """{"contents":[{"role":"user","parts":[{"text":"hello world"}]}]}""";
    private const string Turns = """{"messages":[{"role":"user","content":[{"text":"hello world"}]}]}""";

    public static IReadOnlyList<SimulatedSurface> All { get; } =
    [
        new("anthropic", (model, stream) => Anthropic("/v1/messages", Body(model, stream))),
        new("azure-anthropic", (model, stream) => Anthropic("/anthropic/v1/messages", Body(model, stream))),
        new("gemini", (model, stream) => Gemini(model, stream ? "streamGenerateContent?alt=sse" : "generateContent", Contents)),
        new("gemini-array", (model, stream) => Gemini(model, stream ? "streamGenerateContent" : "generateContent", Contents)),
        new("bedrock", (model, stream) => Bedrock(model, stream ? "converse-stream" : "converse", Turns)),
    ];

    public static HttpRequestMessage Anthropic(string path, string body) =>
        SimulatorClient.Post(path, body, ("x-api-key", "sk-sim"), ("anthropic-version", "2023-06-01"));

    public static HttpRequestMessage Gemini(string model, string verb, string body) =>
        SimulatorClient.Post($"/v1beta/models/{model}:{verb}", body, ("x-goog-api-key", "sk-sim"));

    public static HttpRequestMessage Bedrock(string model, string verb, string body, string secret = "secret") =>
        SignedRequest.Post($"/model/{Uri.EscapeDataString(model)}/{verb}", body, secret);

    private static string Body(string model, bool stream) => $$"""{"model":"{{model}}","stream":{{(stream ? "true" : "false")}},{{Messages}}}""";
}

/// <summary>What came back: status, media type, and the body as it was.</summary>
internal sealed record Received(int Status, string? MediaType, string Text, byte[] Bytes)
{
    public static async Task<Received> OfAsync(HttpClient client, HttpRequestMessage request)
    {
        using (request)
        {
            using var response = await client.SendAsync(request, SimulatorClient.Soon);
            var bytes = await response.Content.ReadAsByteArrayAsync(SimulatorClient.Soon);
            return new Received((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, Encoding.UTF8.GetString(bytes), bytes);
        }
    }

    public JsonElement Json => SimulatorClient.Parse(Text);

    /// <summary>The events of a stream in whatever framing; names only where the framing has them.</summary>
    public List<(string? Name, JsonElement Data)> Events => MediaType switch
    {
        "application/vnd.amazon.eventstream" => [.. EventStreamReader.Read(Bytes).Select(frame => ((string?)frame.Name, SimulatorClient.Parse(frame.Payload)))],
        "application/json" => [.. Json.EnumerateArray().Select(one => ((string?)null, one))],
        _ => [.. Text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(block => block.Split('\n'))
            .Select(lines => (lines.FirstOrDefault(l => l.StartsWith("event: ", StringComparison.Ordinal))?[7..],
                SimulatorClient.Parse(lines.Single(l => l.StartsWith("data: ", StringComparison.Ordinal))[6..])))],
    };
}
