using Microsoft.Extensions.DependencyInjection;
using Parley.Gateway.Tests.Harness;
using Parley.Gateway.Users;
using Parley.Gateway.Users.Passwords;
using static Parley.Gateway.Tests.Users.UserCalls;

namespace Parley.Gateway.Tests.Users;

/// <summary>Creations that wait behind one of the same name.</summary>
[Trait("Contract", "1.users.race")]
public sealed class CreationRaceTests
{
    // Two creations wait; the first is carried out and its user deleted again before it is the second's turn.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Create_BehindOneWhoseUserWasDeletedAgain_MakesTheUser(bool isDeleted)
    {
        await using var gateway = await GatewayHost.StartAsync(new GatewayHostOptions { Services = static services => services.AddSingleton(new PasswordHasher(10)) });
        var (users, hashing) = (gateway.Services.GetRequiredService<UserDirectory>(), gateway.Services.GetRequiredService<PasswordHashing>());
        using var gate = new ManualResetEventSlim();
        using var between = new ManualResetEventSlim();
        using var started = new SemaphoreSlim(0);
        List<Task<bool>> busy = [];
        for (var i = 0; i < PasswordHashing.MostAtOnce; i++) busy.Add(hashing.TryRun(() => started.Release() >= 0 && gate.Wait(GatewayCalls.Patience), CancellationToken.None)!);
        for (var i = 0; i < PasswordHashing.MostAtOnce; i++) Assert.True(await started.WaitAsync(GatewayCalls.Patience));

        var first = users.CreateAsync("racer", "first"u8.ToArray(), isAdmin: false, GatewayCalls.Limit());
        await UntilAsync(() => hashing.Waiting == 1);
        for (var i = 0; i < PasswordHashing.MostAtOnce; i++) busy.Add(hashing.TryRun(() => between.Wait(GatewayCalls.Patience), CancellationToken.None)!);
        var second = users.CreateAsync("racer", "second"u8.ToArray(), isAdmin: false, GatewayCalls.Limit());
        await UntilAsync(() => hashing.Waiting == 2 + PasswordHashing.MostAtOnce);

        gate.Set();
        Assert.Null((await first).Error);
        if (isDeleted) Assert.Null((await users.DeleteAsync("racer", GatewayCalls.Limit())).Error);
        between.Set();
        var outcome = await second;
        await Task.WhenAll(busy).WaitAsync(GatewayCalls.Limit());
        Assert.Equal(isDeleted ? null : "User 'racer' already exists.", outcome.Error?.Message);
        Assert.Equal(200, (await gateway.Client.UsersAsync("POST", Validate, Body("racer", Base64(isDeleted ? "second" : "first")))).Status);
    }

    private static async Task UntilAsync(Func<bool> isSo)
    {
        var limit = GatewayCalls.Limit();
        while (!isSo()) await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, limit);
    }
}
