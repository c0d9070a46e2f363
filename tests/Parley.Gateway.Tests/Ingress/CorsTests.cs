using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Ingress;

/// <summary><c>access.cors</c>: none by default; a preflight needs no key and runs no endpoint (contracts §§4, 7).</summary>
public sealed class CorsTests
{
    private const string App = "https://app.example.com";

    [Theory]
    [InlineData("", null)]
    [InlineData(""" "origins": [] """, null)]
    [InlineData(""" "origins": ["https://other.example.com"] """, null)]
    [InlineData(""" "origins": ["https://app.example.com"] """, App)]
    [InlineData(""" "origins": ["*"] """, "*")]
    [Trait("Contract", "4.cors")]
    public async Task Origin_IsAllowedAsTheFileSays(string cors, string? allowed)
    {
        await using var gateway = await StartAsync(cors);
        using var nobody = gateway.CreateClient(null);
        var preflight = await nobody.FetchAsync(Preflight("/v1/chat/completions", "authorization,content-type"));
        Assert.Equal((204, allowed), (preflight.Status, preflight.Header("Access-Control-Allow-Origin")));
        Assert.Equal(allowed is null ? null : "authorization,content-type", preflight.Header("Access-Control-Allow-Headers"));

        var answer = await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("gpt"), ("Origin", App));
        Assert.Equal((200, allowed), (answer.Status, answer.Header("Access-Control-Allow-Origin")));
        Assert.Null(answer.Header("Access-Control-Allow-Credentials"));

        // A browser must be able to read why it was refused.
        var refused = await nobody.PostAsync("/v1/chat/completions", Wire.Chat("gpt"), ("Origin", App));
        Assert.Equal((401, allowed), (refused.Status, refused.Header("Access-Control-Allow-Origin")));
    }

    [Fact]
    [Trait("Contract", "4.cors")]
    public async Task HeadersAndCredentials_AreThoseOfTheFile()
    {
        await using var gateway = await StartAsync(""" "origins": ["https://app.example.com"], "headers": ["authorization"], "credentials": true """);
        using var nobody = gateway.CreateClient(null);
        var fits = await nobody.FetchAsync(Preflight("/v1/chat/completions", "authorization"));
        Assert.Equal((App, "true"), (fits.Header("Access-Control-Allow-Origin"), fits.Header("Access-Control-Allow-Credentials")));
        Assert.Equal("authorization", fits.Header("Access-Control-Allow-Headers"));
    }

    [Theory]
    [InlineData("/admin/keys")]
    [InlineData("/nothing")]
    [Trait("Contract", "4.cors")]
    public async Task Preflight_OfAnyPath_TellsNothing(string path)
    {
        await using var gateway = await StartAsync("");
        using var nobody = gateway.CreateClient(null);
        var answer = await nobody.FetchAsync(Preflight(path, "authorization"));
        Assert.Equal((204, "", null), (answer.Status, answer.Body, answer.Header("Access-Control-Allow-Origin")));
    }

    private static HttpRequestMessage Preflight(string path, string headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Options, path);
        request.Headers.Add("Origin", App);
        request.Headers.Add("Access-Control-Request-Method", "POST");
        request.Headers.Add("Access-Control-Request-Headers", headers);
        return request;
    }

    private static Task<GatewayHost> StartAsync(string cors) => GatewayHost.StartAsync(new()
    {
        Config = up => $$"""
            {
              "providers": { "lab": { "type": "openai-compatible", "baseUrl": "{{up}}v1", "apiKey": "{{Wire.UpstreamKey}}" } },
              "models": [ { "modelId": "gpt", "targets": [ { "provider": "lab", "model": "gpt-4o" } ] } ],
              "access": { "cors": { {{cors}} } }
            }
            """,
    });
}
