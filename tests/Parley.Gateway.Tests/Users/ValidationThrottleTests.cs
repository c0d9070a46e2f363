using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Parley.Gateway.Tests.Harness;
using Parley.Gateway.Users.Passwords;
using Parley.Gateway.Users.Throttling;
using Parley.Testing;
using static Parley.Gateway.Tests.Users.UserCalls;

namespace Parley.Gateway.Tests.Users;

public sealed class ValidationThrottleTests
{
    private readonly ManualTimeProvider _time = new();

    private GatewayHostOptions Options => new() { Time = _time, Services = static services => services.AddSingleton(new PasswordHasher(10)) };

    [Theory]
    [InlineData("known")]
    [InlineData("unknown")]
    [Trait("Contract", "1.users.validate")]
    public async Task Validate_WrongTooOftenForAUser_Is429UntilTimeHasPassed(string name)
    {
        await using var gateway = await GatewayHost.StartAsync(Options);
        await gateway.Client.UsersAsync("POST", Root, Body("known", Base64("right")));
        for (var i = 0; i < ValidationThrottle.FailuresPerUser; i++)
            Assert.Equal(401, (await gateway.Client.UsersAsync("POST", Validate, Body(name, Base64("wrong")))).Status);

        var (status, body, headers) = await gateway.Client.UsersAnswerAsync("POST", Validate, Body(name, Base64("right")));
        Assert.Equal((429, Error("Too many attempts to sign in as this user or from this address. Try again later.")), (status, body));
        Assert.Equal(TimeSpan.FromSeconds(6), headers.RetryAfter!.Delta);
        // Another user is not held up, and time heals.
        Assert.Equal(401, (await gateway.Client.UsersAsync("POST", Validate, Body("other", Base64("wrong")))).Status);
        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(name == "known" ? 200 : 401, (await gateway.Client.UsersAsync("POST", Validate, Body(name, Base64("right")))).Status);
    }

    [Fact]
    [Trait("Contract", "1.users.validate")]
    public async Task Validate_OfManyUnknownNamesFromOneAddress_Is429()
    {
        await using var gateway = await GatewayHost.StartAsync(Options);
        await gateway.Client.UsersAsync("POST", Root, Body("known", Base64("right")));
        for (var i = 0; i < ValidationThrottle.FailuresPerAddress; i++)
            Assert.Equal(401, (await gateway.Client.UsersAsync("POST", Validate, Body($"guess {i}", Base64("wrong")))).Status);
        Assert.Equal(429, (await gateway.Client.UsersAsync("POST", Validate, Body("known", Base64("right")))).Status);
    }

    [Fact]
    [Trait("Contract", "1.users.validate")]
    public async Task Validate_ThatSucceeds_CountsNothing()
    {
        await using var gateway = await GatewayHost.StartAsync(Options);
        await gateway.Client.UsersAsync("POST", Root, Body("known", Base64("right")));
        for (var i = 0; i < ValidationThrottle.FailuresPerAddress + 10; i++)
            Assert.Equal(200, (await gateway.Client.UsersAsync("POST", Validate, Body("known", Base64("right")))).Status);
    }

    [Fact]
    public void Tries_SentAllAtOnce_AreCountedBeforeTheyAreAnswered()
    {
        var throttle = new ValidationThrottle(_time);
        var begun = Enumerable.Range(0, 50).Count(i => throttle.TryBegin("ann", IPAddress.Loopback, out _, out _));
        Assert.Equal(ValidationThrottle.FailuresPerUser, begun);
    }

    [Fact]
    public void Address_OfIPv6_IsCountedByItsNetwork_AndOfMappedIPv4AsItself()
    {
        var throttle = new ValidationThrottle(_time);
        var network = Enumerable.Range(0, 300).Count(i => throttle.TryBegin($"u{i}", IPAddress.Parse($"2001:db8::{i:x}"), out _, out _));
        var other = throttle.TryBegin("x", IPAddress.Parse("2001:db8:0:1::1"), out _, out _);
        var mapped = Enumerable.Range(0, 300).Count(i => throttle.TryBegin($"m{i}", IPAddress.Parse(i % 2 == 0 ? "192.0.2.1" : "::ffff:192.0.2.1"), out _, out _));
        Assert.Equal((100, true, 100), (network, other, mapped));
    }

    [Fact]
    public void Table_OneKey_IsLimitedOverAnyPeriodAndRecoversEvenly()
    {
        var table = new ThrottleTable(4, TimeSpan.FromSeconds(40), 10, _time);
        Assert.Equal(4, Enumerable.Range(0, 20).Count(i => table.TryTake(1, out _, out _)));
        var taken = 0;
        for (var second = 0; second < 40; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            if (table.TryTake(1, out _, out var wait)) taken++;
            else Assert.InRange(wait.TotalSeconds, 0.001, 10);
        }

        Assert.Equal(4, taken);
        _time.Advance(TimeSpan.FromSeconds(40));
        Assert.Equal(4, Enumerable.Range(0, 20).Count(i => table.TryTake(1, out _, out _)));
    }

    // failures.md §1.31 and §1.28: a flood of names neither grows the table, nor pushes out what it knows, nor gets in by the thousand.
    [Fact]
    public void Table_ThatIsFull_NeitherGrowsNorForgetsNorLetsTheRestIn()
    {
        var table = new ThrottleTable(2, TimeSpan.FromMinutes(1), 100, _time);
        Assert.True(table.TryTake(UInt128.One, out _, out _) && table.TryTake(UInt128.One, out _, out _));
        var taken = Enumerable.Range(2, 10_000).Count(i => table.TryTake((UInt128)i, out _, out _));
        Assert.Equal(99 + 2, taken);
        Assert.Equal(101, table.Count);
        Assert.False(table.TryTake(UInt128.One, out _, out _));

        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(100, Enumerable.Range(20_000, 100).Count(i => table.TryTake((UInt128)i, out UInt128 place, out _) && place == (UInt128)i));
        Assert.Equal(100, table.Count);
    }

    [Fact]
    public void Table_TryGivenBack_IsFreeAgain_AlsoInTheSharedPlace()
    {
        var table = new ThrottleTable(1, TimeSpan.FromMinutes(1), 1, _time);
        Assert.True(table.TryTake(1, out _, out _));
        Assert.True(table.TryTake(2, out var crowd, out _));
        Assert.False(table.TryTake(3, out _, out _));
        table.GiveBack(crowd);
        Assert.True(table.TryTake(3, out _, out _));
    }
}
