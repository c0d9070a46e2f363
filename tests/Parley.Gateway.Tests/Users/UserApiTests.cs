using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Parley.Gateway.Tests.Harness;
using Parley.Gateway.Users.Passwords;
using Xunit.Abstractions;
using static Parley.Gateway.Tests.Users.UserCalls;

namespace Parley.Gateway.Tests.Users;

/// <summary>Every users row of contracts §1, on whichever store; a subclass says which.</summary>
public abstract class UserApiTests(ITestOutputHelper output)
{
    private protected abstract bool IsHere { get; }

    private protected abstract GatewayHostOptions Options { get; }

    private async Task WithGatewayAsync(Func<GatewayHost, Task> test, Func<GatewayHostOptions, GatewayHostOptions>? change = null)
    {
        if (!IsHere)
        {
            output.WriteLine($"Azurite is not installed (npm ci --prefix tests/azurite): {GetType().Name} not seen");
            return;
        }

        await using var gateway = await GatewayHost.StartAsync(change is null ? Options : change(Options));
        await test(gateway);
    }

    [Fact]
    [Trait("Contract", "1.users.create")]
    [Trait("Contract", "1.users.update")]
    [Trait("Contract", "1.users.delete")]
    [Trait("Contract", "1.users.validate")]
    public Task User_MadeChangedAndDeleted_AnswersToTheLetter() => WithGatewayAsync(async gateway =>
    {
        var (client, first, second) = (gateway.Client, Base64("correct horse"), Base64("battery staple"));
        Assert.Equal((201, Told("ann", first, false)), await client.UsersAsync("POST", Root, Body("ann", first)));
        Assert.Equal((201, Told("bob", first, true)), await client.UsersAsync("POST", Root, Body("bob", first, true)));
        Assert.Equal((409, Error("User 'ann' already exists.")), await client.UsersAsync("POST", Root, Body("ann", second)));
        Assert.Equal((200, Told("ann", first, false)), await client.UsersAsync("POST", Validate, Body("ann", first)));

        Assert.Equal((200, Told("ann", null, true)), await client.UsersAsync("PUT", Root + "/ann", Body(isAdmin: true)));
        Assert.Equal((200, Told("ann", first, true)), await client.UsersAsync("POST", Validate, Body("ann", first)));
        Assert.Equal((200, Told("ann", second, true)), await client.UsersAsync("PUT", Root + "/ann", Body(password: second)));
        Assert.Equal((401, Error("Invalid username or password.")), await client.UsersAsync("POST", Validate, Body("ann", first)));
        Assert.Equal((200, Told("ann", second, true)), await client.UsersAsync("POST", Validate, Body("ann", second)));
        Assert.Equal((200, Told("ann", first, false)), await client.UsersAsync("PUT", Root + "/ann", Body(password: first, isAdmin: false)));

        Assert.Equal((200, Canonical("""{"message":"User 'ann' deleted successfully."}""")), await client.UsersAsync("DELETE", Root + "/ann"));
        Assert.Equal((404, Error("User 'ann' not found.")), await client.UsersAsync("DELETE", Root + "/ann"));
        Assert.Equal((404, Error("User 'ann' not found.")), await client.UsersAsync("PUT", Root + "/ann", Body(isAdmin: true)));
        Assert.Equal((404, Error("User 'ann' not found.")), await client.UsersAsync("PUT", Root + "/ann", Body(password: first)));
        Assert.Equal((401, Error("Invalid username or password.")), await client.UsersAsync("POST", Validate, Body("ann", first)));
        Assert.Equal((201, Told("ann", second, false)), await client.UsersAsync("POST", Root, Body("ann", second)));
        Assert.Equal((200, Told("bob", first, true)), await client.UsersAsync("POST", Validate, Body("bob", first)));
    });

    // Few rounds, where hashing is not what the test is about.
    private static GatewayHostOptions Quick(GatewayHostOptions options) => options with { Services = static services => services.AddSingleton(new PasswordHasher(100)) };

    // Whatever a path, a RowKey or a query could stumble over; each is also told from its look-alikes.
    private static readonly string[] OddNames =
    [
        "a/b", "a\\b", "a#b", "a?b=c&d", "a%2Fb", "a%b", "%", "%%2F", "tab\tline\nreturn\r", "\u0001\u001f", "\u007f\u0085\u009f", "..", ".", "../..", "a/../b", "/", "//", "/a/", "a/",
        "validate", "validate/", "o'brien", "''", "' OR '1'='1", "a\"b", "<b>", "a b", " a", "a ", " ", "\u00a0", "=", "=q=a", "=h=", "a=2Fb", "a+b", "a;b,c", "anna@example.org",
        "größe", "gro\u0308ße", "\u540d\u524d", "👩‍🚀", "\u202eabc", "\ufeffa", "\uffff", "Ann", "ANN", "ann",
    ];

    [Fact]
    [Trait("Contract", "1.users.names")]
    public Task Name_OfAnyCharacters_ComesBackUnchanged() => WithGatewayAsync(async gateway =>
    {
        var client = gateway.Client;
        var password = Base64("p");
        foreach (var name in OddNames) Assert.Equal((201, Told(name, password, false)), await client.UsersAsync("POST", Root, Body(name, password)));
        foreach (var name in OddNames) Assert.Equal((200, Told(name, null, true)), await client.UsersAsync("PUT", PathOf(name), Body(isAdmin: true)));
        Assert.Equal((200, Told("a/b", password, true)), await client.UsersAsync("POST", Validate, Body("a/b", password)));
        foreach (var name in OddNames)
        {
            Assert.Equal((200, Canonical(JsonSerializer.Serialize(new { message = $"User '{name}' deleted successfully." }))), await client.UsersAsync("DELETE", PathOf(name)));
            Assert.Equal(404, (await client.UsersAsync("DELETE", PathOf(name))).Status);
        }
    }, Quick);

    [Fact]
    [Trait("Contract", "1.users.names")]
    public Task Name_OfOneKibibyte_IsTaken_AndNotOneByteMore() => WithGatewayAsync(async gateway =>
    {
        var client = gateway.Client;
        var password = Base64("p");
        foreach (var name in new[] { new string('a', 1024), new string('/', 1024), new string('é', 512), string.Concat(Enumerable.Repeat("👍", 256)), new string('x', 1023) + "?" })
        {
            Assert.Equal(201, (await client.UsersAsync("POST", Root, Body(name, password))).Status);
            Assert.Equal(409, (await client.UsersAsync("POST", Root, Body(name, password))).Status);
            Assert.Equal((200, Told(name, password, false)), await client.UsersAsync("POST", Validate, Body(name, password)));
            Assert.Equal(200, (await client.UsersAsync("DELETE", PathOf(name))).Status);
            Assert.Equal((400, Error("username must have at most 1024 bytes in UTF-8.")), await client.UsersAsync("POST", Root, Body(name + "a", password)));
            Assert.Equal((401, Error("Invalid username or password.")), await client.UsersAsync("POST", Validate, Body(name + "a", password)));
        }
    }, Quick);

    [Fact]
    [Trait("Contract", "1.users.race")]
    public Task Create_SixtyFourAtOnceOfOneName_ExactlyOneIsMade() => WithGatewayAsync(async gateway =>
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => gateway.Client.UsersAsync("POST", Root, Body("racer", Base64($"password {i}")))));
        var winner = Array.FindIndex(answers, static answer => answer.Status == 201);
        Assert.Equal([201, .. Enumerable.Repeat(409, 63)], answers.Select(static answer => answer.Status).Order());
        Assert.All(answers.Where(static answer => answer.Status == 409), answer => Assert.Equal(Error("User 'racer' already exists."), answer.Body));
        Assert.Equal(200, (await gateway.Client.UsersAsync("POST", Validate, Body("racer", Base64($"password {winner}")))).Status);
    });

    [Fact]
    [Trait("Contract", "1.users.update")]
    public Task Update_OfPasswordAndFlagAtTheSameTime_LosesNeither() => WithGatewayAsync(async gateway =>
    {
        for (var round = 0; round < 5; round++)
        {
            var name = $"pair {round}";
            await gateway.Client.UsersAsync("POST", Root, Body(name, Base64("old")));
            var answers = await Task.WhenAll(
                gateway.Client.UsersAsync("PUT", PathOf(name), Body(isAdmin: true)),
                gateway.Client.UsersAsync("PUT", PathOf(name), Body(password: Base64("new"))),
                gateway.Client.UsersAsync("PUT", PathOf(name), Body(isAdmin: true)));
            Assert.All(answers, static answer => Assert.Equal(200, answer.Status));
            Assert.Equal((200, Told(name, Base64("new"), true)), await gateway.Client.UsersAsync("POST", Validate, Body(name, Base64("new"))));
        }
    });

    [Fact]
    [Trait("Contract", "1.users.password")]
    public Task EchoPassword_Off_NoAnswerHasAPassword() => WithGatewayAsync(
        async gateway =>
        {
            var password = Base64("p");
            Assert.Equal((201, Told("ann", null, false)), await gateway.Client.UsersAsync("POST", Root, Body("ann", password)));
            Assert.Equal((200, Told("ann", null, false)), await gateway.Client.UsersAsync("PUT", Root + "/ann", Body(password: password)));
            Assert.Equal((200, Told("ann", null, false)), await gateway.Client.UsersAsync("POST", Validate, Body("ann", password)));
        },
        static options => options with { Config = static _ => """{ "users": { "echoPassword": false } }""" });

    [Fact]
    [Trait("Contract", "1.users.password")]
    public Task Password_OfAnyBytes_IsTaken() => WithGatewayAsync(async gateway =>
    {
        var passwords = new[] { [0], [0, 1, 2], [0xff, 0xfe], Enumerable.Range(0, 256).Select(static i => (byte)i).ToArray(), new byte[1024] };
        for (var i = 0; i < passwords.Length; i++)
        {
            var text = Convert.ToBase64String(passwords[i]);
            Assert.Equal((201, Told($"user {i}", text, false)), await gateway.Client.UsersAsync("POST", Root, Body($"user {i}", text)));
            Assert.Equal((200, Told($"user {i}", text, false)), await gateway.Client.UsersAsync("POST", Validate, Body($"user {i}", text)));
            passwords[i][^1] ^= 1;
            Assert.Equal(401, (await gateway.Client.UsersAsync("POST", Validate, Body($"user {i}", Convert.ToBase64String(passwords[i])))).Status);
        }
    });
}
