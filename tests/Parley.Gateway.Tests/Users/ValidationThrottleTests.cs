using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Parley.Gateway.Tests.Harness;
using Parley.Gateway.Users;
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

    // An application may sign one user in many times at once: only failures count, and the hash queue has room for all of these.
    [Fact]
    [Trait("Contract", "1.users.validate")]
    public async Task Validate_SixtyFourRightOnesOfOneUserAtOnce_AllSucceed()
    {
        await using var gateway = await GatewayHost.StartAsync(Options);
        await gateway.Client.UsersAsync("POST", Root, Body("known", Base64("right")));
        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => gateway.Client.UsersAsync("POST", Validate, Body("known", Base64("right")))));
        Assert.All(answers, static answer => Assert.Equal(200, answer.Status));
    }

    [Fact]
    [Trait("Contract", "1.users.validate")]
    public async Task Validate_ThatTheCallerLeftBeforeItsTurn_CountsNothing()
    {
        await using var gateway = await GatewayHost.StartAsync(Options);
        await gateway.Client.UsersAsync("POST", Root, Body("known", Base64("right")));
        var (users, hashing) = (gateway.Services.GetRequiredService<UserDirectory>(), gateway.Services.GetRequiredService<PasswordHashing>());
        using var gate = new ManualResetEventSlim();
        var busy = Enumerable.Range(0, PasswordHashing.MostAtOnce).Select(_ => hashing.TryRun(() => gate.Wait(GatewayCalls.Patience), CancellationToken.None)!).ToList();
        for (var i = 0; i < 2 * ValidationThrottle.FailuresPerUser; i++)
        {
            using var caller = new CancellationTokenSource();
            var asking = users.ValidateAsync("known", "wrong"u8.ToArray(), IPAddress.Loopback, caller.Token);
            while (hashing.Waiting == 0) await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, GatewayCalls.Limit());
            await caller.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking.WaitAsync(GatewayCalls.Limit()));
        }

        gate.Set();
        await Task.WhenAll(busy).WaitAsync(GatewayCalls.Limit());
        Assert.Equal(200, (await gateway.Client.UsersAsync("POST", Validate, Body("known", Base64("right")))).Status);
    }

    [Fact]
    public void Guesses_SentAllAtOnce_AreSoManyOnce_AndThenTheWaitIsSoMuchLonger()
    {
        var throttle = new ValidationThrottle(_time);
        var begun = Enumerable.Range(0, 1000).Select(_ => throttle.TryBegin("ann", IPAddress.Loopback, out var wait) ?? (wait == TimeSpan.Zero ? null : throw new InvalidOperationException())).ToList();
        Assert.Equal(ValidationThrottle.MostAtOncePerUser, begun.Count(static attempt => attempt is not null));
        using (var other = throttle.TryBegin("bob", IPAddress.Loopback, out _)) Assert.NotNull(other);
        foreach (var attempt in begun.OfType<ValidationThrottle.Try>())
        {
            attempt.Fail();
            attempt.Dispose();
        }

        Assert.Null(throttle.TryBegin("ann", IPAddress.Broadcast, out var left));
        // 64 failures at 10 a minute, less those that are free: on average no more get through than one after the other.
        Assert.Equal(TimeSpan.FromSeconds((64 - 10 + 1) * 6), left);
        _time.Advance(left);
        Assert.True(Fails(throttle, "ann", IPAddress.Broadcast));
        Assert.False(Fails(throttle, "ann", IPAddress.Broadcast));
    }

    [Fact]
    public void Tries_ThatEndWithoutAFailure_LeaveNothingBehind()
    {
        var throttle = new ValidationThrottle(_time);
        for (var i = 0; i < 1000; i++)
        {
            using var attempt = throttle.TryBegin("ann", IPAddress.Loopback, out _);
            Assert.NotNull(attempt);
        }
    }

    [Fact]
    public void Address_OfIPv6_IsCountedByItsNetwork_AndOfMappedIPv4AsItself()
    {
        var throttle = new ValidationThrottle(_time);
        var network = Enumerable.Range(0, 300).Count(i => Fails(throttle, $"u{i}", IPAddress.Parse($"2001:db8::{i:x}")));
        var other = Fails(throttle, "x", IPAddress.Parse("2001:db8:0:1::1"));
        var mapped = Enumerable.Range(0, 300).Count(i => Fails(throttle, $"m{i}", IPAddress.Parse(i % 2 == 0 ? "192.0.2.1" : "::ffff:192.0.2.1")));
        Assert.Equal((100, true, 100), (network, other, mapped));
    }

    private static bool Fails(ValidationThrottle throttle, string name, IPAddress address)
    {
        using var attempt = throttle.TryBegin(name, address, out _);
        attempt?.Fail();
        return attempt is not null;
    }

    private static bool Fails(ThrottleTable table, UInt128 key)
    {
        if (!table.MayTry(key, out _)) return false;
        table.Count(key);
        return true;
    }

    [Fact]
    public void Table_OneKey_IsLimitedOverAnyPeriodAndRecoversEvenly()
    {
        var table = new ThrottleTable(4, TimeSpan.FromSeconds(40), 10, _time);
        Assert.Equal(4, Enumerable.Range(0, 20).Count(i => Fails(table, 1)));
        var taken = 0;
        for (var second = 0; second < 40; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            if (Fails(table, 1)) taken++;
            else Assert.True(!table.MayTry(1, out var wait) && wait.TotalSeconds is >= 0.001 and <= 10);
        }

        Assert.Equal(4, taken);
        _time.Advance(TimeSpan.FromSeconds(40));
        Assert.Equal(4, Enumerable.Range(0, 20).Count(i => Fails(table, 1)));
    }

    // failures.md §1.31 and §1.28: a flood of names neither grows the table, nor pushes out what it knows, nor gets in by the thousand.
    [Fact]
    public void Table_ThatIsFull_NeitherGrowsNorForgetsNorLetsTheRestIn()
    {
        var table = new ThrottleTable(2, TimeSpan.FromMinutes(1), 100, _time);
        Assert.True(Fails(table, UInt128.One) && Fails(table, UInt128.One));
        var taken = Enumerable.Range(2, 10_000).Count(i => Fails(table, (UInt128)i));
        Assert.Equal(99 + 2, taken);
        Assert.Equal(101, table.Keys);
        Assert.False(Fails(table, UInt128.One));

        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(100, Enumerable.Range(20_000, 100).Count(i => Fails(table, (UInt128)i)));
        Assert.Equal(100, table.Keys);
    }
}
