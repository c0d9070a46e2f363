using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Resilience;
using Parley.Gateway.Resilience.Breakers;
using Parley.Gateway.Routing;
using Parley.Gateway.Routing.Affinity;
using Parley.Gateway.Storage;
using Parley.Gateway.Tests.Harness;
using Parley.Testing;

namespace Parley.Gateway.Tests.Routing.Affinity;

/// <summary>The memory of makers: bounded, the callers apart, kept for 30 days, never in the way of a request.</summary>
public sealed class MakerStoreTests : IAsyncLifetime
{
    private readonly ManualTimeProvider _time = new();
    private readonly string _directory = Directory.CreateTempSubdirectory("parley-test-").FullName;
    private SqliteDatabase _database = null!;

    public Task InitializeAsync()
    {
        _database = SqliteDatabase.Open(Path.Combine(_directory, "parley.db"), Schema.Migrations, _time);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _database.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public void Memory_IsBounded_AndKeepsWhatIsUsed()
    {
        var recent = new RecentlyUsed<UInt128, Maker>(1000);
        var maker = new Maker("p", "p/m", 0);
        for (var key = 0; key < 20_000; key++)
        {
            recent.Add((UInt128)key, maker);
            Assert.True(recent.TryFind(7, out _) || key < 7);
            Assert.True(recent.Count <= 1000);
        }

        for (var key = 19_501; key < 20_000; key++) Assert.True(recent.TryFind((UInt128)key, out _));
        Assert.False(recent.TryFind(15_000, out _));
    }

    [Fact]
    public void Key_IsOfItsCallerAndKind_AndResolvesEscapes()
    {
        var key = MakerKey.Of("a", MakerKind.Response, "resp/+1"u8);
        Assert.Equal(key, MakerKey.Of("a", MakerKind.Response, "resp\\/\\u002b1"u8));
        Assert.Equal(key, MakerKey.OfText("a", MakerKind.Response, "resp/+1"));
        UInt128[] others = [MakerKey.Of("b", MakerKind.Response, "resp/+1"u8), MakerKey.Of("a", MakerKind.Reasoning, "resp/+1"u8), MakerKey.Of("ar", MakerKind.Response, "esp/+1"u8), MakerKey.Of("a", MakerKind.Response, "resp/+1\\x"u8)];
        Assert.DoesNotContain(key, others);
        Assert.Equal(others.Length, others.Distinct().Count());
    }

    [Fact]
    public async Task Entries_AreForgottenAfterThirtyDays_AndDeletedInBatches()
    {
        var table = new MakerTable(_database, _time);
        var maker = new Maker("p", "p/m", 2);
        await table.WriteAsync([.. Enumerable.Range(0, 2500).Select(key => new MakerTable.Entry((UInt128)key, MakerKind.Response, maker, _time.GetUtcNow()))], GatewayCalls.Limit());
        _time.Advance(TimeSpan.FromDays(29));
        await table.WriteAsync([new MakerTable.Entry(9000, MakerKind.File, maker, _time.GetUtcNow()), new MakerTable.Entry(1, MakerKind.Response, maker with { Credential = 1 }, _time.GetUtcNow())], GatewayCalls.Limit());
        Assert.Equal((0, maker), (await table.DeleteOldAsync(GatewayCalls.Limit()), (await table.FindAsync([77], GatewayCalls.Limit()))!.Value.Maker));
        Assert.Equal([MakerKind.Response, MakerKind.File], await table.KindsAsync(GatewayCalls.Limit()));

        _time.Advance(TimeSpan.FromDays(2));
        Assert.Null(await table.FindAsync([77], GatewayCalls.Limit()));
        Assert.Equal(2499, await table.DeleteOldAsync(GatewayCalls.Limit()));
        // Written again under the same key: what was said last counts, and lives as long again.
        Assert.Equal(((UInt128)1, maker with { Credential = 1 }), await table.FindAsync([77, 1, 9000], GatewayCalls.Limit()));
    }

    [Fact]
    public async Task Writer_GathersForAQuarterOfASecond_AndFlushesWhenItStops()
    {
        var table = new MakerTable(_database, _time);
        var store = new MakerStore(table, _time, NullLogger<MakerStore>.Instance);
        using var writer = new MakerWriter(store, table, _time, NullLogger<MakerWriter>.Instance);
        await writer.StartAsync(GatewayCalls.Limit());
        var timers = _time.PendingTimers;
        var maker = new Maker("p", "p/m", 0);
        store.Learn("a", MakerKind.Response, "r1", maker);
        store.Learn("a", MakerKind.Response, "r1", maker);
        store.Learn("a", MakerKind.Response, "r2", maker);
        await _time.WaitForTimersAsync(timers + 1, GatewayCalls.Limit());
        Assert.Equal(2, store.Waiting.Count);
        _time.Advance(TimeSpan.FromMilliseconds(250));
        while (await table.FindAsync([MakerKey.OfText("a", MakerKind.Response, "r2")], GatewayCalls.Limit()) is null) await Task.Yield();

        store.Learn("a", MakerKind.File, "f1", maker);
        await writer.StopAsync(GatewayCalls.Limit());
        Assert.NotNull(await table.FindAsync([MakerKey.OfText("a", MakerKind.File, "f1")], GatewayCalls.Limit()));

        // The next start knows what there is to look for.
        var next = new MakerStore(table, _time, NullLogger<MakerStore>.Instance);
        using var again = new MakerWriter(next, table, _time, NullLogger<MakerWriter>.Instance);
        await again.StartAsync(GatewayCalls.Limit());
        Assert.Equal((false, true, false), (next.IsEmptyOf(MakerKind.Response), next.IsEmptyOf(MakerKind.Reasoning), next.IsEmptyOf(MakerKind.File)));
        Assert.Equal(maker, await next.FindAsync([MakerKey.OfText("a", MakerKind.Response, "r1")], GatewayCalls.Limit()));
        Assert.True(next.TryFind(MakerKey.OfText("a", MakerKind.Response, "r1"), out _));
        await again.StopAsync(GatewayCalls.Limit());
    }

    [Fact]
    public async Task Database_Broken_RequestsGoOnWithoutThePin_AndNothingWaitsForEver()
    {
        await using (var connection = new SqliteConnection($"Data Source={_database.Path}"))
        {
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = "DROP TABLE makers";
            await command.ExecuteNonQueryAsync();
        }

        var store = new MakerStore(new MakerTable(_database, _time), _time, NullLogger<MakerStore>.Instance);
        Assert.Null(await store.FindAsync([1], GatewayCalls.Limit()));
        for (var id = 0; id < 30_000; id++) store.Learn((UInt128)id, MakerKind.Response, new Maker("p", "p/m", 0));
        Assert.Equal((20_000, 10_000L), (store.Waiting.Count, store.TakeLeftOut()));
        using var writer = new MakerWriter(store, new MakerTable(_database, _time), _time, NullLogger<MakerWriter>.Instance);
        await writer.FlushAsync(GatewayCalls.Limit());
        Assert.Equal(0, store.Waiting.Count);
    }

    [Fact]
    public void Cursor_PinnedToACredentialThatIsOut_TakesNoOther()
    {
        // API Management's rule answers 503 when all are out; the simple one tries the maker all the same.
        var now = _time.GetTimestamp();
        var failure = new TargetFailure(GatewayErrorKind.UpstreamRateLimited, 429, TimeSpan.FromSeconds(20));
        foreach (var rule in (BreakerRule[])[BreakerRule.Counted, BreakerRule.Simple])
        {
            var (model, _) = AffinityModels.Of(2, _time, keys: 3, new BreakerConfig { Rule = rule, Count = 1 });
            var plan = new RoutePlan(model, model.Pool.All) { Preferred = 1, IsPinned = true, PreferredCredential = 2 };
            var cursor = new RouteCursor(plan);
            Assert.True(cursor.MoveToTarget(now));
            Assert.Equal(("p1/m1", 2, false, false), (cursor.Target.Name, cursor.Credential, cursor.HasOtherTarget, cursor.HasOtherCredential));
            Assert.False(cursor.MoveToCredential(now) || cursor.MoveToTarget(now));

            model.Pool.Members[1].State.Breakers[2].Fail(now, in failure);
            cursor = new RouteCursor(plan);
            Assert.Equal(rule == BreakerRule.Simple, cursor.MoveToTarget(now));
            if (rule == BreakerRule.Simple) Assert.Equal(2, cursor.Credential);
            Assert.Equal(20, plan.ShortestWait(now).TotalSeconds);
        }
    }
}
