using Dapper;
using Microsoft.Data.Sqlite;
using Parley.Gateway.Storage;
using Parley.Gateway.Tests.Access;

namespace Parley.Gateway.Tests.Storage;

public sealed class SqliteDatabaseTests : IDisposable
{
    private static readonly Migration First = new(1, "first", "CREATE TABLE a (x INTEGER); INSERT INTO a VALUES (1);");
    private static readonly Migration Tenth = new(10, "tenth", "CREATE TABLE b (x INTEGER REFERENCES a);");
    private readonly TemporaryDirectory _directory = new();
    private readonly ManualClock _clock = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Open_NewFile_AppliesMigrationsOnceInWriteAheadMode()
    {
        for (var i = 0; i < 3; i++)
        {
            await using var database = SqliteDatabase.Open(_directory.File("new/parley.db"), [Tenth, First], _clock);
            var state = await database.ReadAsync(
                t => (Mode: t.Connection!.ExecuteScalar<string>("PRAGMA journal_mode"), Keys: t.Connection!.ExecuteScalar<long>("PRAGMA foreign_keys"),
                    Rows: t.Connection!.ExecuteScalar<long>("SELECT COUNT(*) FROM a"),
                    Applied: string.Join(' ', t.Connection!.Query<string>("SELECT version || name FROM schema_migrations ORDER BY version"))),
                default);
            Assert.Equal(("wal", 1, 1, "1first 10tenth"), state);
        }
    }

    [Fact]
    public async Task Open_StepThatIsMissingBelowAnAppliedOne_IsAppliedToo()
    {
        await using (SqliteDatabase.Open(_directory.File("parley.db"), [Tenth], _clock))
        {
        }

        await using var database = SqliteDatabase.Open(_directory.File("parley.db"), [First, Tenth], _clock);
        Assert.Equal(1, await database.ReadAsync(t => t.Connection!.ExecuteScalar<long>("SELECT x FROM a"), default));
    }

    [Fact]
    public async Task Open_DatabaseOfANewerVersion_IsRefusedAndNamesTheFile()
    {
        await using (SqliteDatabase.Open(_directory.File("parley.db"), [First, Tenth], _clock))
        {
        }

        var error = Assert.Throws<StorageException>(() => SqliteDatabase.Open(_directory.File("parley.db"), [First], _clock));
        Assert.Equal(
            $"The database {_directory.File("parley.db")} has schema step 10 (tenth), which this version of Parley does not know: it was written by a "
            + "newer version. Start that version, or name another file with --database.",
            error.Message);
    }

    [Fact]
    public async Task Open_MigrationThatFails_LeavesNothingBehind()
    {
        Assert.Throws<StorageException>(() => SqliteDatabase.Open(_directory.File("parley.db"), [First, new(2, "bad", "CREATE TABLE c (x); nonsense")], _clock));
        await using var database = SqliteDatabase.Open(_directory.File("parley.db"), [First], _clock);
        Assert.Equal(0, await database.ReadAsync(t => t.Connection!.ExecuteScalar<long>("SELECT COUNT(*) FROM sqlite_master WHERE name = 'c'"), default));
    }

    [Fact]
    public void Open_ManyProcessesAtOnce_ApplyEachStepOnce()
    {
        var failures = 0;
        Parallel.For(0, 8, _ =>
        {
            var database = SqliteDatabase.Open(_directory.File("parley.db"), [First, Tenth], _clock);
            if (database.ReadAsync(t => t.Connection!.ExecuteScalar<long>("SELECT COUNT(*) FROM a"), default).GetAwaiter().GetResult() != 1)
                Interlocked.Increment(ref failures);
            database.DisposeAsync().AsTask().GetAwaiter().GetResult();
        });
        Assert.Equal(0, failures);
    }

    [Fact]
    public void Open_FileThatIsNoDatabase_SaysSo()
    {
        File.WriteAllText(_directory.File("parley.db"), new string('x', 5000));
        var error = Assert.Throws<StorageException>(() => SqliteDatabase.Open(_directory.File("parley.db"), [First], _clock));
        Assert.StartsWith($"The database {_directory.File("parley.db")} cannot be opened: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WriteAsync_WorkThatThrows_IsRolledBackAndTheWriterGoesOn()
    {
        await using var database = SqliteDatabase.Open(_directory.File("parley.db"), [First], _clock);
        await Assert.ThrowsAsync<InvalidOperationException>(() => database.WriteAsync<int>(
            t =>
            {
                t.Connection!.Execute("INSERT INTO a VALUES (2)", transaction: t);
                throw new InvalidOperationException();
            },
            default));
        await database.WriteAsync(t => t.Connection!.Execute("INSERT INTO a VALUES (3)", transaction: t), default);
        var rows = await database.ReadAsync(t => t.Connection!.Query<long>("SELECT x FROM a ORDER BY x").ToArray(), default);
        Assert.Equal([1, 3], rows);
    }

    [Fact]
    public async Task WriteAsync_TwoProcessesAddAtOnce_LoseNothing()
    {
        await using var one = SqliteDatabase.Open(_directory.File("parley.db"), [First], _clock);
        await using var two = SqliteDatabase.Open(_directory.File("parley.db"), [First], _clock);
        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => (i % 2 == 0 ? one : two).WriteAsync(
            t => t.Connection!.Execute("UPDATE a SET x = x + 1", transaction: t), default)));
        Assert.Equal(201, await one.ReadAsync(t => t.Connection!.ExecuteScalar<long>("SELECT x FROM a"), default));
    }

    [Fact]
    public async Task OpenConnectionAsync_Write_IsRefused()
    {
        await using var database = SqliteDatabase.Open(_directory.File("parley.db"), [First], _clock);
        await using var connection = await database.OpenConnectionAsync(default);
        Assert.Equal(1, connection.ExecuteScalar<long>("SELECT x FROM a"));
        Assert.Throws<SqliteException>(() => connection.Execute("DELETE FROM a"));
    }

    [Fact]
    public async Task DisposeAsync_LaterCalls_FindItClosedAndDoNotHang()
    {
        var database = SqliteDatabase.Open(_directory.File("parley.db"), [First], _clock);
        await database.DisposeAsync();
        await database.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => database.WriteAsync(_ => 0, default));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => database.ReadAsync(_ => 0, default));
    }
}
