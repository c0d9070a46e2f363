using System.Text.Json.Nodes;
using Parley.Dialects;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Translation;

/// <summary>Images by address: fetched for targets that take only bytes, where the operator allows the address, and passed on to those that fetch themselves.</summary>
public sealed class MediaAddressTests : IAsyncLifetime
{
    private static readonly byte[] Png = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

    private CannedUpstream _server = null!;
    private int _fetched;

    public async Task InitializeAsync()
    {
        _server = await CannedUpstream.StartAsync();
        var answer = CannedUpstream.Bytes(Png, "image/png");
        _server.Answer = context =>
        {
            Interlocked.Increment(ref _fetched);
            return answer(context);
        };
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task AllowedAddress_IsFetchedForGeminiAndBedrock()
    {
        await using var gateway = await TranslationGateway.StartAsync(sections: """ "egress": { "media": { "allowPrivate": true } } """);
        foreach (var surface in CallerSurface.All.Where(surface => surface.Dialect != Dialect.GeminiContent))
        {
            foreach (var target in (string[])["on-gemini", "on-bedrock-claude"])
            {
                _fetched = 0;
                var answer = await gateway.Client.PostAsync(surface.PathOf(target), Body(surface, target));
                Assert.True(answer.Status == 200, answer.Body);
                Assert.Equal(1, _fetched);
                var sent = gateway.Sent();
                var image = target == "on-gemini"
                    ? sent["contents"]![0]!["parts"]!.AsArray().Select(part => part!["inlineData"]).OfType<JsonObject>().Single()
                    : sent["messages"]![0]!["content"]!.AsArray().Select(block => block!["image"]).OfType<JsonObject>().Single();
                Assert.Equal(Png, Convert.FromBase64String((string)(image["data"] ?? image["source"]!["bytes"])!));
                Assert.Equal(target == "on-gemini" ? "image/png" : "png", (string?)(image["mimeType"] ?? image["format"]));
            }
        }
    }

    [Fact]
    public async Task PrivateAddress_IsRefused_AndNobodyIsAsked()
    {
        await using var gateway = await TranslationGateway.StartAsync();
        foreach (var surface in CallerSurface.All.Where(surface => surface.Dialect != Dialect.GeminiContent))
        {
            foreach (var target in (string[])["on-gemini", "on-bedrock-claude"])
            {
                var error = SurfaceError.Read(surface, await gateway.Client.PostAsync(surface.PathOf(target), Body(surface, target)), 400);
                Assert.Contains("could not be fetched", error.Message, StringComparison.Ordinal);
                if (surface.Dialect != Dialect.AnthropicMessages) Assert.Equal("invalid_media_url", error.Code);
            }
        }

        Assert.Equal((0, 0L), (_fetched, gateway.Upstream.Log.Count));
    }

    [Fact]
    public async Task TargetThatFetchesItself_GetsTheAddress()
    {
        await using var gateway = await TranslationGateway.StartAsync();
        foreach (var (surface, target) in ((CallerSurface, string)[])[(CallerSurface.Chat, "on-anthropic"), (CallerSurface.Messages, "on-openai"), (CallerSurface.Responses, "on-anthropic")])
        {
            await gateway.Client.PostAsync(surface.PathOf(target), Body(surface, target));
            Assert.Contains(_server.Address + "a.png", gateway.Sent().ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }), StringComparison.Ordinal);
        }

        Assert.Equal(0, _fetched);
    }

    private string Body(CallerSurface surface, string model)
    {
        var (address, stream) = (_server.Address + "a.png", surface.IsStream ? "true" : "false");
        return surface.Dialect switch
        {
            Dialect.OpenAIChat => $$$"""{"model":"{{{model}}}","stream":{{{stream}}},"messages":[{"role":"user","content":[{"type":"text","text":"what is it"},{"type":"image_url","image_url":{"url":"{{{address}}}"}}]}]}""",
            Dialect.OpenAIResponses => $$"""{"model":"{{model}}","stream":{{stream}},"input":[{"role":"user","content":[{"type":"input_text","text":"what is it"},{"type":"input_image","image_url":"{{address}}","detail":"auto"}]}]}""",
            _ => $$$"""{"model":"{{{model}}}","stream":{{{stream}}},"max_tokens":99,"messages":[{"role":"user","content":[{"type":"text","text":"what is it"},{"type":"image","source":{"type":"url","url":"{{{address}}}"}}]}]}""",
        };
    }
}
