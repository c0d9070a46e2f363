using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Parley.Gateway.Access;
using Parley.Gateway.Configuration;

namespace Parley.Gateway.Tests.Access;

public sealed class AccessMiddlewareTests : IAsyncLifetime
{
    private const string Good = "good-key-0123456789";
    private const string Other = "other-key-0123456789";
    private const string Expired = "expired-key-0123456789";
    private const string Metrics = "metrics-key-0123456789";
    private readonly TemporaryDirectory _directory = new();
    private readonly ManualClock _clock = new();
    private KeyServer _server = null!;

    public async Task InitializeAsync() => _server = await KeyServer.StartAsync(_directory.Path, _clock,
    [
        new FixedKeyConfig { Name = "good", Key = new Secret(Good) },
        new FixedKeyConfig { Name = "other", Key = new Secret(Other) },
        new FixedKeyConfig { Name = "expired", Key = new Secret(Expired), ExpiresAt = _clock.GetUtcNow() },
        new FixedKeyConfig { Name = "metrics", Key = new Secret(Metrics), Role = KeyRole.Metrics },
    ]);

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _directory.Dispose();
    }

    [Theory]
    [InlineData("Authorization", "Bearer ")]
    [InlineData("Authorization", "bearer   ")]
    [InlineData("api-key", "")]
    [InlineData("x-api-key", "")]
    [InlineData("X-Goog-Api-Key", "")]
    [InlineData("Ocp-Apim-Subscription-Key", "")]
    [InlineData("x-functions-key", "")]
    [Trait("Contract", "2.keys")]
    [Trait("Contract", "3.keys")]
    public async Task Key_InEachHeader_IsRecognised(string header, string prefix)
    {
        Assert.Equal((200, "good"), await _server.SendAsync(HttpMethod.Get, "/probe", null, (header, prefix + Good)));
        Assert.Equal((200, "good"), await _server.SendAsync(HttpMethod.Get, "/probe", null, (header, prefix + "not-one-of-our-keys"), (header, prefix + Good)));
        Assert.Equal((401, "invalid_api_key: The API key is not valid."), await _server.SendAsync(HttpMethod.Get, "/probe", null, (header, prefix + "not-one-of-our-keys")));
    }

    [Theory]
    [InlineData("/probe?subscription-key=")]
    [InlineData("/probe?Subscription-Key=")]
    [InlineData("/probe?code=")]
    [InlineData("/probe?a=b&key=")]
    [InlineData("/probe?k%65y=")]
    [Trait("Contract", "2.keys")]
    [Trait("Contract", "3.keys")]
    public async Task Key_InEachQueryParameter_IsRecognised(string path) =>
        Assert.Equal((200, "good"), await _server.SendAsync(HttpMethod.Get, path + Good.Replace("-", "%2D", StringComparison.Ordinal), null));

    [Fact]
    public async Task Key_SeveralPlaces_TheFirstThatIsOursDecides()
    {
        (string, string)[] places =
        [
            ("Authorization", "Bearer "), ("api-key", ""), ("x-api-key", ""), ("x-goog-api-key", ""), ("Ocp-Apim-Subscription-Key", ""), ("x-functions-key", ""),
        ];
        for (var first = 0; first < places.Length; first++)
        {
            for (var second = first + 1; second < places.Length; second++)
            {
                var (late, early) = ((places[second].Item1, places[second].Item2 + Other), (places[first].Item1, places[first].Item2 + Good));
                Assert.Equal((200, "good"), await _server.SendAsync(HttpMethod.Get, "/probe?key=" + Other, null, late, early));
            }
        }

        Assert.Equal((200, "good"), await _server.SendAsync(HttpMethod.Get, $"/probe?key={Other}&code={Other}&subscription-key={Good}", null));
        Assert.Equal((200, "good"), await _server.SendAsync(HttpMethod.Get, $"/probe?key={Other}&code={Good}", null));
    }

    [Fact]
    [Trait("Contract", "2.keys")]
    public async Task Key_BesideValuesThatAreNotOurs_IsFound()
    {
        Assert.Equal((200, "good"), await _server.SendAsync(HttpMethod.Get, "/probe", null, ("Authorization", "Bearer unused"), ("x-functions-key", Good)));
        Assert.Equal((200, "good"), await _server.SendAsync(HttpMethod.Get, "/probe", null, ("Authorization", "Basic dTpw"), ("api-key", "x"), ("x-api-key", Good)));
        Assert.Equal((200, "good"), await _server.SendAsync(HttpMethod.Get, "/probe?code=" + Good, null, ("Authorization", "Bearer unused")));
        Assert.Equal(401, (await _server.SendAsync(HttpMethod.Get, "/probe", null, ("Authorization", Good))).Status);
        Assert.Equal(401, (await _server.SendAsync(HttpMethod.Get, "/probe", null, ("Cookie", "key=" + Good))).Status);
    }

    [Fact]
    public void Key_OnSeveralLinesOfOneHeader_IsFoundWithinTheBound()
    {
        var context = new DefaultHttpContext();
        context.Request.Headers["x-api-key"] = new StringValues(["", "not-one-of-our-keys", Good, Other]);
        Assert.Equal("good", PresentedKey.Authenticate(context.Request, _server.Authenticator, out _)?.Name);
        context.Request.Headers["x-api-key"] = new StringValues([.. Enumerable.Repeat("not-one-of-our-keys", 100), Good]);
        Assert.Null(PresentedKey.Authenticate(context.Request, _server.Authenticator, out var refusal));
        Assert.Equal(KeyRefusal.Unknown, refusal);
    }

    [Fact]
    public void Key_AsBearer_IsReadWithoutAllocating()
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.Authorization = "Bearer " + Good;
        Assert.Equal(0, Allocations.Settled(() =>
        {
            for (var i = 0; i < 1_000; i++) PresentedKey.Authenticate(context.Request, _server.Authenticator, out _);
        }));
    }

    [Fact]
    public async Task Key_ExpiredBeforeAGoodOne_DecidesWith401() => Assert.Equal(
        (401, "expired_api_key: The API key has expired."),
        await _server.SendAsync(HttpMethod.Get, "/probe", null, ("api-key", Expired), ("x-api-key", Good)));

    [Theory]
    [InlineData("GET", "/probe")]
    [InlineData("POST", "/probe")]
    [InlineData("GET", "/nothing/here")]
    [InlineData("GET", "/unguarded")]
    [InlineData("GET", "/metrics")]
    [InlineData("OPTIONS", "/any")]
    [InlineData("DELETE", "/admin/keys/x")]
    [InlineData("POST", "/parley/admin/keys")]
    [Trait("Contract", "3.keys")]
    public async Task NoKey_OnEveryPathKnownOrNot_Is401(string method, string path)
    {
        var (status, body) = await _server.SendAsync(new HttpMethod(method), path, null);
        Assert.Equal((401, "missing_api_key"), (status, body.Split(':')[0]));
    }

    [Fact]
    public async Task WithKey_EachKindOfEndpoint_IsAnsweredAsItsMetadataSays()
    {
        (string, string) key = ("api-key", Good);
        Assert.Equal((404, "NotFound: There is nothing at this path."), await _server.SendAsync(HttpMethod.Get, "/nothing", null, key));
        Assert.Equal((405, "MethodNotAllowed: POST is not possible here; possible: GET."), await _server.SendAsync(HttpMethod.Post, "/probe", null, key));
        Assert.Equal((403, "Forbidden: This path is closed."), await _server.SendAsync(HttpMethod.Get, "/unguarded", null, key));
        Assert.Equal((403, "role_missing: This call needs an admin key."), await _server.SendAsync(HttpMethod.Get, "/admin/keys", null, key));
        Assert.Equal((200, "any"), await _server.SendAsync(HttpMethod.Options, "/any", null, key));
        Assert.Equal((200, "metrics"), await _server.SendAsync(HttpMethod.Get, "/metrics", null, ("api-key", Metrics)));
        Assert.Equal(403, (await _server.SendAsync(HttpMethod.Get, "/probe", null, ("api-key", Metrics))).Status);
        Assert.Equal((200, "admin"), await _server.SendAsync(HttpMethod.Get, "/probe", null, ("api-key", _server.AdminKey)));
    }

    [Fact]
    public async Task Anonymous_StatedOrListedPaths_NeedNoKeyAndIgnoreBadOnes()
    {
        Assert.Equal((200, "open"), await _server.SendAsync(HttpMethod.Get, "/open", null));
        Assert.Equal((200, "open"), await _server.SendAsync(HttpMethod.Get, "/open", null, ("api-key", Expired)));
        Assert.Equal((200, "health"), await _server.SendAsync(HttpMethod.Get, "/health", null));
    }

    [Theory]
    [InlineData("/any")]
    [InlineData("/admin/keys")]
    [InlineData("/unguarded")]
    [Trait("Contract", "4.cors")]
    public async Task Preflight_AnyPath_IsAnsweredWithoutRunningTheEndpoint(string path) => Assert.Equal(
        (204, ""),
        await _server.SendAsync(HttpMethod.Options, path, null, ("Origin", "https://example.com"), ("Access-Control-Request-Method", "POST")));
}
