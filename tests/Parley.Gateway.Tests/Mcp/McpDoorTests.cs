using System.Net;
using System.Text.Json.Nodes;
using Parley.Gateway.Tests.Harness;
using static Parley.Gateway.Tests.Mcp.McpWire;

namespace Parley.Gateway.Tests.Mcp;

/// <summary>Who comes in: keys, pages of the web, and what a client is told that does not.</summary>
[Trait("Contract", "4.mcp")]
public sealed class McpDoorTests
{
    private const string List = """{"jsonrpc":"2.0","id":7,"method":"tools/list","params":{}}""";

    /// <summary>failures.md 1.3: an MCP endpoint went on with an empty identity when the key check failed.</summary>
    [Theory]
    [InlineData(null, "missing_api_key")]
    [InlineData("pk-unknown-0123456789", "invalid_api_key")]
    public async Task Call_WithoutAKeyOfOurs_Is401AndSaysWhereToReadOn(string? key, string code)
    {
        await using var gateway = await GatewayHost.StartAsync();
        using var client = gateway.CreateClient(key);
        using var answer = await client.SendAsync(Post(List), GatewayCalls.Limit());
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        var metadata = $"{gateway.Address.GetLeftPart(UriPartial.Authority)}/.well-known/oauth-protected-resource/mcp";
        Assert.Equal($"Bearer resource_metadata=\"{metadata}\"", answer.Headers.WwwAuthenticate.ToString());
        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync(GatewayCalls.Limit()))!;
        Assert.Equal((-32000, code), ((int)body["error"]!["code"]!, (string)body["error"]!["data"]!["code"]!));

        var document = await client.GetStringAsync(metadata, GatewayCalls.Limit());
        Assert.Equal($$"""{"resource":"{{gateway.Address.GetLeftPart(UriPartial.Authority)}}/mcp","resource_name":"Parley","bearer_methods_supported":["header"]}""", document);
    }

    [Fact]
    public async Task Metadata_BehindATrustedProxy_NamesTheAddressThatTheClientKnows()
    {
        await using var gateway = await GatewayHost.StartAsync(new() { Config = static _ => """{ "access": { "trustedProxies": ["127.0.0.1"] } }""" });
        using var client = gateway.CreateClient(null);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/.well-known/oauth-protected-resource")
        {
            Headers = { { "X-Forwarded-For", "203.0.113.9" }, { "X-Forwarded-Proto", "https" }, { "Host", "gateway.example" } },
        };
        using var answer = await client.SendAsync(request, GatewayCalls.Limit());
        Assert.Equal("""{"resource":"https://gateway.example","resource_name":"Parley","bearer_methods_supported":["header"]}""", await answer.Content.ReadAsStringAsync(GatewayCalls.Limit()));

        using var call = Post(List, ("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-Proto", "https"), ("Host", "gateway.example"));
        using var refused = await client.SendAsync(call, GatewayCalls.Limit());
        Assert.Equal("Bearer resource_metadata=\"https://gateway.example/.well-known/oauth-protected-resource/mcp\"", refused.Headers.WwwAuthenticate.ToString());
        using var good = await gateway.Client.SendAsync(Post(List, ("X-Forwarded-For", "203.0.113.9"), ("Host", "gateway.example")), GatewayCalls.Limit());
        Assert.Equal(HttpStatusCode.OK, good.StatusCode);
    }

    [Theory]
    [InlineData("users")]
    [InlineData("validate")]
    [InlineData("metrics")]
    public async Task Call_WithAKeyOfAnotherRole_Is403(string role)
    {
        await using var gateway = await GatewayHost.StartAsync();
        using var client = gateway.CreateClient(await gateway.KeyAsync($$"""{"name":"other","role":"{{role}}"}"""));
        using var answer = await client.SendAsync(Post(List), GatewayCalls.Limit());
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal("role_missing", (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync(GatewayCalls.Limit()))!["error"]!["data"]!["code"]!);
    }

    /// <summary>failures.md 1.18: DNS rebinding on a local MCP server.</summary>
    [Theory]
    [InlineData("evil.example", null, "host_not_allowed")]
    [InlineData("evil.example", "http://evil.example", "host_not_allowed")]
    [InlineData("127.0.0.1.evil.example", null, "host_not_allowed")]
    [InlineData("localhost.evil.example", null, "host_not_allowed")]
    [InlineData("10.0.0.7", null, "host_not_allowed")]
    [InlineData("localhost", "https://evil.example", "origin_not_allowed")]
    [InlineData("localhost", "http://localhost.evil.example", "origin_not_allowed")]
    [InlineData("localhost", "null", "origin_not_allowed")]
    [InlineData("localhost", "", "origin_not_allowed")]
    [InlineData("localhost", "http://localhost:6274, https://evil.example", "origin_not_allowed")]
    [InlineData("localhost", null, null)]
    [InlineData("[::1]", null, null)]
    [InlineData("127.0.0.1", "http://localhost:6274", null)]
    [InlineData("localhost", "http://[::1]:6274", null)]
    public async Task Page_ThatIsNotAllowed_Is403(string host, string? origin, string? code)
    {
        await using var gateway = await GatewayHost.StartAsync();
        using var answer = await gateway.Client.SendAsync(Post(List, ("Host", $"{host}:{gateway.Address.Port}"), ("Origin", origin)), GatewayCalls.Limit());
        var text = await answer.Content.ReadAsStringAsync(GatewayCalls.Limit());
        if (code is null) Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        else Assert.Equal((HttpStatusCode.Forbidden, code), (answer.StatusCode, (string)JsonNode.Parse(text)!["error"]!["data"]!["code"]!));
    }

    [Fact]
    public async Task Page_OfAnOriginThatTheOperatorAllows_ComesInAndReadsTheChallenge()
    {
        await using var gateway = await GatewayHost.StartAsync(new() { Config = static _ => """{ "access": { "cors": { "origins": ["https://console.example"] } } }""" });
        using var answer = await gateway.Client.SendAsync(Post(List, ("Origin", "https://console.example")), GatewayCalls.Limit());
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("WWW-Authenticate", answer.Headers.GetValues("Access-Control-Expose-Headers").Single(), StringComparison.Ordinal);
        using var other = await gateway.Client.SendAsync(Post(List, ("Origin", "https://other.example")), GatewayCalls.Limit());
        Assert.Equal(HttpStatusCode.Forbidden, other.StatusCode);
    }

    [Fact]
    public async Task Page_OfTheSameOrigin_ComesIn()
    {
        await using var gateway = await GatewayHost.StartAsync(new() { Config = static _ => """{ "access": { "trustedProxies": ["127.0.0.1"] } }""" });
        (string, string?)[] proxied = [("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-Proto", "https"), ("Host", "gateway.example")];
        using var same = await gateway.Client.SendAsync(Post(List, [.. proxied, ("Origin", "https://gateway.example")]), GatewayCalls.Limit());
        Assert.Equal(HttpStatusCode.OK, same.StatusCode);
        using var insecure = await gateway.Client.SendAsync(Post(List, [.. proxied, ("Origin", "http://gateway.example")]), GatewayCalls.Limit());
        Assert.Equal(HttpStatusCode.Forbidden, insecure.StatusCode);
        using var local = await gateway.Client.SendAsync(Post(List, [.. proxied, ("Origin", "http://localhost:6274")]), GatewayCalls.Limit());
        Assert.Equal(HttpStatusCode.Forbidden, local.StatusCode);
    }
}
