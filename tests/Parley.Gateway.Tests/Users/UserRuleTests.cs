using Microsoft.Extensions.DependencyInjection;
using Parley.Gateway.Tests.Harness;
using Parley.Gateway.Users.Passwords;
using static Parley.Gateway.Tests.Users.UserCalls;

namespace Parley.Gateway.Tests.Users;

/// <summary>What is the same on every store: who may, what is refused and in which words, and that a refusal tells nothing.</summary>
public sealed class UserRuleTests(UserRuleTests.Gateway fixture) : IClassFixture<UserRuleTests.Gateway>
{
    public sealed class Gateway : IAsyncLifetime
    {
        internal GatewayHost Host { get; private set; } = null!;

        public async Task InitializeAsync() => Host = await GatewayHost.StartAsync();

        public async Task DisposeAsync() => await Host.DisposeAsync();
    }

    private readonly GatewayHost _gateway = fixture.Host;

    [Theory]
    [InlineData("admin", 201, 200, 200, 200)]
    [InlineData("users", 201, 200, 200, 200)]
    [InlineData("validate", 403, 403, 200, 403)]
    [InlineData("inference", 403, 403, 403, 403)]
    [InlineData("metrics", 403, 403, 403, 403)]
    [InlineData(null, 401, 401, 401, 401)]
    [Trait("Contract", "1.users.roles")]
    public async Task Call_OfEachRole_IsAllowedOrNot(string? role, int create, int update, int validate, int delete)
    {
        var (name, password) = ($"of {role}", Base64("p"));
        using var client = role is null ? _gateway.CreateClient(null) : await _gateway.ClientWithRoleAsync(role);
        Assert.Equal(create, (await client.UsersAsync("POST", Root, Body(name, password))).Status);
        if (create != 201) await _gateway.Client.UsersAsync("POST", Root, Body(name, password));
        Assert.Equal(update, (await client.UsersAsync("PUT", PathOf(name), Body(isAdmin: true))).Status);
        Assert.Equal(validate, (await client.UsersAsync("POST", Validate, Body(name, password))).Status);
        Assert.Equal(delete, (await client.UsersAsync("DELETE", PathOf(name))).Status);
    }

    [Fact]
    [Trait("Contract", "1.users.roles")]
    public async Task Refusal_NamesTheRolesThatWouldDo()
    {
        using var client = await _gateway.ClientWithRoleAsync("inference");
        Assert.Equal((403, Error("This call needs a key with the role users.")), await client.UsersAsync("POST", Root, Body("x", Base64("p"))));
        Assert.Equal((403, Error("This call needs a key with the role users or validate.")), await client.UsersAsync("POST", Validate, Body("x", Base64("p"))));
    }

    public static TheoryData<string, string, string, int, string> Refused => new()
    {
        { "POST", Root, """{"password":"cA=="}""", 400, "username is required." },
        { "POST", Root, """{"username":null,"password":"cA=="}""", 400, "username is required." },
        { "POST", Root, """{"username":"","password":"cA=="}""", 400, "username must not be empty." },
        { "POST", Root, """{"username":7,"password":"cA=="}""", 400, "username must be a string of Unicode text." },
        { "POST", Root, """{"username":"\ud800","password":"cA=="}""", 400, "username must be a string of Unicode text." },
        { "POST", Root, """{"username":"a\u0000b","password":"cA=="}""", 400, "username must not hold the character U+0000." },
        { "POST", Root, """{"username":"x"}""", 400, "password is required." },
        { "POST", Root, """{"username":"x","password":""}""", 400, "password must not be empty." },
        { "POST", Root, """{"username":"x","password":"pass word!"}""", 400, "password must be base64 encoded." },
        { "POST", Root, """{"username":"x","password":"cA"}""", 400, "password must be base64 encoded." },
        { "POST", Root, """{"username":"x","password":7}""", 400, "password must be a string: base64 of the password." },
        { "POST", Root, """{"username":"x","password":"cA==","isAdmin":"yes"}""", 400, "isAdmin must be true or false." },
        { "POST", Root, """["x"]""", 400, "The body must be a JSON object." },
        { "POST", Root, """{"username":"x",""", 400, "The body is not valid JSON (line 1, byte 16)." },
        { "PUT", Root + "/x", "{}", 400, "Give password, isAdmin, or both." },
        { "PUT", Root + "/x", """{"password":null,"isAdmin":null}""", 400, "Give password, isAdmin, or both." },
        { "PUT", Root + "/x", """{"password":"?"}""", 400, "password must be base64 encoded." },
        { "PUT", Root + "/%FF", """{"isAdmin":true}""", 400, "The user name in the path must be percent-encoded UTF-8." },
        { "PUT", Root + "/nobody", """{"isAdmin":true}""", 404, "User 'nobody' not found." },
        { "DELETE", Root + "/%6Eobody?x=y", "", 404, "User 'nobody' not found." },
        { "POST", Validate, """{"password":"cA=="}""", 400, "username is required." },
        { "POST", Validate, """{"username":"x"}""", 400, "password is required." },
        { "POST", Validate, """{"username":"x","password":false}""", 400, "password must be a string: base64 of the password." },
        { "GET", Root, "", 405, "GET is not possible here; possible: POST." },
        { "PUT", Root, """{"isAdmin":true}""", 405, "PUT is not possible here; possible: POST." },
        { "DELETE", Root + "/", "", 405, "DELETE is not possible here; possible: POST." },
        { "GET", Root + "/x", "", 405, "GET is not possible here; possible: PUT, DELETE." },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    [Trait("Contract", "1.users.create")]
    [Trait("Contract", "1.users.update")]
    [Trait("Contract", "1.users.delete")]
    [Trait("Contract", "1.users.validate")]
    public async Task Request_ThatIsWrong_SaysWhat(string method, string path, string body, int status, string message)
    {
        var answer = await _gateway.Client.UsersAsync(method, path, body.Length > 0 ? body : null);
        // The order in which routing lists methods is its own.
        Assert.Equal((status, Error(message)), (answer.Status, answer.Body.Replace("DELETE, PUT", "PUT, DELETE", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("POST", Root)]
    [InlineData("POST", Validate)]
    [InlineData("PUT", Root + "/x")]
    [Trait("Contract", "1.users.create")]
    public async Task Body_ThatIsTooLargeOrNoJson_IsRefusedInTheSimpleShape(string method, string path)
    {
        var large = Body("x", new string('A', 65_536));
        Assert.Equal((413, Error("The request body is larger than 65536 bytes.")), await _gateway.Client.UsersAsync(method, path, large));
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = new StringContent("username=x", null, "application/x-www-form-urlencoded") };
        using var answer = await _gateway.Client.SendAsync(request);
        Assert.Equal(415, (int)answer.StatusCode);
        Assert.StartsWith("{\"error\":\"The body must be JSON", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Contract", "1.users.password")]
    public async Task Password_OfMoreThanOneKibibyte_IsRefused()
    {
        var answer = await _gateway.Client.UsersAsync("POST", Root, Body("long", Convert.ToBase64String(new byte[1025])));
        Assert.Equal((400, Error("password must have at most 1024 bytes before it is base64 encoded.")), answer);
    }

    // failures.md §1.5 and contracts §1: neither the text nor the work of a refusal says whether there is such a user.
    [Fact]
    [Trait("Contract", "1.users.validate")]
    public async Task Validate_ThatFails_HasOneTextAndOneCost()
    {
        var hasher = _gateway.Services.GetRequiredService<PasswordHasher>();
        Assert.Equal(201, (await _gateway.Client.UsersAsync("POST", Root, Body("known", Base64("right")))).Status);
        string[] bodies =
        [
            Body("known", Base64("wrong")), Body("unknown", Base64("right")), Body("known", "not base64!"), Body("unknown", "not base64!"), Body("known", ""),
            Body("known", Convert.ToBase64String(new byte[4096])), Body(new string('u', 5000), Base64("right")), """{"username":"a\u0000b","password":"cA=="}""",
        ];
        foreach (var body in bodies)
        {
            var before = hasher.Rounds;
            var (status, text, headers) = await _gateway.Client.UsersAnswerAsync("POST", Validate, body);
            Assert.Equal((401, Error("Invalid username or password.")), (status, text));
            Assert.Equal(PasswordHash.CurrentIterations, hasher.Rounds - before);
            Assert.Equal("Bearer", Assert.Single(headers.WwwAuthenticate).Scheme);
        }
    }

    // failures.md §1.5, §1.19.
    [Fact]
    [Trait("Contract", "1.users.password")]
    public async Task Password_AtRestAndInTheLog_IsNowhereInClear()
    {
        var password = "Xy-clear-text-marker-91";
        Assert.Equal(201, (await _gateway.Client.UsersAsync("POST", Root, Body("resting", Base64(password)))).Status);
        Assert.Equal(200, (await _gateway.Client.UsersAsync("PUT", PathOf("resting"), Body(password: Base64(password + "2")))).Status);
        Assert.Equal(200, (await _gateway.Client.UsersAsync("POST", Validate, Body("resting", Base64(password + "2")))).Status);
        var everything = string.Concat(Directory.EnumerateFiles(Path.Combine(_gateway.Directory, "data"), "parley.db*").Select(ReadShared));
        Assert.Contains("$pbkdf2-sha512$v=1$i=210000$", everything, StringComparison.Ordinal);
        foreach (var text in new[] { password, Base64(password), Base64(password + "2") })
        {
            Assert.DoesNotContain(text, everything, StringComparison.Ordinal);
            Assert.DoesNotContain(_gateway.Log.Lines, line => line.Contains(text, StringComparison.Ordinal));
        }

        // And what is stored opens nothing.
        var at = everything.LastIndexOf("$pbkdf2", StringComparison.Ordinal);
        var stored = everything[at..(everything.IndexOf("==", everything.IndexOf("==", at, StringComparison.Ordinal) + 2, StringComparison.Ordinal) is > 0 and var end ? end : at + 120)];
        Assert.Equal(401, (await _gateway.Client.UsersAsync("POST", Validate, Body("resting", Base64(stored)))).Status);
    }

    private static string ReadShared(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream, System.Text.Encoding.Latin1);
        return reader.ReadToEnd();
    }

    [Fact]
    [Trait("Contract", "1.users.storage")]
    public async Task User_AfterARestart_IsStillThere()
    {
        var directory = Directory.CreateTempSubdirectory("parley-test-").FullName;
        try
        {
            await using (var first = await GatewayHost.StartAsync(new GatewayHostOptions { Directory = directory }))
                Assert.Equal(201, (await first.Client.UsersAsync("POST", Root, Body("lasting", Base64("p"), true))).Status);
            await using var second = await GatewayHost.StartAsync(new GatewayHostOptions { Directory = directory });
            Assert.Equal((200, Told("lasting", Base64("p"), true)), await second.Client.UsersAsync("POST", Validate, Body("lasting", Base64("p"))));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
