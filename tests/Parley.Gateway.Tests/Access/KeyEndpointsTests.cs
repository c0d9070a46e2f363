using System.Text.Json.Nodes;
using Parley.Gateway.Configuration;

namespace Parley.Gateway.Tests.Access;

public sealed class KeyEndpointsTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ManualClock _clock = new();
    private KeyServer _server = null!;

    public async Task InitializeAsync() =>
        _server = await KeyServer.StartAsync(_directory.Path, _clock, [new FixedKeyConfig { Name = "old", Key = new Secret("the-old-host-key-1") }]);

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _directory.Dispose();
    }

    [Theory]
    [InlineData("/admin/keys")]
    [InlineData("/parley/admin/keys")]
    public async Task Key_MadeReadChangedDeleted_IsShownInClearOnce(string path)
    {
        var (status, made) = await _server.AdminAsync(HttpMethod.Post, path, """{"name":"app","models":["gpt","gpt"],"expiresAt":"2027-01-01"}""");
        Assert.Equal(201, status);
        var (id, clear, creator) = ((string)made!["id"]!, (string)made["key"]!, (string)made["createdBy"]!);
        var expected = $$"""
            {"id":"{{id}}","key":"{{clear}}","name":"app","role":"inference","models":["gpt"],"providers":null,"tools":null,"priority":5,"expiresAt":"2027-01-01T00:00:00+00:00","suspended":false,
             "createdAt":"2026-06-01T12:00:00+00:00","createdBy":"{{creator}}","lastFour":"{{clear[^4..]}}","source":"database"}
            """;
        AssertJson(expected, made);
        Assert.Equal((200, "app"), await _server.SendAsync(HttpMethod.Get, "/probe", null, ("x-api-key", clear)));

        var shown = JsonNode.Parse(expected)!.AsObject();
        shown.Remove("key");
        var read = await _server.AdminAsync(HttpMethod.Get, $"{path}/{id}");
        Assert.Equal(200, read.Status);
        AssertJson(shown.ToJsonString(), read.Body);
        var list = (await _server.AdminAsync(HttpMethod.Get, path)).Body!["items"]!.AsArray();
        Assert.Equal(new SortedSet<string> { "file:old", creator, id }, list.Select(item => (string)item!["id"]!).ToHashSet());
        Assert.All(list, item => Assert.Null(item!["key"]));

        var changed = await _server.AdminAsync(
            HttpMethod.Patch, $"{path}/{id}", """{"name":"app 2","role":"users","models":null,"providers":["azure"],"tools":["chat"],"priority":10,"expiresAt":null,"suspended":true}""");
        (shown["name"], shown["role"], shown["models"], shown["providers"], shown["tools"], shown["priority"], shown["expiresAt"], shown["suspended"]) =
            ("app 2", "users", null, new JsonArray("azure"), new JsonArray("chat"), 10, null, true);
        Assert.Equal(200, changed.Status);
        AssertJson(shown.ToJsonString(), changed.Body);
        Assert.Equal((401, "suspended_api_key: The API key is suspended."), await _server.SendAsync(HttpMethod.Get, "/probe", null, ("x-api-key", clear)));

        Assert.Equal((204, null), await _server.AdminAsync(HttpMethod.Delete, $"{path}/{id}"));
        Assert.Equal(404, (await _server.AdminAsync(HttpMethod.Get, $"{path}/{id}")).Status);
        Assert.Equal(401, (await _server.SendAsync(HttpMethod.Get, "/probe", null, ("x-api-key", clear))).Status);
    }

    [Theory]
    [InlineData("""{"name":"a","rolle":"admin"}""", "invalid_request", "rolle is not a field of a key; known are name, role, models, providers, tools, priority, expiresAt, key.", "rolle")]
    [InlineData("""{"name":"a","limits":[]}""", "invalid_request", "limits: this version of Parley does not know limits of a key yet. Leave the field out.", "limits")]
    [InlineData("""{"name":"a","suspended":true}""", "invalid_request", "suspended: a new key is not suspended. Suspend it afterwards with PATCH.", "suspended")]
    [InlineData("""{"name":"a","name":"b"}""", "invalid_request", "name is given twice.", "name")]
    [InlineData("""{"name":"a","role":"root"}""", "invalid_request", "role is one of admin, inference, users, validate, metrics.", "role")]
    [InlineData("""{"name":"a","role":null}""", "invalid_request", "role is one of admin, inference, users, validate, metrics.", "role")]
    [InlineData("""{"name":"a","models":"gpt"}""", "invalid_request", "models is a list of strings, or null.", "models")]
    [InlineData("""{"name":"a","models":["gpt",1]}""", "invalid_request", "models is a list of strings, or null.", "models[1]")]
    [InlineData("""{"name":"a","models":[""]}""", "invalid_request", "models[0]: a name of 1 to 256 characters is expected.", "models[0]")]
    [InlineData("""{"name":"a","expiresAt":"2026-06-01"}""", "invalid_request", "expiresAt is in the past.", "expiresAt")]
    [InlineData("""{"name":"a","expiresAt":"2027-01-01T00:00:00"}""", "invalid_request",
        "expiresAt is a date (2027-01-31, its first moment in UTC) or a time with its offset (2027-01-31T12:00:00Z), or null.", "expiresAt")]
    [InlineData("""{"name":"a","priority":0}""", "invalid_request",
        "priority: a whole number from 1 to 10 is expected; the higher one is served first where calls wait, or null for 5.", "priority")]
    [InlineData("""{"name":"a","priority":"high"}""", "invalid_request",
        "priority: a whole number from 1 to 10 is expected; the higher one is served first where calls wait, or null for 5.", "priority")]
    [InlineData("""{"name":"a","key":"short"}""", "invalid_request", "key: a key is 16 to 256 characters long; this one has 5.", "key")]
    [InlineData("""{"name":"a","key":"ключ-ключ-ключ-ключ"}""", "invalid_request", "key: a key consists of printable ASCII characters.", "key")]
    [InlineData("""{"name":"x a-brought-key-0123456789","key":"a-brought-key-0123456789"}""", "invalid_request",
        "name: the name must not hold the key, because names are logged.", "name")]
    [InlineData("""{"name":"a\nb"}""", "invalid_request", "name: a name holds no control characters, line ends or characters beyond the basic plane.", "name")]
    [InlineData("""{"name":"\ud800"}""", "invalid_request", "name is a string.", "name")]
    [InlineData("{}", "invalid_request", "name: a key needs a name.", "name")]
    [InlineData("[]", "invalid_request", "The body is a JSON object.", null)]
    [InlineData("""{"name":""", "invalid_json", "The body is not valid JSON (line 1, byte 9).", null)]
    public async Task Create_BadBody_Is400ThatNamesTheField(string body, string code, string message, string? path)
    {
        var (status, answer) = await _server.AdminAsync(HttpMethod.Post, "/admin/keys", body);
        Assert.Equal(400, status);
        AssertJson(new JsonObject { ["error"] = new JsonObject { ["code"] = code, ["message"] = message, ["path"] = path } }.ToJsonString(), answer);
    }

    [Fact]
    public async Task Create_BodyThatIsNoJsonOrTooLarge_IsRefused()
    {
        using var form = new HttpRequestMessage(HttpMethod.Post, "/admin/keys") { Content = new StringContent("name=a") };
        form.Headers.Add("api-key", _server.AdminKey);
        using var answer = await _server.Client.SendAsync(form);
        Assert.Equal(415, (int)answer.StatusCode);
        Assert.Equal(413, (await _server.AdminAsync(HttpMethod.Post, "/admin/keys", "\"" + new string('a', 600_000) + "\"")).Status);
    }

    [Fact]
    public async Task Create_SixtyFourAtOnceBringOneKey_OneIs201()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(i =>
            _server.AdminAsync(HttpMethod.Post, "/admin/keys", $$"""{"name":"app-{{i}}","key":"the-one-old-key-of-all"}""")));
        Assert.Single(answers, answer => answer.Status == 201);
        Assert.Equal(63, answers.Count(answer => answer.Status == 409 && (string)answer.Body!["error"]!["code"]! == "key_exists"));
    }

    [Fact]
    public async Task Change_KeyOfTheFileOrTheLastAdmin_Is409()
    {
        foreach (var (method, body) in ((HttpMethod, string?)[])[(HttpMethod.Patch, "{}"), (HttpMethod.Delete, null)])
        {
            var (status, answer) = await _server.AdminAsync(method, "/admin/keys/file:old", body);
            Assert.Equal((409, "key_is_fixed"), (status, (string)answer!["error"]!["code"]!));
        }

        var admin = (string)(await _server.AdminAsync(HttpMethod.Get, "/admin/keys")).Body!["items"]![1]!["id"]!;
        Assert.Equal(409, (await _server.AdminAsync(HttpMethod.Patch, "/admin/keys/" + admin, """{"role":"inference"}""")).Status);
        Assert.Equal(409, (await _server.AdminAsync(HttpMethod.Delete, "/admin/keys/" + admin)).Status);
        Assert.Equal(400, (await _server.AdminAsync(HttpMethod.Patch, "/admin/keys/" + admin, """{"key":"another-value-0123456789"}""")).Status);
    }

    [Fact]
    public async Task Logs_AtTheFinestLevel_NeverHoldAKeyWhereverItWasSent()
    {
        const string Brought = "brought-key-that-nobody-may-read";
        var made = await _server.AdminAsync(HttpMethod.Post, "/admin/keys", """{"name":"made"}""");
        var clear = (string)made.Body!["key"]!;
        var bodies = new List<string>();
        await AddAsync(HttpMethod.Post, "/admin/keys", $$"""{"name":"b","key":"{{Brought}}"}""");
        await AddAsync(HttpMethod.Post, "/admin/keys", $$"""{"name":"c","key":"{{Brought}}"}""");
        await AddAsync(HttpMethod.Post, "/admin/keys", $$"""{"name":"{{Brought}}","key":"{{Brought}}"}""");
        await AddAsync(HttpMethod.Post, "/admin/keys", $$"""{"name":"d","{{clear}}":1}""");
        await AddAsync(HttpMethod.Post, "/admin/keys", $$"""{"name":"d","key":"{{clear}}" x}""");
        await AddAsync(HttpMethod.Get, "/admin/keys/" + Brought, null);
        bodies.RemoveAt(0); // the answer to the call that made it
        foreach (var key in (string[])[clear, Brought, _server.AdminKey])
        {
            foreach (var name in (string[])["subscription-key", "code", "key"]) await AddAsync(HttpMethod.Get, $"/probe?{name}={key}", null);
            foreach (var name in (string[])["api-key", "x-functions-key"]) await AddAsync(HttpMethod.Get, "/probe", null, (name, key));
        }

        var id = (string)made.Body!["id"]!;
        await AddAsync(HttpMethod.Patch, "/admin/keys/" + id, """{"suspended":true}""");
        await AddAsync(HttpMethod.Get, "/probe?code=" + clear, null);
        await AddAsync(HttpMethod.Delete, "/admin/keys/" + id, null);

        var secrets = new[] { clear, Brought, _server.AdminKey };
        // A path is no place for a key; routing's own lines name it as it came, so the one request above that has it there is left out.
        var lines = _server.Log.Lines.Where(line => !line.Contains("/admin/keys/" + Brought, StringComparison.Ordinal)).ToArray();
        Assert.Contains(lines, line => line.Contains($"Audit: key {id} (made, role inference) was created by", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains($"Audit: key {id} (made, role inference) was deleted by", StringComparison.Ordinal));
        Assert.All(lines.Concat(bodies), line => Assert.DoesNotContain(secrets, secret => line.Contains(secret, StringComparison.Ordinal)));

        async Task AddAsync(HttpMethod method, string path, string? body, params (string, string)[] headers) =>
            bodies.Add((await _server.SendAsync(method, path, body, [("Authorization", "Bearer " + (path.StartsWith("/admin", StringComparison.Ordinal) ? _server.AdminKey : "unused")), .. headers])).Body);
    }

    private static void AssertJson(string expected, JsonNode? actual)
    {
        if (!JsonNode.DeepEquals(JsonNode.Parse(expected), actual)) Assert.Equal(JsonNode.Parse(expected)!.ToJsonString(), actual?.ToJsonString());
    }
}
