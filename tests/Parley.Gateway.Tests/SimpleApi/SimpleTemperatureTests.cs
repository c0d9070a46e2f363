using System.Text.Json.Nodes;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.SimpleApi;

/// <summary>What the provider receives of a model's <c>temperature</c>.</summary>
[Trait("Contract", "1.temperature")]
public sealed class SimpleTemperatureTests
{
    [Theory]
    [InlineData("openai", "gpt-4o", 0.7, 0.7)]
    [InlineData("azure", "gpt-4o", 1.5, 1.5)]
    [InlineData("groq", "sim-chat", 0, 0.0)]
    [InlineData("gemini", "gemini-2.5-flash", 1.5, 1.5)]
    [InlineData("anthropic", "claude-sonnet-4-5", 0.7, 0.7)]
    // Anthropic's and Bedrock's go to 1.
    [InlineData("anthropic", "claude-sonnet-4-5", 1.5, 1.0)]
    [InlineData("bedrock", "anthropic.claude-3-haiku-20240307-v1:0", 0.3, 0.3)]
    [InlineData("bedrock", "meta.llama3-70b-instruct-v1:0", 2, 1.0)]
    // Refused by the model.
    [InlineData("openai", "o3", 0.7, null)]
    [InlineData("openai", "o4-mini", 0.7, null)]
    [InlineData("openai", "gpt-5", 0.7, null)]
    [InlineData("azure", "gpt-5-mini", 0.7, null)]
    [InlineData("anthropic", "claude-opus-4-7", 0.7, null)]
    [InlineData("anthropic", "claude-sonnet-5", 0.7, null)]
    [InlineData("bedrock", "us.anthropic.claude-opus-4-7-v1:0", 0.7, null)]
    public async Task Temperature_IsSent_UnlessTheModelRefusesOne(string provider, string model, double written, double? sent)
    {
        await using var gateway = await SimpleHost.StartAsync(
            SimpleHost.Model(provider, model, FormattableString.Invariant($""", "temperature": {written} """)), """, "aliases": { "alias": "m" } """);
        foreach (var name in (string[])["m", "alias"])
        {
            Assert.Equal(200, (await gateway.Client.AskAsync(name)).Status);
            Assert.Equal(sent, Of(gateway.Sent()));
            if (model.Contains("llama", StringComparison.Ordinal)) continue;
            Assert.Equal(200, (await gateway.Client.LookAsync(name)).Status);
            Assert.Equal(sent, Of(gateway.Sent()));
        }
    }

    [Theory]
    [InlineData("", "", null)]
    [InlineData(""", "temperature": 0.2 """, "", 0.2)]
    [InlineData(""", "defaults": { "temperature": 0.3 } """, "", 0.3)]
    [InlineData(""", "temperature": 0.2, "defaults": { "temperature": 0.3, "maxTokens": 50 } """, "", 0.2)]
    [InlineData(""", "temperature": 0.2, "defaults": { "temperature": 0.3 } """, """, "aliases": { "a": { "model": "m", "defaults": { "temperature": 0.4 } } } """, 0.4)]
    [InlineData(""", "temperature": 0.2, "defaults": { "temperature": 0.3 } """, """, "aliases": { "a": { "model": "m", "defaults": { "maxTokens": 9 } } } """, 0.2)]
    public async Task Temperature_OfTheNameThatWasAsked_ComesFirst(string model, string aliases, double? sent)
    {
        await using var gateway = await SimpleHost.StartAsync(SimpleHost.Model("openai", "gpt-4o", model), aliases);
        Assert.Equal(200, (await gateway.Client.AskAsync(aliases.Length > 0 ? "a" : "m")).Status);
        Assert.Equal(sent, Of(gateway.Sent()));
    }

    [Fact]
    public async Task Temperature_OfTheShortForm_IsNotSentElsewhere()
    {
        await using var gateway = await SimpleHost.StartAsync(SimpleHost.Model("openai", "gpt-4o", """, "temperature": 0.2 """) + "," + SimpleHost.Model("openai", "gpt-*", """, "temperature": 0.6 """, id: "w-*"));
        Assert.Equal(200, (await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("m"))).Status);
        Assert.Null(Of(gateway.Sent()));
        Assert.Equal(200, (await gateway.Client.AskAsync("w-4o")).Status);
        Assert.Equal(0.6, Of(gateway.Sent()));
    }

    private static double? Of(JsonNode body) => (double?)(body["temperature"] ?? body["inferenceConfig"]?["temperature"] ?? body["generationConfig"]?["temperature"]);
}
