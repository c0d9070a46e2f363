using System.Text;
using System.Text.Json.Nodes;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Opaque;

/// <summary>What cannot be passed on says who lacks it and what to do, in the caller's shape, before any provider is called.</summary>
public sealed class OpaqueRefusalTests(OpaqueGateway fixture) : IClassFixture<OpaqueGateway>
{
    private const string Ask = "Ask for a model of a provider that has";

    private readonly GatewayHost _gateway = fixture.Host;

    public static TheoryData<string, string, string> Lacking() => new()
    {
        { "completions", "sonnet", $"Provider 'claude' (Anthropic) has no text completions. {Ask} them, such as OpenAI; GET /v1/models lists what this key may use." },
        { "images/generations", "sonnet", $"Provider 'claude' (Anthropic) has no images. {Ask} them, such as OpenAI; GET /v1/models lists what this key may use." },
        { "audio/speech", "sonnet", $"Provider 'claude' (Anthropic) has no audio. {Ask} it, such as OpenAI; GET /v1/models lists what this key may use." },
        { "moderations", "classic/a-image", $"Provider 'classic' (Azure OpenAI) has no moderations. {Ask} them, such as OpenAI; GET /v1/models lists what this key may use." },
        { "images/generations", "azure-sonnet", $"Provider 'classic' (Azure OpenAI) has no images. {Ask} them, such as OpenAI; GET /v1/models lists what this key may use." },
        { "images/generations", "fast", $"Provider 'groq' (Groq) has no images. {Ask} them, such as OpenAI; GET /v1/models lists what this key may use." },
        { "images/generations", "mixed", $"None of the providers of 'mixed' has images: 'claude' (Anthropic), 'gemini' (Google Gemini). {Ask} them, such as OpenAI; GET /v1/models lists what this key may use." },
    };

    [Theory]
    [MemberData(nameof(Lacking))]
    [Trait("Contract", "5.others")]
    public async Task Provider_WithoutTheOperation_Is501NamingIt(string path, string model, string message)
    {
        var before = _gateway.Upstream.Log.Count;
        var answer = await _gateway.Client.PostAsync($"/v1/{path}", $$"""{"model":"{{model}}","prompt":"x","input":"x"}""");
        Assert.Equal(501, answer.Status);
        Assert.Equal($$$"""{"error":{"message":"{{{message}}}","type":"invalid_request_error","param":"model","code":"unsupported_operation"}}""", answer.Body);
        Assert.Equal(before, _gateway.Upstream.Log.Count);
    }

    [Fact]
    [Trait("Contract", "5.others")]
    [Trait("Contract", "5.azure-sdk")]
    public async Task Provider_WithoutTheOperation_OnAzuresPath_Is501InAzuresShape()
    {
        var answer = await _gateway.Client.PostAsync("/openai/deployments/sonnet/images/generations?api-version=2024-10-21", """{"prompt":"x"}""");
        Assert.Equal(501, answer.Status);
        Assert.Equal(["code", "message", "param"], answer.Error.AsObject().Select(member => member.Key));
        Assert.StartsWith("Provider 'claude' (Anthropic) has no images.", (string?)answer.Error["message"], StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Contract", "5.others")]
    public async Task Pool_WithOneProviderThatHasIt_AsksThatOne()
    {
        var answer = await _gateway.Client.PostAsync("/v1/images/generations", """{"model":"either","prompt":"a cat"}""");
        Assert.Equal((200, "lab", "1"), (answer.Status, answer.Header("x-parley-provider"), answer.Header("x-parley-attempts")));
    }

    [Theory]
    [InlineData("/v1/audio/speech", """{"input":"a","voice":"alloy"}""")]
    [InlineData("/v1/images/generations", """{"model":"","prompt":"a cat"}""", "'model' must not be empty.")]
    [InlineData("/v1/completions", """{"prompt":"a"}""")]
    public async Task Json_WithoutModel_Is400NamingIt(string path, string body, string message = "'model' is missing. Name one of the models that GET /v1/models lists.")
    {
        var answer = await _gateway.Client.PostAsync(path, body);
        Assert.Equal((400, message, "model"), (answer.Status, (string?)answer.Error["message"], (string?)answer.Error["param"]));
    }

    [Fact]
    [Trait("Contract", "5.unknown")]
    public async Task UnknownModel_OfAForm_Is404WithTheNearestName()
    {
        var (status, error) = await PostAsync("/v1/audio/transcriptions", OpaqueGateway.Form(("model", "whispre"), ("file", "@a.wav")));
        Assert.Equal((404, "model_not_found"), (status, (string?)error["code"]));
        Assert.Contains("'whispre' does not exist. Did you mean 'whisper'?", (string?)error["message"], StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Contract", "5.azure-sdk")]
    public async Task UnknownDeployment_OnAzuresPath_IsDeploymentNotFound()
    {
        var answer = await _gateway.Client.PostAsync("/openai/deployments/a-imgae/images/generations?api-version=2024-10-21", """{"prompt":"x"}""");
        Assert.Equal((404, "DeploymentNotFound"), (answer.Status, (string?)answer.Error["code"]));
    }

    public static TheoryData<(string, string)[], string, string?> BadForms() => new()
    {
        { [("file", "@a.wav")], "'model' is missing. Name one of the models that GET /v1/models lists.", "model" },
        { [("file", "@a.wav"), ("model", "")], "'model' is missing. Name one of the models that GET /v1/models lists.", "model" },
        { [("model", "whisper"), ("file", "@a.wav"), ("model", "whisper")], "'model' is given twice. Send it once.", "model" },
        { [("file", "@a.wav"), ("model", "@whisper")], "'model' must be a plain field of the form: no file, no transfer encoding.", "model" },
        { [("file", "@a.wav"), ("model", "a\nb")], "'model' must be text without control characters, and no path ('.' or '..').", "model" },
        { [("file", "@a.wav"), ("model", "lab/../x")], "'model' must be text without control characters, and no path ('.' or '..').", "model" },
        { [("file", "@a.wav"), ("model", new string('m', 257))], "'model' is longer than 256 bytes.", "model" },
        { [("file", "@a.wav"), ("model", "whisper"), ("endpoint", "https://evil.example")], "'deployment' and 'endpoint' cannot be chosen in a form. Name the deployment as 'model' (for example azure/NAME).", null },
        { [], "The form has no end: its closing boundary is missing, or something stands behind it.", null },
    };

    [Theory]
    [MemberData(nameof(BadForms))]
    [Trait("Contract", "5.others")]
    public async Task Form_ThatCannotBeRouted_Is400AndSaysWhy((string, string)[] fields, string message, string? param)
    {
        var before = _gateway.Upstream.Log.Count;
        var content = fields.Length > 0
            ? (HttpContent)OpaqueGateway.Form(fields)
            : Raw("------parley-test\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nwhisper\r\n", "multipart/form-data; boundary=----parley-test");
        var (status, error) = await PostAsync("/v1/audio/transcriptions", content);
        Assert.Equal((400, message, param), (status, (string?)error["message"], (string?)error["param"]));
        Assert.Equal(before, _gateway.Upstream.Log.Count);
    }

    [Theory]
    [InlineData("multipart/form-data", 400, "The Content-Type has no usable boundary. Leave it to your HTTP client to set: multipart/form-data; boundary=…")]
    [InlineData("multipart/form-data; boundary=a; boundary=b", 400, "The Content-Type has no usable boundary. Leave it to your HTTP client to set: multipart/form-data; boundary=…")]
    [InlineData("multipart/form-data; boundary=a; boundary*=utf-8''b", 400, "The Content-Type has no usable boundary. Leave it to your HTTP client to set: multipart/form-data; boundary=…")]
    [InlineData("multipart/form-data; boundary=\"a b\"", 400, "The Content-Type has no usable boundary. Leave it to your HTTP client to set: multipart/form-data; boundary=…")]
    [InlineData("multipart/form-data; boundary=c", 400, "The body does not begin with the boundary that the Content-Type names. Leave both to your HTTP client.")]
    [InlineData("application/x-www-form-urlencoded", 415, "The body must be a form or JSON: send it with Content-Type: multipart/form-data (with its boundary) or application/json.")]
    [InlineData("audio/wav", 415, "The body must be a form or JSON: send it with Content-Type: multipart/form-data (with its boundary) or application/json.")]
    public async Task Form_ByAnotherContentType_IsRefused(string contentType, int expected, string message)
    {
        var body = "--a\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nwhisper\r\n--a--\r\n";
        var (status, error) = await PostAsync("/v1/audio/transcriptions", Raw(body, contentType));
        Assert.Equal((expected, message), (status, (string?)error["message"]));
    }

    [Fact]
    public async Task Form_WhereOnlyJsonIsTaken_Is415()
    {
        var (status, error) = await PostAsync("/v1/images/generations", OpaqueGateway.Form(("model", "image"), ("prompt", "x")));
        Assert.Equal((415, "unsupported_media_type"), (status, (string?)error["code"]));
    }

    [Fact]
    [Trait("Contract", "5.others")]
    public async Task Key_ThatMayNotUseTheModel_IsRefusedInAFormToo()
    {
        using var client = await _gateway.KeyAsync("\"models\":[\"image\"]");
        var (answer, body) = await OpaqueGateway.PostAsync(client, "/v1/audio/transcriptions", OpaqueGateway.Form(("model", "whisper"), ("file", "@a.wav")));
        Assert.Equal((403, "model_not_allowed"), ((int)answer.StatusCode, (string?)JsonNode.Parse(body)!["error"]!["code"]));
    }

    [Fact]
    public async Task ProvidersRefusal_PassesAsItCame()
    {
        var (status, error) = await PostAsync("/v1/audio/transcriptions", OpaqueGateway.Form(("model", "scribe"), ("file", "@a.wav"), ("response_format", "srt")));
        Assert.Equal((400, "response_format 'srt' is not compatible with model 'gpt-4o-transcribe'. Use 'json' or 'text' instead."), (status, (string?)error["message"]));
    }

    private async Task<(int Status, JsonNode Error)> PostAsync(string path, HttpContent content)
    {
        var (answer, body) = await OpaqueGateway.PostAsync(_gateway.Client, path, content);
        return ((int)answer.StatusCode, JsonNode.Parse(body)!["error"]!);
    }

    private static ByteArrayContent Raw(string body, string contentType)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        return content;
    }
}
