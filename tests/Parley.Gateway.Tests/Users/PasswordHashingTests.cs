using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Parley.Gateway.Tests.Harness;
using Parley.Gateway.Users.Passwords;
using static Parley.Gateway.Tests.Users.UserCalls;

namespace Parley.Gateway.Tests.Users;

/// <summary>Hashing has threads of its own, two at most, and a queue with an end.</summary>
public sealed class PasswordHashingTests : IDisposable
{
    private readonly PasswordHashing _hashing = new();
    private readonly ManualResetEventSlim _gate = new();

    public void Dispose()
    {
        _gate.Set();
        _hashing.Dispose();
    }

    [Fact]
    public async Task Work_RunsTwoAtATime_OffTheThreadPool()
    {
        var (running, most, threads) = (0, 0, new ConcurrentDictionary<int, bool>());
        var all = Enumerable.Range(0, 40).Select(i => _hashing.TryRun(
            () =>
            {
                var now = Interlocked.Increment(ref running);
                InterlockedMax(ref most, now);
                threads[Environment.CurrentManagedThreadId] = Thread.CurrentThread.IsThreadPoolThread;
                Thread.SpinWait(20_000);
                Interlocked.Decrement(ref running);
                return i;
            },
            CancellationToken.None)!).ToList();
        Assert.Equal(Enumerable.Range(0, 40), await Task.WhenAll(all));
        Assert.InRange(most, 1, PasswordHashing.MostAtOnce);
        Assert.InRange(threads.Count, 1, PasswordHashing.MostAtOnce);
        Assert.All(threads.Values, Assert.False);
    }

    // failures.md §1.31: bounded queues only.
    [Fact]
    public async Task Queue_ThatIsFull_TakesNoMoreUntilItHasRoom()
    {
        var busy = await FillAsync();
        Assert.Null(_hashing.TryRun(static () => 0, CancellationToken.None));

        _gate.Set();
        Assert.All(await Task.WhenAll(busy).WaitAsync(GatewayCalls.Limit()), static n => Assert.Equal(1, n));
        Assert.Equal(7, await _hashing.TryRun(static () => 7, CancellationToken.None)!.WaitAsync(GatewayCalls.Limit()));
    }

    [Fact]
    public async Task Caller_ThatLeavesWhileItWaits_FreesItsPlaceAndCostsNoHash()
    {
        var busy = await FillAsync(leaveRoom: 1);
        using var caller = new CancellationTokenSource();
        var ran = false;
        var waiting = _hashing.TryRun(() => ran = true, caller.Token)!;
        Assert.Null(_hashing.TryRun(static () => 0, CancellationToken.None));
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(GatewayCalls.Limit()));
        var next = _hashing.TryRun(static () => 5, CancellationToken.None);
        Assert.NotNull(next);
        _gate.Set();
        Assert.Equal(5, await next.WaitAsync(GatewayCalls.Limit()));
        await Task.WhenAll(busy).WaitAsync(GatewayCalls.Limit());
        Assert.False(ran);
    }

    [Fact]
    public async Task Work_ThatFails_FailsItsCallerAlone()
    {
        await Assert.ThrowsAsync<FormatException>(() => _hashing.TryRun<int>(static () => throw new FormatException(), CancellationToken.None)!);
        Assert.Equal(3, await _hashing.TryRun(static () => 3, CancellationToken.None)!);
    }

    [Fact]
    [Trait("Contract", "1.users.validate")]
    public async Task Gateway_WithAFullQueue_Answers429WithRetryAfter_AndGoesOnServingModels()
    {
        await using var gateway = await GatewayHost.StartAsync();
        var hashing = gateway.Services.GetRequiredService<PasswordHashing>();
        var busy = await FillAsync(hashing);
        foreach (var (method, path, body) in new[] { ("POST", Root, Body("x", Base64("p"))), ("POST", Validate, Body("x", Base64("p"))) })
        {
            var (status, text, headers) = await gateway.Client.UsersAnswerAsync(method, path, body);
            Assert.Equal((429, Error("Too many passwords are being checked at the moment. Try again in a few seconds.")), (status, text));
            Assert.True(headers.RetryAfter?.Delta > TimeSpan.Zero);
        }

        Assert.Equal(200, (await gateway.CallAsync(GatewayCalls.Chat, GatewayCalls.Body(GatewayCalls.Chat, stream: false))).Status);
        _gate.Set();
        await Task.WhenAll(busy).WaitAsync(GatewayCalls.Limit());
        Assert.Equal(401, (await gateway.Client.UsersAsync("POST", Validate, Body("x", Base64("p")))).Status);
    }

    private Task<List<Task<int>>> FillAsync(int leaveRoom = 0) => FillAsync(_hashing, leaveRoom);

    private async Task<List<Task<int>>> FillAsync(PasswordHashing hashing, int leaveRoom = 0)
    {
        using var started = new SemaphoreSlim(0);
        var busy = new List<Task<int>>();
        for (var i = 0; i < PasswordHashing.MostAtOnce; i++)
        {
            busy.Add(hashing.TryRun(
                () =>
                {
                    started.Release();
                    _gate.Wait();
                    return 1;
                },
                CancellationToken.None)!);
        }

        for (var i = 0; i < PasswordHashing.MostAtOnce; i++) Assert.True(await started.WaitAsync(GatewayCalls.Patience));
        for (var i = leaveRoom; i < PasswordHashing.MostWaiting; i++) busy.Add(hashing.TryRun(static () => 1, CancellationToken.None)!);
        return busy;
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); value > seen;) seen = Interlocked.CompareExchange(ref most, value, seen);
    }
}
