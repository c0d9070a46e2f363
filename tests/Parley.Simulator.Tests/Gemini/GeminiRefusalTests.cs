using static Parley.Simulator.Tests.SimulatorClient;

namespace Parley.Simulator.Tests.Gemini;

/// <summary>Each refusal of generateContent: the request, and the whole body that answers it.</summary>
public sealed class GeminiRefusalTests : IAsyncLifetime
{
    private const string Hi = """{"role":"user","parts":[{"text":"hi"}]}""";
    private const string Call = """{"role":"model","parts":[{"functionCall":{"name":"f","args":{}}}]}""";
    private const string Response = """{"role":"user","parts":[{"functionResponse":{"name":"f","response":{}}}]}""";
    private const string Tool = """ "tools":[{"functionDeclarations":[{"name":"f"}]}] """;

    private SimulatorHost host = null!;
    private HttpClient client = null!;

    public async Task InitializeAsync()
    {
        host = await SimulatorHost.StartAsync(new SimulatorOptions { Keys = ["right"] }, Soon);
        client = host.CreateClient(key: null);
    }

    public async Task DisposeAsync()
    {
        client.Dispose();
        await host.DisposeAsync();
    }

    public static TheoryData<string, string, string> Refusals => new()
    {
        { "2.5-flash", """{"contents":[]}""", @"* GenerateContentRequest.contents: contents is not specified\n" },
        { "2.5-flash", """{"contents":[{"role":"assistant","parts":[{"text":"x"}]}]}""", "Please use a valid role: user, model." },
        { "2.5-flash", """{"contents":[{"role":"user","parts":[]}]}""", @"* GenerateContentRequest.contents[0].parts: contents.parts must not be empty.\n" },
        { "2.5-flash", """{"contents":[{"role":"user","parts":[{"inlineData":{"data":"AAAA"}}]}]}""", @"* GenerateContentRequest.contents[0].parts[0].inline_data.mime_type: mime_type is not specified\n" },
        { "2.5-flash", """{"contents":[{"role":"user","parts":[{"fileData":{"fileUri":"https://example.com/a.png"}}]}]}""", "Invalid or unsupported file uri: https://example.com/a.png" },
        { "2.5-pro", """{"contents":[HI],"generationConfig":{"thinkingConfig":{"thinkingBudget":40000}}}""", "The thinking budget 40000 is invalid. Please choose a value between 128 and 32768." },
        { "2.5-pro", """{"contents":[HI],"generationConfig":{"thinkingConfig":{"thinkingBudget":0}}}""", "Budget 0 is invalid. This model only works in thinking mode." },
        { "2.5-flash-lite", """{"contents":[HI],"generationConfig":{"thinkingConfig":{"thinkingBudget":100}}}""", "The thinking budget 100 is invalid. Please choose a value between 512 and 24576." },
        { "2.5-flash", """{"contents":[HI],"generationConfig":{"thinkingConfig":{"thinkingLevel":"LOW"}}}""", "Thinking level is not supported for this model." },
        { "3-pro-preview", """{"contents":[HI],"generationConfig":{"thinkingConfig":{"thinkingLevel":"LOW","thinkingBudget":1}}}""", "You can only set only one of thinking budget and thinking level." },
        { "2.5-flash", """{"contents":[HI],TOOL,"generationConfig":{"responseMimeType":"application/json","responseSchema":{"type":"OBJECT"}}}""", "Function calling with a response mime type: 'application/json' is unsupported" },
        { "2.5-flash", """{"contents":[HI,CALL,RESPONSE,RESPONSE],TOOL}""", "Please ensure that function response turn comes immediately after a function call turn." },
        { "2.5-flash", """{"contents":[HI,CALL,HI],TOOL}""", "Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn." },
        { "3-pro-preview", """{"contents":[HI,CALL,RESPONSE],TOOL}""", "Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly, and missing thought_signature may lead to degraded model performance. Additional data, function call `default_api:f` , position 2. Please refer to https://ai.google.dev/gemini-api/docs/thought-signatures for more details." },
        { "2.5-flash", """{"contents":[HI,{"role":"model","parts":[{"text":"x","thoughtSignature":"AAAA"}]},HI]}""", "Corrupted thought signature." },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task BadRequest_IsRefusedInGooglesWords(string model, string body, string message)
    {
        body = body.Replace("HI", Hi, StringComparison.Ordinal).Replace("CALL", Call, StringComparison.Ordinal).Replace("RESPONSE", Response, StringComparison.Ordinal)
            .Replace("TOOL", Tool, StringComparison.Ordinal);
        var received = await AskAsync($"/v1beta/models/gemini-{model}:generateContent", body, ("x-goog-api-key", "right"));
        Assert.Equal((400, $$$"""{"error":{"code":400,"message":"{{{message}}}","status":"INVALID_ARGUMENT"}}"""), (received.Status, received.Text));
    }

    [Fact]
    public async Task UnknownNames_AreToldWithTheirPathsAllAtOnce()
    {
        var received = await AskAsync("/v1beta/models/gemini-2.5-flash:generateContent",
            """{"foo":1,"contents":[{"role":"user","parts":[{"text":"x"}]}],"tools":[{"functionDeclarations":[{"name":"f","parameters":{"$schema":"x","type":"OBJECT","properties":{"a":{"const":1}}}}]}]}""",
            ("x-goog-api-key", "right"));
        Assert.Equal("""
            {"error":{"code":400,"message":"Invalid JSON payload received. Unknown name \"foo\": Cannot find field.\nInvalid JSON payload received. Unknown name \"$schema\" at 'tools[0].function_declarations[0].parameters': Cannot find field.\nInvalid JSON payload received. Unknown name \"const\" at 'tools[0].function_declarations[0].parameters.properties[0].value': Cannot find field.","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[{"description":"Invalid JSON payload received. Unknown name \"foo\": Cannot find field."},{"field":"tools[0].function_declarations[0].parameters","description":"Invalid JSON payload received. Unknown name \"$schema\" at 'tools[0].function_declarations[0].parameters': Cannot find field."},{"field":"tools[0].function_declarations[0].parameters.properties[0].value","description":"Invalid JSON payload received. Unknown name \"const\" at 'tools[0].function_declarations[0].parameters.properties[0].value': Cannot find field."}]}]}}
            """, received.Text);
    }

    [Fact]
    public async Task Key_InHeaderOrUrl_IsTakenAndCounted()
    {
        const string Body = """{"contents":[{"role":"user","parts":[{"text":"x"}]}]}""";
        Assert.Equal(403, (await AskAsync("/v1beta/models/gemini-2.5-flash:generateContent", Body)).Status);
        Assert.Equal("API_KEY_INVALID", (await AskAsync("/v1beta/models/gemini-2.5-flash:generateContent", Body, ("x-goog-api-key", "wrong"))).Json.GetProperty("error").GetProperty("details")[0].GetProperty("reason").GetString());
        Assert.Equal((200, 0L), ((await AskAsync("/v1beta/models/gemini-2.5-flash:generateContent", Body, ("x-goog-api-key", "right"))).Status, host.Log.KeysInUrls));
        Assert.Equal((200, 1L), ((await AskAsync("/v1beta/models/gemini-2.5-flash:generateContent?key=right", Body)).Status, host.Log.KeysInUrls));
        Assert.True(host.Log.Last.KeyInUrl);
        Assert.Equal("models/gemini-9 is not found for API version v1beta, or is not supported for generateContent. Call ListModels to see the list of available models and their supported methods.",
            (await AskAsync("/v1beta/models/gemini-9:generateContent", Body, ("x-goog-api-key", "right"))).Json.GetProperty("error").GetProperty("message").GetString());
    }

    private Task<Received> AskAsync(string path, string body, params (string, string)[] headers) => Received.OfAsync(client, Post(path, body, headers));
}
