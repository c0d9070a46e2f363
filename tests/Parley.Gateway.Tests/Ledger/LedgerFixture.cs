using Dapper;
using Microsoft.Data.Sqlite;
using Parley.Dialects;
using Parley.Dialects.Conversations;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Ledger;

namespace Parley.Gateway.Tests.Ledger;

/// <summary>A ledger over a database and a directory of its own, both gone with it.</summary>
internal sealed class LedgerFixture : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private int _made;

    public LedgerFixture()
    {
        SQLitePCL.Batteries_V2.Init();
        Root = Directory.CreateTempSubdirectory("ledger").FullName;
        Options = new LedgerOptions { Directory = Path.Combine(Root, "ledger"), DatabasePath = CreateDatabase("parley.db") };
    }

    public string Root { get; }

    public ManualTime Time { get; } = new();

    public LedgerLogLines Log { get; } = new();

    public LedgerOptions Options { get; set; }

    public string[] SegmentFiles => Directory.GetFiles(Options.Directory, "journal-*.log");

    public static CancellationToken Timeout => new CancellationTokenSource(Patience).Token;

    public UsageLedger Create() => new(Options, Time, Log);

    public async Task<UsageLedger> StartAsync()
    {
        var ledger = Create();
        await ledger.StartAsync(Timeout);
        return ledger;
    }

    /// <summary>A journal that nothing is applied from.</summary>
    public LedgerJournal OpenJournal(string? directory = null)
    {
        var options = directory is null ? Options : Options with { Directory = directory };
        var journal = new LedgerJournal(options, new LedgerQueue(options.QueueRecords), Time, Log);
        journal.Open();
        return journal;
    }

    /// <summary>What a start finds in a directory.</summary>
    public List<UsageRecord> Replay(string directory, out long damaged)
    {
        var segments = new JournalSegments(Options with { Directory = directory }, Time, Log);
        var reader = new JournalReader(segments, Log);
        var to = segments.Open();
        var entries = new List<JournalEntry>();
        for (var from = default(JournalPosition); from.Value < to.Value;) from = reader.Read(from, to, entries, entries.Count + 7);
        segments.Dispose();
        damaged = reader.Damaged;
        return [.. entries.Select(static e => e.Record)];
    }

    public string CreateDatabase(string name)
    {
        var path = Path.Combine(Root, name);
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        foreach (var migration in LedgerSchema.Migrations) connection.Execute(migration.Sql);
        connection.Execute("PRAGMA journal_mode=WAL");
        return path;
    }

    public T Scalar<T>(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Options.DatabasePath};Pooling=False");
        return connection.ExecuteScalar<T>(sql)!;
    }

    public long Rows() => Scalar<long>("SELECT COUNT(*) FROM ledger_usage");

    /// <summary>Waits for another thread's work; fails the test instead of hanging.</summary>
    public static void Until(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, Patience), "It did not happen in time.");

    public static Task<bool> CaughtUpAsync(UsageLedger ledger) => ledger.CatchUpAsync(Patience, Timeout);

    public UsageRecord Record(int output = 1, int attempt = 0, bool isFinal = true) => new()
    {
        RequestId = Ulid.New(Time.GetUtcNow()),
        Attempt = attempt,
        IsFinal = isFinal,
        Time = Time.GetUtcNow().AddMilliseconds(25),
        KeyId = "01JKEY",
        KeyName = "the key",
        ModelAsked = "gpt",
        ModelAnswered = "gpt-4o-2024-08-06",
        Provider = "azure",
        Target = "azure/gpt-4o",
        SurfaceDialect = Dialect.OpenAIChat,
        ProviderDialect = Dialect.OpenAIResponses,
        IsStream = true,
        UpstreamStatus = 200,
        Status = 200,
        Usage = new TokenUsage(10, 20, 30, output, 5),
        Milliseconds = 1234.5,
        FirstTokenMilliseconds = 250.25,
        FinishReason = "stop",
        UpstreamRequestId = $"req_{Interlocked.Increment(ref _made)}",
    };

    public void OnFailure(LedgerFailure choice) => Options = Options with { Config = Options.Config with { OnFailure = choice } };

    public ValueTask DisposeAsync()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(Root, recursive: true);
        return default;
    }
}
