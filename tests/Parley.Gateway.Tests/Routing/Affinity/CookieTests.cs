using Microsoft.Extensions.Primitives;
using Parley.Testing;

namespace Parley.Gateway.Tests.Routing.Affinity;

/// <summary>Affinity by cookie as contracts §4 has it, as a browser and <c>curl -i</c> see it.</summary>
public sealed class CookieTests
{
    private const string Cookie = """ "affinity": { "kind": "cookie" } """;
    private const string Attributes = "; Path=/; Max-Age=86400; HttpOnly; Secure; SameSite=Lax";

    [Theory]
    [InlineData("APIM-Backend-Instance=2", 2)]
    [InlineData("a=1; APIM-Backend-Instance=2; b=2", 2)]
    [InlineData("a=1;APIM-Backend-Instance=2", 2)]
    [InlineData("APIM-Backend-Instance= 2 ", 2)]
    [InlineData("APIM-Backend-Instance=02", 2)]
    [InlineData("APIM-Backend-Instance=99; APIM-Backend-Instance=2", 2)]
    [InlineData("APIM-Backend-Instance=+2", null)]
    [InlineData("APIM-Backend-Instance=-2", null)]
    [InlineData("APIM-Backend-Instance=\"2\"", null)]
    [InlineData("APIM-Backend-Instance=2x", null)]
    [InlineData("APIM-Backend-Instance=2.0", null)]
    [InlineData("APIM-Backend-Instance=0x2", null)]
    [InlineData("APIM-Backend-Instance=３", null)]
    [InlineData("APIM-Backend-Instance=", null)]
    [InlineData("APIM-Backend-Instance", null)]
    [InlineData("APIM-Backend-Instance=3", null)]
    [InlineData("APIM-Backend-Instance=4294967298", null)]
    [InlineData("APIM-Backend-Instance=99999999999999999999999999999999999999", null)]
    [InlineData("apim-backend-instance=2", null)]
    [InlineData("X-APIM-Backend-Instance=2", null)]
    [InlineData("APIM-Backend-Instance-2=2", null)]
    [InlineData(";;; =;; APIM-Backend-Instance==2", null)]
    [Trait("Contract", "4.cookie")]
    public void Cookie_AsItMayCome_NamesATargetOnlyByItsBareIndex(string header, int? target)
    {
        var (model, _) = AffinityModels.Of(3);
        var position = model.Cookie!.Find(header, model.Pool, model.Pool.All);
        Assert.Equal(target ?? -1, position < 0 ? -1 : model.Pool.Members[position].Index);
    }

    [Fact]
    public void Cookie_InTheSecondHeader_IsFound_AndACallMakesNoObject()
    {
        var (model, _) = AffinityModels.Of(3);
        var cookies = new StringValues(["session=abcdefghij", "APIM-Backend-Instance=1"]);
        Assert.Equal(1, model.Cookie!.Find(cookies, model.Pool, model.Pool.All));
        Assert.Equal(-1, model.Cookie.Find(cookies, model.Pool, model.Pool.All & ~2UL));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) model.Cookie.Find(cookies, model.Pool, model.Pool.All);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Cookie_AnyText_NeverThrowsAndNeverNamesWhatIsNotThere()
    {
        var (model, _) = AffinityModels.Of(5);
        var random = new Random(7);
        string[] pieces = ["APIM-Backend-Instance", "=", ";", " ", "0", "4", "5", "-", "+", "\"", ",", "\t", "x", "APIM-Backend-Instance=3", "é", "99999999999"];
        for (var round = 0; round < 20_000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => pieces[random.Next(pieces.Length)]));
            var position = model.Cookie!.Find(text, model.Pool, model.Pool.All);
            // The old gateway's own pattern, held to a whole value.
            var expected = text.Split(';').Select(pair => pair.Split('=', 2)).Where(pair => pair.Length == 2 && pair[0].Trim(' ', '\t') == "APIM-Backend-Instance")
                .Select(pair => pair[1].Trim(' ', '\t')).FirstOrDefault(value => value.Length > 0 && value.All(char.IsAsciiDigit) && value.TrimStart('0') is "" or "1" or "2" or "3" or "4" && value.Length > 0);
            Assert.True((expected is null ? -1 : int.Parse(expected, System.Globalization.CultureInfo.InvariantCulture)) == (position < 0 ? -1 : model.Pool.Members[position].Index), text);
        }
    }

    [Fact]
    [Trait("Contract", "4.cookie")]
    public async Task Answer_AsCurlSeesIt_SetsTheCookieByteForByte()
    {
        await using var pool = await BackendPool.StartAsync();
        await using var gateway = await pool.StartGatewayAsync(Cookie);
        var head = await BackendPool.CurlAsync(gateway, "Cookie: APIM-Backend-Instance=1\r\n");
        var lines = head[..head.IndexOf("\r\n\r\n", StringComparison.Ordinal)].Split("\r\n");
        Assert.Equal("HTTP/1.1 200 OK", lines[0]);
        // HTTP/1.1 names of headers have no case; all that follows is as it was agreed.
        Assert.Equal("APIM-Backend-Instance=1" + Attributes, Assert.Single(lines, line => line.StartsWith("set-cookie:", StringComparison.OrdinalIgnoreCase))["set-cookie: ".Length..]);
        Assert.Contains("X-Served-By-Instance: 1", lines);
        Assert.Equal("1", pool.Seen["X-Backend-Instance"]);
        Assert.False(pool.Seen.ContainsKey("Cookie"));
        Assert.DoesNotContain(pool.Address(1), head, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Contract", "4.cookie")]
    public async Task Client_WithoutACookie_IsSentAnywhere_AndStaysThere()
    {
        await using var pool = await BackendPool.StartAsync();
        await using var gateway = await pool.StartGatewayAsync(Cookie);
        var first = new HashSet<int>();
        for (var round = 0; round < 30; round++)
        {
            using var client = new CookieClient(gateway);
            first.Add(await client.ServedByAsync());
            for (var call = 0; call < 3; call++) Assert.Equal(client.Instance, await client.ServedByAsync());
        }

        // Three healthy ones at random: that thirty clients all miss one of them happens once in sixty thousand times.
        Assert.Equal([0, 1, 2], first.Order());
    }

    [Fact]
    public async Task Client_OfALowerPriority_StaysThereWhileItIsWell()
    {
        await using var pool = await BackendPool.StartAsync();
        await using var gateway = await pool.StartGatewayAsync(Cookie, priorities: [1, 1, 2]);
        using var client = new CookieClient(gateway) { Instance = 2 };
        Assert.Equal(2, await client.ServedByAsync());
        using var another = new CookieClient(gateway);
        Assert.NotEqual(2, await another.ServedByAsync());
    }

    [Fact]
    [Trait("Contract", "4.cookie")]
    [Trait("Contract", "4.breaker")]
    public async Task Breaker_Opens_ClientIsMovedAndStaysWithItsNewCookieAfterTheRecovery()
    {
        var time = new ManualTimeProvider();
        await using var pool = await BackendPool.StartAsync();
        await using var gateway = await pool.StartGatewayAsync(Cookie, time);
        using var client = new CookieClient(gateway) { Instance = 1 };
        pool.Status[1] = 500;

        var moved = await client.ServedByAsync();
        Assert.NotEqual(1, moved);
        Assert.Equal([1, moved], pool.Calls.Select(call => call.Provider));
        Assert.Equal((200, $"APIM-Backend-Instance={moved}{Attributes}"), (client.Status, client.SetCookie));

        // Another client's cookie still names the one that is out: it is sent elsewhere without a try.
        using var other = new CookieClient(gateway) { Instance = 1 };
        pool.Calls.Clear();
        Assert.NotEqual(1, await other.ServedByAsync());
        Assert.DoesNotContain(pool.Calls, call => call.Provider == 1);

        pool.Status[1] = 200;
        time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(moved, await client.ServedByAsync());
        using var third = new CookieClient(gateway) { Instance = 1 };
        Assert.Equal(1, await third.ServedByAsync());
    }

    [Theory]
    [InlineData(400, 400)]
    [InlineData(503, 503)]
    [InlineData(401, 502)]
    public async Task Failure_OfAllTargets_SetsTheCookieOfTheOneThatFailedLast(int status, int seen)
    {
        await using var pool = await BackendPool.StartAsync();
        await using var gateway = await pool.StartGatewayAsync(Cookie);
        pool.Status.AsSpan().Fill(status);
        using var client = new CookieClient(gateway) { Instance = 1 };
        var last = await client.ServedByAsync();
        Assert.Equal((seen, pool.Calls[^1].Provider), (client.Status, last));
        Assert.Equal($"APIM-Backend-Instance={last}{Attributes}", client.SetCookie);
        Assert.Equal(last.ToString(System.Globalization.CultureInfo.InvariantCulture), client.Header("X-Error-Backend-Instance"));
        Assert.Equal($"p{last}", client.Header("x-parley-provider"));
        Assert.Equal(status == 400 ? [1] : [0, 1, 2], pool.Calls.Select(call => call.Provider).Order());
    }

    [Fact]
    public async Task Stream_SetsTheCookieToo_AndAModelWithoutAffinityNone()
    {
        await using var pool = await BackendPool.StartAsync();
        await using var gateway = await pool.StartGatewayAsync(""" "affinity": { "kind": "cookie", "name": "sticky" } """);
        var head = await BackendPool.CurlAsync(gateway, "Cookie: sticky=2\r\n", """{"model":"gpt","input":"x","stream":true}""", "/v1/responses");
        Assert.Contains("text/event-stream", head, StringComparison.Ordinal);
        Assert.Contains(": sticky=2" + Attributes + "\r\n", head, StringComparison.Ordinal);

        await using var plain = await pool.StartGatewayAsync();
        Assert.DoesNotContain("set-cookie", await BackendPool.CurlAsync(plain, "Cookie: APIM-Backend-Instance=2\r\n"), StringComparison.OrdinalIgnoreCase);
    }
}
