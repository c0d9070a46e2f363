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
