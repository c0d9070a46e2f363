using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Parley.Gateway.Access;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Ingress;

/// <summary>No way in without a key beyond the list of contracts §7; and what a key finds where nothing is.</summary>
public sealed class DoorTests(DoorTests.Gateway fixture) : IClassFixture<DoorTests.Gateway>
{
    public sealed class Gateway : IAsyncLifetime
    {
        internal GatewayHost Host { get; private set; } = null!;

        public async Task InitializeAsync() => Host = await GatewayHost.StartAsync();

        public async Task DisposeAsync()
        {
            await Host.DisposeAsync();
            Host.Log.AssertKeptSecret();
        }
    }

    // contracts §7, as far as this version serves it; /metrics and /health only while access.anonymous lists them.
    private static readonly string[] StatedAnonymous =
        ["/.well-known/oauth-protected-resource", "/.well-known/oauth-protected-resource/mcp", "/api/ping", "/livez", "/readyz"];

    private static readonly string[] MayBeListed = ["/metrics", "/health"];

    private readonly GatewayHost _gateway = fixture.Host;

    [Fact]
    public void EveryEndpoint_NamesARoleOrIsInTheStatedList()
    {
        var endpoints = _gateway.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().ToList();
        Assert.True(endpoints.Count > 40, $"only {endpoints.Count} endpoints were found");
        var anonymous = new List<string>();
        foreach (var endpoint in endpoints)
        {
            var path = "/" + endpoint.RoutePattern.RawText!.TrimStart('/');
            var isAnonymous = endpoint.Metadata.GetMetadata<AnonymousAccess>();
            Assert.True(endpoint.Metadata.GetMetadata<RequiresRoleAttribute>() is not null || isAnonymous is not null, $"{path} names neither a role nor anonymous access");
            if (isAnonymous is null) continue;
            if (isAnonymous.OnlyWhenListed is { } listed) Assert.True(listed == path && MayBeListed.Contains(path), $"{path} may not be opened by configuration");
            else anonymous.Add(path);
        }

        Assert.Equal(StatedAnonymous, anonymous.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void AdminEndpoints_NeedTheRoleAdmin()
    {
        var admin = _gateway.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText!.Contains("admin", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(admin);
        Assert.All(admin, endpoint => Assert.Equal([KeyRole.Admin], endpoint.Metadata.GetMetadata<RequiresRoleAttribute>()!.Roles));
    }

    [Fact]
    public async Task EveryEndpoint_WithoutAKey_Is401()
    {
        using var nobody = _gateway.CreateClient(null);
        foreach (var endpoint in _gateway.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            var path = "/" + endpoint.RoutePattern.RawText!.TrimStart('/').Replace("{**id}", "a/b", StringComparison.Ordinal)
                .Replace("{id}", "a", StringComparison.Ordinal).Replace("{deployment}", "a", StringComparison.Ordinal)
                .Replace("{username}", "a", StringComparison.Ordinal);
            foreach (var method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods)
            {
                var answer = await nobody.FetchAsync(new HttpRequestMessage(new HttpMethod(method), path));
                Assert.True(answer.Status == (StatedAnonymous.Contains(path) ? 200 : 401), $"{method} {path} answers {answer.Status}");
            }
        }
    }

    public static TheoryData<string, string> UnknownPaths => new()
    {
        { "/v1/nothing", "openai" }, { "/openai/v1/nothing", "openai" }, { "/api/v1/nothing", "openai" }, { "/llm/v1/nothing", "openai" }, { "/nothing", "openai" },
        { "/openai/nothing", "azure" }, { "/openai/deployments/x/nothing", "azure" }, { "/api/nothing", "simple" },
        { "/v1/messages/nothing", "anthropic" }, { "/anthropic/nothing", "anthropic" }, { "/v1beta/nothing", "gemini" }, { "/genai/nothing", "gemini" },
        { "/admin/nothing", "admin" }, { "/parley/admin/nothing", "admin" },
    };

    [Theory]
    [MemberData(nameof(UnknownPaths))]
    public async Task UnknownPath_Is401WithoutAKeyAnd404WithOne_InThePrefixsShape(string path, string shape)
    {
        using var nobody = _gateway.CreateClient(null);
        var refused = await nobody.FetchAsync(path);
        Assert.Equal((401, "Bearer"), (refused.Status, refused.Header("WWW-Authenticate")));
        AssertShape(refused, shape);
        var unknown = await _gateway.Client.FetchAsync(path);
        Assert.Equal(404, unknown.Status);
        AssertShape(unknown, shape);
        Assert.Equal(26, unknown.Header("x-request-id")!.Length);
    }

    [Theory]
    [InlineData("GET", "/v1/chat/completions", "POST", "openai")]
    [InlineData("DELETE", "/openai/deployments/x/embeddings", "POST", "azure")]
    [InlineData("POST", "/llm/v1/models", "GET", "openai")]
    [InlineData("PUT", "/admin/reload", "POST", "admin")]
    public async Task WrongMethod_Is405WithAllow_InThePrefixsShape(string method, string path, string allowed, string shape)
    {
        var answer = await _gateway.Client.FetchAsync(new HttpRequestMessage(new HttpMethod(method), path));
        Assert.Equal((405, allowed), (answer.Status, answer.Header("Allow")));
        AssertShape(answer, shape);
        using var nobody = _gateway.CreateClient(null);
        Assert.Equal(401, (await nobody.FetchAsync(new HttpRequestMessage(new HttpMethod(method), path))).Status);
    }

    [Theory]
    [InlineData("metrics", "/v1/models", 403)]
    [InlineData("metrics", "/metrics", 200)]
    [InlineData("users", "/v1/models", 403)]
    [InlineData("inference", "/v1/models", 200)]
    [InlineData("inference", "/metrics", 403)]
    [InlineData("inference", "/admin/keys", 403)]
    [InlineData("inference", "/admin/usage", 403)]
    [InlineData("inference", "/parley/admin/requests", 403)]
    public async Task Role_DecidesWhatAKeyMayCall(string role, string path, int status)
    {
        using var client = await _gateway.KeyAsync($"\"role\":\"{role}\"");
        var answer = await client.FetchAsync(path);
        Assert.Equal(status, answer.Status);
        if (status == 403) Assert.Equal("role_missing", (string?)answer.Error["code"]);
    }

    [Fact]
    public async Task Key_SuspendedExpiredOrWrong_Is401InEachShape()
    {
        var made = await _gateway.Client.PostAsync("/admin/keys", $$"""{"name":"soon-suspended","key":"{{Wire.CallerKey}}-suspended-1"}""");
        using var patch = new HttpRequestMessage(HttpMethod.Patch, $"/admin/keys/{made.Json["id"]}") { Content = Wire.Json("""{"suspended":true}""") };
        Assert.Equal(200, (await _gateway.Client.FetchAsync(patch)).Status);
        foreach (var (key, code) in ((string, string)[])[($"{Wire.CallerKey}-suspended-1", "suspended_api_key"), ($"{Wire.CallerKey}-unknown-0001", "invalid_api_key")])
        {
            using var client = _gateway.CreateClient(key);
            var openai = await client.PostAsync("/v1/chat/completions", Wire.Chat("gpt"));
            Assert.Equal((401, code), (openai.Status, (string?)openai.Error["code"]));
            AssertShape(openai, "openai");
            var azure = await client.PostAsync("/openai/deployments/gpt/chat/completions", Wire.Chat("gpt"));
            Assert.Equal((401, "401"), (azure.Status, (string?)azure.Error["code"]));
            AssertShape(azure, "azure");
        }
    }

    private static void AssertShape(Wire.Answer answer, string shape)
    {
        Assert.Equal("application/json", answer.Header("Content-Type"));
        if (shape == "simple")
        {
            Assert.NotEmpty((string)answer.Error!);
            return;
        }

        string[] members = shape switch
        {
            "azure" => ["code", "message"],
            "admin" => ["code", "message", "path"],
            "anthropic" => ["type", "message"],
            "gemini" => ["code", "message", "status"],
            _ => ["message", "type", "param", "code"],
        };
        if (shape == "anthropic") Assert.Equal(("error", answer.Header("x-request-id")), ((string?)answer.Json["type"], (string?)answer.Json["request_id"]));
        Assert.Equal(members, answer.Error.AsObject().Select(member => member.Key));
    }
}
