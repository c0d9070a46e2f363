using static Parley.Simulator.Tests.SimulatorClient;

namespace Parley.Simulator.Tests.Bedrock;

/// <summary>Each refusal of Converse: the request, and the whole body that answers it; and whose signatures are taken.</summary>
public sealed class ConverseRefusalTests : IAsyncLifetime
{
    private const string Claude = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
    private const string Hi = """{"role":"user","content":[{"text":"hi"}]}""";
    private const string Use = """{"role":"assistant","content":[{"toolUse":{"toolUseId":"a","name":"t","input":{}}}]}""";
    private const string Result = """{"role":"user","content":[{"toolResult":{"toolUseId":"a","content":[{"text":"ok"}]}}]}""";
    private const string Tool = """ "tools":[{"toolSpec":{"name":"t","inputSchema":{"json":{"type":"object"}}}}] """;

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

    public static TheoryData<string, string, int, string> Refusals => new()
    {
        { Claude, """{"messages":[HI,HI]}""", 400, "A conversation must alternate between user and assistant roles. Make sure the conversation alternates between user and assistant roles and try again." },
        { Claude, """{"messages":[{"role":"assistant","content":[{"text":"x"}]}]}""", 400, "A conversation must start with a user message. Try again with a conversation that starts with a user message." },
        { Claude, """{"messages":[HI,{"role":"assistant","content":[{"text":"x"}]},RESULT],"toolConfig":{TOOL}}""", 400, "The number of toolResult blocks at messages.2.content exceeds the number of toolUse blocks of previous turn." },
        { Claude, """{"messages":[HI,USE,HI],"toolConfig":{TOOL}}""", 400, "Expected toolResult blocks at messages.2.content for the following Ids: a" },
        { Claude, """{"messages":[HI,USE,RESULT]}""", 400, "The toolConfig field must be defined when using toolUse and toolResult content blocks." },
        { Claude, """{"messages":[{"role":"user","content":[{"text":" "}]}]}""", 400, "The text field in the ContentBlock object at messages.0.content.0 is blank. Add text to the text field, and try again." },
        { Claude, """{"messages":[{"role":"user","content":[]}]}""", 400, "The content field in the Message object at messages.0 is empty. Add a ContentBlock object to the content field and try again." },
        { Claude, """{"messages":[{"role":"user","content":[{"text":"x"},{"document":{"format":"pdf","name":"a.pdf","source":{"bytes":"AAAA"}}}]}]}""", 400, "The document file name can only contain alphanumeric characters, whitespace characters, hyphens, parentheses, and square brackets. The name can't contain more than one consecutive whitespace character." },
        { Claude, """{"messages":[{"role":"user","content":[{"image":{"format":"png","source":{"url":"https://example.com"}}}]}]}""", 400, "The value at messages.1.member.content.1.member.image.source is invalid: one of the keys bytes, s3Location must be set." },
        { Claude, """{"messages":[HI],"toolConfig":{"tools":[]}}""", 400, "1 validation error detected: Value [] at 'toolConfig.tools' failed to satisfy constraint: Member must have length greater than or equal to 1" },
        { Claude, """{"messages":[HI],"inferenceConfig":{"temperature":0.5,"topP":0.5}}""", 400, "The model returned the following errors: `temperature` and `top_p` cannot both be specified for this model. Please use only one." },
        { Claude, """{"messages":[HI,{"role":"assistant","content":[{"reasoningContent":{"reasoningText":{"text":"x","signature":"AAAA"}}}]},HI]}""", 400, "The model returned the following errors: messages.1.content.0: Invalid `signature` in `thinking` block" },
        { Claude, """{"messages":[HI],"inferenceConfig":{"maxTokens":2000},"additionalModelRequestFields":{"thinking":{"type":"enabled","budget_tokens":9}}}""", 400, "The model returned the following errors: thinking.enabled.budget_tokens: Input should be greater than or equal to 1024" },
        { "meta.llama3-1-70b-instruct-v1:0", """{"messages":[HI],"toolConfig":{TOOL,"toolChoice":{"any":{}}}}""", 400, "This model doesn't support the toolConfig.toolChoice.any field. Remove toolConfig.toolChoice.any and try again." },
        { "meta.llama3-8b-instruct-v1:0", """{"messages":[HI],"toolConfig":{TOOL}}""", 400, "This model doesn't support tool use." },
        { "meta.llama3-1-70b-instruct-v1:0", """{"messages":[{"role":"user","content":[{"text":"x"},{"cachePoint":{"type":"default"}}]}]}""", 403, "You invoked an unsupported model or your request did not allow prompt caching. See the documentation for more information." },
        { "amazon.nova-pro-v1:0", """{"messages":[HI],"toolConfig":{"tools":[{"cachePoint":{"type":"default"}}]}}""", 400, "Malformed input request: #/toolConfig/tools/0: extraneous key [cachePoint] is not permitted, please reformat your input and try again." },
        { "anthropic.claude-sonnet-4-5-20250929-v1:0", """{"messages":[HI]}""", 400, "Invocation of model ID anthropic.claude-sonnet-4-5-20250929-v1:0 with on-demand throughput isn’t supported. Retry your request with the ID or ARN of an inference profile that contains this model." },
        { "no.model", """{"messages":[HI]}""", 400, "The provided model identifier is invalid." },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task BadRequest_IsRefusedInBedrocksWords(string model, string body, int status, string message)
    {
        body = body.Replace("HI", Hi, StringComparison.Ordinal).Replace("RESULT", Result, StringComparison.Ordinal).Replace("USE", Use, StringComparison.Ordinal)
            .Replace("TOOL", Tool, StringComparison.Ordinal);
        foreach (var verb in (string[])["converse", "converse-stream"])
        {
            var received = await Received.OfAsync(client, SimulatedSurface.Bedrock(model, verb, body));
            Assert.Equal((status, message), (received.Status, received.Json.GetProperty("message").GetString()));
            Assert.Equal(["message"], received.Json.EnumerateObject().Select(p => p.Name));
        }
    }

    [Fact]
    public async Task Signature_IsComputedAgainOverPathHeadersAndBody()
    {
        const string Body = """{"messages":[{"role":"user","content":[{"text":"x"}]}]}""";
        var path = $"/model/{Uri.EscapeDataString(Claude)}/converse";
        Assert.Equal((200, ""), await TryAsync(SignedRequest.Post(path, Body)));
        Assert.Equal((403, "InvalidSignatureException"), await TryAsync(SignedRequest.Post(path, Body, secret: "wrong")));
        Assert.Equal((403, "UnrecognizedClientException"), await TryAsync(SignedRequest.Post(path, Body, access: "AKIAOTHER")));
        Assert.Equal((403, "InvalidSignatureException"), await TryAsync(SignedRequest.Post(path, Body, at: TimeProvider.System.GetUtcNow().AddMinutes(-6))));
        Assert.Equal((403, "MissingAuthenticationTokenException"), await TryAsync(Post(path, Body)));
        var changed = SignedRequest.Post(path, Body);
        changed.Content = new StringContent(Body.Replace('x', 'y'), System.Text.Encoding.UTF8, new System.Net.Http.Headers.MediaTypeHeaderValue("application/json"));
        Assert.Equal((403, "InvalidSignatureException"), await TryAsync(changed));
    }

    // AWS's own example of a signature (its test suite's get-vanilla): what it makes of it is known.
    [Fact]
    public void Signature_OfAmazonsExample_IsAmazons()
    {
        var canonical = SignatureV4.Canonical("GET", "/", "", [("host", "example.amazonaws.com"), ("x-amz-date", "20150830T123600Z")], SignatureV4.Hash([]));
        Assert.Equal("5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
            SignatureV4.Sign("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "20150830T123600Z", "20150830", "us-east-1", "service", canonical));
    }

    [Fact]
    public async Task Invoke_TitanAndCohere_AnswerTheirOwnBodies()
    {
        var titan = await Received.OfAsync(client, SimulatedSurface.Bedrock("amazon.titan-embed-text-v2:0", "invoke", """{"inputText":"hello","dimensions":256}"""));
        Assert.Equal(256, titan.Json.GetProperty("embedding").GetArrayLength());
        Assert.Equal(1, titan.Json.GetProperty("inputTextTokenCount").GetInt32());
        var cohere = await Received.OfAsync(client, SimulatedSurface.Bedrock("cohere.embed-english-v3", "invoke", """{"texts":["a","b"],"input_type":"search_query"}"""));
        Assert.Equal(2, cohere.Json.GetProperty("embeddings").GetArrayLength());
        var bad = await Received.OfAsync(client, SimulatedSurface.Bedrock("cohere.embed-english-v3", "invoke", """{"texts":["a","b"]}"""));
        Assert.Equal("""{"message":"Malformed input request: #: required key [input_type] not found, please reformat your input and try again."}""", bad.Text);
    }

    private async Task<(int Status, string Exception)> TryAsync(HttpRequestMessage request)
    {
        using var response = await client.SendAsync(request, Soon);
        return ((int)response.StatusCode, response.Headers.TryGetValues("x-amzn-errortype", out var type) ? type.Single().Split(':')[0] : "");
    }
}
