using System.Text.Json.Nodes;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Admin;

/// <summary>A mask keeps a stored secret only as long as it is sent to where it was sent before.</summary>
public sealed class EntryAddressTests
{
    private const string Azure = """{"type":"azure-openai","endpoint":"https://a.example","endpoints":["https://b.example"],"auth":{"kind":"entra","tenantId":"t","clientId":"c","clientSecret":"keep-4711"}}""";
    private const string OpenAI = """{"type":"openai","apiKey":"keep-4711","http":{"proxy":"http://p.example:1"}}""";
    private const string Header = """{"type":"openai","baseUrl":"https://a.example/v1","auth":{"kind":"header","name":"x-key","value":"keep-4711"}}""";

    [Theory]
    [InlineData(OpenAI, "type", "\"groq\"", "apiKey")]
    [InlineData(OpenAI, "baseUrl", "\"https://evil.example/v1\"", "apiKey")]
    [InlineData(OpenAI, "base_url", "\"https://evil.example/v1\"", "apiKey")]
    [InlineData(OpenAI, "http", """{"proxy":"http://evil.example:1"}""", "apiKey")]
    [InlineData(OpenAI, "http", "null", "apiKey")]
    [InlineData(Header, "baseUrl", "null", "auth.value")]
    [InlineData(Header, "auth", """{"kind":"header","name":"x-forwarded","value":"***"}""", "auth.value")]
    [InlineData(Header, "auth", """{"kind":"api-key","value":"***"}""", "auth.value")]
    [InlineData(Azure, "endpoint", "\"https://evil.example\"", "auth.clientSecret")]
    [InlineData(Azure, "endpoints", """["https://b.example","https://evil.example"]""", "auth.clientSecret")]
    [InlineData(Azure, "auth", """{"kind":"entra","tenantId":"evil","clientId":"c","clientSecret":"***"}""", "auth.clientSecret")]
    public async Task Mask_WithAnotherAddress_IsRefused(string body, string key, string value, string path)
    {
        await using var gateway = await GatewayHost.StartAsync();
        Assert.Equal(201, (await gateway.Client.PutAsync("/admin/providers/x", body)).Status);
        var shown = await gateway.Client.FetchAsync("/admin/providers/x");
        var changed = shown.Json.AsObject();
        changed[key] = JsonNode.Parse(value);
        var refused = await gateway.Client.PutAsync("/admin/providers/x", changed.ToJsonString());
        Assert.Equal((400, "configuration_invalid", path), refused.Refusal());
        Assert.EndsWith("Send the secret again, because the address changed.", (string)refused.Error["message"]!, StringComparison.Ordinal);

        changed.Remove("name");
        var all = await gateway.Client.PutAsync("/admin/config", $"{{\"providers\":{{\"x\":{changed.ToJsonString()}}}}}");
        Assert.Equal((400, "configuration_invalid", "providers.x." + path), all.Refusal());
        Assert.Equal(shown.Body, (await gateway.Client.FetchAsync("/admin/providers/x")).Body);

        // With the secret itself it may go where it wants.
        var sent = await gateway.Client.PutAsync("/admin/providers/x", changed.ToJsonString().Replace("***", "keep-4711", StringComparison.Ordinal));
        Assert.Equal((200, ""), (sent.Status, sent.Status == 200 ? "" : sent.Body));
    }

    [Theory]
    [InlineData(OpenAI, "allowedModels", """["gpt-4o"]""")]
    [InlineData(OpenAI, "http", """{"idleSeconds":7,"proxy":"http://p.example:1"}""")]
    [InlineData(OpenAI, "baseUrl", "null")]
    [InlineData(Header, "breaker", """{"rule":"off"}""")]
    [InlineData(Azure, "apiVersion", "\"2024-10-21\"")]
    public async Task Mask_WithTheSameAddress_KeepsTheSecret(string body, string key, string value)
    {
        await using var gateway = await GatewayHost.StartAsync();
        Assert.Equal(201, (await gateway.Client.PutAsync("/admin/providers/x", body)).Status);
        var changed = (await gateway.Client.FetchAsync("/admin/providers/x")).Json.AsObject();
        changed[key] = JsonNode.Parse(value);
        var kept = await gateway.Client.PutAsync("/admin/providers/x", changed.ToJsonString());
        Assert.Equal((200, ""), (kept.Status, kept.Status == 200 ? "" : kept.Body));
    }
}
