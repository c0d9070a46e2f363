using System.Text.Json.Nodes;
using Parley.Gateway.Tests.Egress;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.SimpleApi;

[Trait("Contract", "1.vision")]
public sealed class SimpleVisionTests : IAsyncLifetime
{
    private static readonly byte[] Png = Convert.FromBase64String(SimpleHost.Png);

    private CannedUpstream _server = null!;

    public async Task InitializeAsync()
    {
        _server = await CannedUpstream.StartAsync();
        _server.Answer = CannedUpstream.Bytes(Png, "image/png");
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData(null, "image/png")]
    [InlineData("image/png", "image/png")]
    [InlineData("image/jpeg", "image/jpeg")]
    [InlineData("image/gif", "image/gif")]
    [InlineData("IMAGE/WEBP", "image/webp")]
    public async Task Base64_GoesWithItsMediaType(string? type, string sent)
    {
        await using var gateway = await SimpleHost.StartAsync(SimpleHost.Model("openai", "gpt-4o"));
        var answer = await gateway.Client.LookAsync("m", type: type);
        Assert.Equal((200, """{"response":"[simulated] what is this?","modelId":"m","providerName":"OpenAI"}"""), (answer.Status, answer.Body));
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse($$$"""[{"type":"text","text":"what is this?"},{"type":"image_url","image_url":{"url":"data:{{{sent}}};base64,{{{SimpleHost.Png}}}"}}]"""),
            gateway.Sent()["messages"]![0]!["content"]));
    }

    [Fact]
    public async Task Base64_BrokenIntoLines_GoesWithoutThem()
    {
        await using var gateway = await SimpleHost.StartAsync(SimpleHost.Model("openai", "gpt-4o"));
        Assert.Equal(200, (await gateway.Client.LookAsync("m", SimpleHost.Png.Insert(76, "\r\n") + "\n")).Status);
        Assert.Equal($"data:image/png;base64,{SimpleHost.Png}", (string?)gateway.Sent()["messages"]![0]!["content"]![1]!["image_url"]!["url"]);
    }

    [Theory]
    [InlineData("openai", "gpt-4o")]
    [InlineData("azure", "gpt-4o")]
    [InlineData("anthropic", "claude-sonnet-4-5")]
    public async Task Url_GoesAsItIs_WhereTheProviderFetches(string provider, string model)
    {
        await using var gateway = await SimpleHost.StartAsync(SimpleHost.Model(provider, model));
        Assert.Equal(200, (await gateway.Client.LookAsync("m", "https://example.com/a.png?x=1&y=2")).Status);
        Assert.Contains("\"https://example.com/a.png?x=1\\u0026y=2\"", gateway.Sent().ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bedrock", "anthropic.claude-3-5-sonnet-20240620-v1:0")]
    [InlineData("bedrock", "eu.anthropic.claude-sonnet-4-5-20250929-v1:0")]
    [InlineData("bedrock", "us.meta.llama3-2-11b-instruct-v1:0")]
    [InlineData("bedrock", "us.meta.llama3-2-90b-instruct-v1:0")]
    [InlineData("gemini", "gemini-2.5-flash")]
    [Trait("Contract", "1.bedrock")]
    public async Task Url_IsFetchedHere_WhereTheProviderTakesOnlyBytes(string provider, string model)
    {
        var network = new CannedNetwork(new Uri(_server.Address));
        await using var gateway = await GatewayHost.StartAsync(new()
        {
            Network = network,
            Config = upstream => $$"""{ "providers": {{SimpleHost.Providers(upstream)}}, "models": [ {{SimpleHost.Model(provider, model)}} ] }""",
        });
        foreach (var image in (string[])[SimpleHost.Png, "http://cdn.example/a.png"])
        {
            var answer = await gateway.Client.LookAsync("m", image);
            Assert.Equal((200, "[simulated] what is this?"), (answer.Status, (string?)answer.Json["response"]));
            Assert.Contains(SimpleHost.Png.Replace("+", "\\u002B", StringComparison.Ordinal), gateway.Sent().ToJsonString(), StringComparison.Ordinal);
        }

        Assert.Single(network.Connected);
        var gone = (await gateway.Client.LookAsync("m", "http://nowhere.example/a.png")).AssertError(400);
        Assert.StartsWith("'http://nowhere.example/a.png' could not be fetched", gone, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(""", "supportsVision": false """, "openai", "gpt-4o")]
    [InlineData("", "bedrock", "us.meta.llama3-3-70b-instruct-v1:0")]
    [InlineData("", "openai", "o3-mini")]
    public async Task ModelWithoutVision_Is400NamingIt_AndNobodyIsAsked(string more, string provider, string model)
    {
        await using var gateway = await SimpleHost.StartAsync(SimpleHost.Model(provider, model, more), """, "aliases": { "alias": "m" } """);
        foreach (var name in (string[])["m", "alias"])
            Assert.StartsWith($"The model '{name}' takes no images.", (await gateway.Client.LookAsync(name)).AssertError(400), StringComparison.Ordinal);
        Assert.Equal(0, gateway.Upstream.Log.Count);
        using var other = await gateway.KeyAsync("\"models\":[\"other\"]");
        (await other.LookAsync("m")).AssertError(403);
    }

    [Theory]
    // Nothing is known of it.
    [InlineData("", "groq", "sim-eyes")]
    // The operator knows better than the model's name says.
    [InlineData(""", "supportsVision": true """, "bedrock", "sim-llama")]
    [InlineData(""", "supportsVision": true """, "anthropic", "sim-llama")]
    public async Task ModelThatMayHaveVision_IsSentTheImage(string more, string provider, string model)
    {
        await using var gateway = await SimpleHost.StartAsync(SimpleHost.Model(provider, model, more));
        var answer = await gateway.Client.LookAsync("m");
        Assert.Equal((200, null), (answer.Status, answer.Header("x-parley-lost")));
        Assert.Contains(SimpleHost.Png.Replace("+", "\\u002B", StringComparison.Ordinal), gateway.Sent().ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not base64!")]
    [InlineData("abc")]
    [InlineData("ab_-")]
    [InlineData("data:image/png;base64," + SimpleHost.Png)]
    [InlineData("http://")]
    [InlineData("ftp://example.com/a.png")]
    public async Task ContentThatIsNoImage_Is400(string content)
    {
        await using var gateway = await SimpleHost.StartAsync(SimpleHost.Model("openai", "gpt-4o"));
        Assert.StartsWith("'imageContent' is ", (await gateway.Client.LookAsync("m", content)).AssertError(400), StringComparison.Ordinal);
        Assert.Equal(0, gateway.Upstream.Log.Count);
    }

    [Theory]
    [InlineData("""{"prompt":"x","modelId":"m"}""", "'imageContent' is missing.")]
    [InlineData("""{"prompt":"x","modelId":"m","imageContent":null}""", "'imageContent' is missing.")]
    [InlineData("""{"prompt":"x","modelId":"m","imageContent":""}""", "'imageContent' must not be empty.")]
    [InlineData("""{"prompt":"x","modelId":"m","imageContent":["x"]}""", "'imageContent' must be a string.")]
    [InlineData("""{"prompt":"x","imageContent":"AAAA"}""", "'modelId' is missing.")]
    [InlineData("""{"modelId":"m","imageContent":"AAAA"}""", "'prompt' is missing.")]
    [InlineData("""{"prompt":"x","modelId":"m","imageContent":"AAAA","imageMediaType":"image/tiff"}""", "'imageMediaType' must be one of image/png, image/jpeg, image/gif, image/webp.")]
    [InlineData("""{"prompt":"x","modelId":"m","imageContent":"http://example.com/a","imageMediaType":7}""", "'imageMediaType' must be one of image/png, image/jpeg, image/gif, image/webp.")]
    public async Task WrongField_Is400NamingIt(string body, string message)
    {
        await using var gateway = await SimpleHost.StartAsync(SimpleHost.Model("openai", "gpt-4o"));
        Assert.Equal(message, (await gateway.Client.PostAsync("/api/chat/vision", body)).AssertError(400));
    }

    [Fact]
    public async Task LargeImage_Is413_AndALargeOneThatMayComeGoesThrough()
    {
        await using var gateway = await SimpleHost.StartAsync(SimpleHost.Model("openai", "gpt-4o"), """, "egress": { "media": { "maxBytes": 3000000 } } """);
        var fits = Convert.ToBase64String(new byte[3_000_000]);
        Assert.Equal(200, (await gateway.Client.LookAsync("m", fits)).Status);
        Assert.Contains("larger than 3000000 bytes", (await gateway.Client.LookAsync("m", Convert.ToBase64String(new byte[3_000_001]))).AssertError(413), StringComparison.Ordinal);
        await gateway.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task UnknownModel_Is404() =>
        await WithGatewayAsync(static async client => Assert.StartsWith("The model 'gone' does not exist.", (await client.LookAsync("gone")).AssertError(404), StringComparison.Ordinal));

    private static async Task WithGatewayAsync(Func<HttpClient, Task> test)
    {
        await using var gateway = await SimpleHost.StartAsync(SimpleHost.Model("openai", "gpt-4o"));
        await test(gateway.Client);
    }
}
