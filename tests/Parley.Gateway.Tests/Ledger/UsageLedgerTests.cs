using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;

namespace Parley.Gateway.Tests.Ledger;

public sealed class UsageLedgerTests
{
    [Fact]
    public async Task Append_SixtyFourAtOnce_EveryRowAndEveryTokenIsThere()
    {
        await using var fixture = new LedgerFixture();
        await using var ledger = await fixture.StartAsync();
        await Task.WhenAll(Enumerable.Range(0, 64).Select(worker => Task.Run(async () =>
        {
            for (var i = 0; i < 200; i++) Assert.True(await ledger.AppendAsync(fixture.Record(output: worker), LedgerFixture.Timeout));
        })));

        Assert.True(await LedgerFixture.CaughtUpAsync(ledger));

        Assert.Equal(12_800, fixture.Rows());
        Assert.Equal(200 * (63 * 64 / 2), fixture.Scalar<long>("SELECT SUM(output_tokens) FROM ledger_usage"));
        Assert.Equal((12_800, 0, 0, 0), (ledger.Written, ledger.Failed, ledger.Lost, ledger.Pending));
    }

    [Fact]
    public async Task Append_NobodyWrites_CompletesOnTheCallersThread()
    {
        await using var fixture = new LedgerFixture();
        await using var ledger = await fixture.StartAsync();

        var append = ledger.AppendAsync(fixture.Record(), default).AsTask();

        Assert.True(append.IsCompletedSuccessfully);
        Assert.True(await append);
    }

    [Fact]
    public async Task Append_QueueOverflowsWhileTheDatabaseIsLocked_IsReadBackFromTheSegments()
    {
        await using var fixture = new LedgerFixture();
        fixture.Options = fixture.Options with { QueueRecords = 50, BatchRows = 16, SegmentBytes = 4096 };
        await using var ledger = await fixture.StartAsync();
        await using (var other = new SqliteConnection($"Data Source={fixture.Options.DatabasePath};Pooling=False"))
        {
            other.Open();
            other.Execute("BEGIN IMMEDIATE");
            for (var i = 0; i < 1000; i++) Assert.True(await ledger.AppendAsync(fixture.Record(output: i), default));
            _ = ledger.CatchUpAsync(TimeSpan.FromHours(1), default);
            LedgerFixture.Until(() => fixture.Log.At(LogLevel.Error).Count == 1);
            Assert.Equal(1000, ledger.Pending);
            Assert.True(fixture.SegmentFiles.Length > 10);
            other.Execute("ROLLBACK");
        }

        LedgerFixture.Until(() =>
        {
            fixture.Time.Advance(TimeSpan.FromSeconds(1));
            return ledger.Pending == 0;
        });

        Assert.Equal(999 * 1000 / 2, fixture.Scalar<long>("SELECT SUM(output_tokens) FROM ledger_usage"));
        LedgerFixture.Until(() => fixture.SegmentFiles.Length == 1);
        LedgerFixture.Until(() => fixture.Log.At(LogLevel.Error).Count == 2);
        Assert.True(await ledger.AppendAsync(fixture.Record(), default));
        Assert.True(await LedgerFixture.CaughtUpAsync(ledger));
        Assert.Equal(1001, fixture.Rows());
    }

    [Fact]
    public async Task Append_CommitIsDatabase_CompletesWhenTheRowIsThere()
    {
        await using var fixture = new LedgerFixture();
        fixture.Options = fixture.Options with { Config = new LedgerConfig { Commit = LedgerCommit.Database } };
        await using var ledger = await fixture.StartAsync();

        Assert.True(await ledger.AppendAsync(fixture.Record(), LedgerFixture.Timeout));

        Assert.Equal(1, fixture.Rows());
    }

    [Fact]
    public async Task Append_CommitIsDatabaseAndItIsLocked_SaysFalseAfterTheLimitAndStopsAccepting()
    {
        await using var fixture = new LedgerFixture();
        fixture.Options = fixture.Options with { Config = new LedgerConfig { Commit = LedgerCommit.Database } };
        await using var ledger = await fixture.StartAsync();
        await using var other = new SqliteConnection($"Data Source={fixture.Options.DatabasePath};Pooling=False");
        other.Open();
        other.Execute("BEGIN IMMEDIATE");

        var append = ledger.AppendAsync(fixture.Record(), LedgerFixture.Timeout).AsTask();
        LedgerFixture.Until(() => !ledger.IsAccepting);
        fixture.Time.Advance(fixture.Options.CommitLimit);

        Assert.False(await append);
        other.Execute("ROLLBACK");
        LedgerFixture.Until(() =>
        {
            fixture.Time.Advance(TimeSpan.FromSeconds(1));
            return ledger.IsAccepting && ledger.Pending == 0;
        });
        Assert.Equal(1, fixture.Rows());
    }

    [Fact]
    public async Task Start_SegmentsAppliedBefore_ChangesNothing()
    {
        await using var fixture = new LedgerFixture();
        var copy = Path.Combine(fixture.Root, "copy");
        await using (var ledger = await fixture.StartAsync())
        {
            for (var i = 0; i < 100; i++) Assert.True(await ledger.AppendAsync(fixture.Record(), default));
            Directory.CreateDirectory(copy);
            foreach (var file in fixture.SegmentFiles) File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }

        Assert.Empty(fixture.SegmentFiles);
        for (var round = 0; round < 2; round++)
        {
            foreach (var file in Directory.GetFiles(copy)) File.Copy(file, Path.Combine(fixture.Options.Directory, Path.GetFileName(file)));
            await using var ledger = await fixture.StartAsync();
            Assert.True(await LedgerFixture.CaughtUpAsync(ledger));
            Assert.Equal((100, 0, 0, 500), (fixture.Rows(), ledger.Pending, ledger.Lost, fixture.Scalar<long>("SELECT SUM(reasoning_tokens) FROM ledger_usage")));
        }
    }

    [Fact]
    public async Task Start_JournalOfAKilledProcess_IsApplied()
    {
        await using var fixture = new LedgerFixture();
        var record = fixture.Record();
        using (var journal = fixture.OpenJournal())
        {
            Assert.True(await journal.AppendAsync(record, default));
            journal.Append(fixture.Record());
        }

        await using var ledger = await fixture.StartAsync();
        Assert.True(await ledger.AppendAsync(fixture.Record(), default));
        Assert.True(await LedgerFixture.CaughtUpAsync(ledger));

        Assert.Equal(3, fixture.Rows());
        LedgerFixture.Until(() => fixture.SegmentFiles.Length == 1);
    }

    [Fact]
    public async Task Start_DirectoryOfALivingLedger_Refuses()
    {
        await using var fixture = new LedgerFixture();
        await using var ledger = await fixture.StartAsync();
        await using var second = fixture.Create();

        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => second.StartAsync(default));

        Assert.Contains(fixture.Options.Directory, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_RecordsInTheQueue_AreAllInTheDatabaseAndNoSegmentIsLeft()
    {
        await using var fixture = new LedgerFixture();
        var ledger = await fixture.StartAsync();
        var appends = Enumerable.Range(0, 3000).Select(_ => ledger.AppendAsync(fixture.Record(), default).AsTask()).ToList();

        await ledger.StopAsync(LedgerFixture.Timeout);

        Assert.All(await Task.WhenAll(appends), Assert.True);
        Assert.Equal(3000, fixture.Rows());
        Assert.Empty(fixture.SegmentFiles);
        Assert.False(await ledger.AppendAsync(fixture.Record(), default));
    }

    [Fact]
    public async Task Stop_DatabaseLocked_EndsWithTheTokenAndTheNextStartHasIt()
    {
        await using var fixture = new LedgerFixture();
        var ledger = await fixture.StartAsync();
        await using (var other = new SqliteConnection($"Data Source={fixture.Options.DatabasePath};Pooling=False"))
        {
            other.Open();
            other.Execute("BEGIN IMMEDIATE");
            Assert.True(await ledger.AppendAsync(fixture.Record(), default));
            using var limit = new CancellationTokenSource();
            var stop = ledger.StopAsync(limit.Token);
            LedgerFixture.Until(() => fixture.Log.At(LogLevel.Error).Count == 1);
            await limit.CancelAsync();
            await stop.WaitAsync(LedgerFixture.Timeout);
            other.Execute("ROLLBACK");
        }

        Assert.Equal(0, fixture.Rows());
        await using var next = await fixture.StartAsync();
        Assert.True(await LedgerFixture.CaughtUpAsync(next));
        Assert.Equal(1, fixture.Rows());
    }

    [Fact]
    public async Task Append_LongNames_AreCutTheSameWayInMemoryAndFromTheJournal()
    {
        await using var fixture = new LedgerFixture();
        var record = fixture.Record() with { ModelAsked = new string('é', 5000), UpstreamRequestId = new string('x', 5000) };
        using (var journal = fixture.OpenJournal()) Assert.True(await journal.AppendAsync(record, default));
        await using var ledger = await fixture.StartAsync();
        Assert.True(await ledger.AppendAsync(record with { RequestId = Ulid.New(fixture.Time.GetUtcNow()) }, default));

        Assert.True(await LedgerFixture.CaughtUpAsync(ledger));

        Assert.Equal(2, fixture.Rows());
        Assert.Equal(1, fixture.Scalar<long>("SELECT COUNT(DISTINCT model_asked || upstream_request_id) FROM ledger_usage"));
        Assert.Equal(512, fixture.Scalar<long>("SELECT MAX(LENGTH(name)) FROM ledger_names"));
    }
}
