using System.Text;
using SQLitePCL;

namespace Parley.Gateway.Ledger;

/// <summary>
/// Writes rows into SQLite through its C interface: binding a row's parameters through ADO.NET costs several times what the row itself does.
/// One connection of its own, used by one thread at a time. A row that is there already is left as it is.
/// </summary>
internal sealed class SqliteUsageWriter(string path) : IDisposable
{
    private const string InsertSql =
        "INSERT INTO ledger_usage VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20,?21,?22,?23) ON CONFLICT DO NOTHING";

    private const int KnownNames = 4096;
    private readonly Dictionary<string, long> _names = new(StringComparer.Ordinal);
    private readonly byte[] _text = new byte[JournalRecord.MaxChars * 3];
    private sqlite3? _db;
    private sqlite3_stmt? _insert;
    private sqlite3_stmt? _addName;
    private sqlite3_stmt? _findName;
    private sqlite3_stmt? _begin;
    private sqlite3_stmt? _commit;

    /// <summary>Writes the records in one transaction; answers how many rows were refused for what they are, and why.</summary>
    /// <exception cref="LedgerDatabaseException">The database is away, locked or full: nothing was written.</exception>
    public int Write(List<JournalEntry> entries, out string reason)
    {
        reason = "";
        try
        {
            Open();
            if (_names.Count > KnownNames) _names.Clear();
            Run(_begin!);
            var rejected = 0;
            foreach (var (record, _) in entries)
            {
                Bind(record);
                var code = raw.sqlite3_step(_insert!);
                raw.sqlite3_reset(_insert!);
                if (code == raw.SQLITE_DONE) continue;
                if (code is not (raw.SQLITE_CONSTRAINT or raw.SQLITE_TOOBIG or raw.SQLITE_MISMATCH)) throw Error(code);
                rejected++;
                reason = Error(code).Message;
            }

            Run(_commit!);
            return rejected;
        }
        catch
        {
            // A connection that failed once is not trusted again: the file may have been replaced.
            Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _names.Clear();
        foreach (var statement in (ReadOnlySpan<sqlite3_stmt?>)[_insert, _addName, _findName, _begin, _commit]) statement?.Dispose();
        _insert = _addName = _findName = _begin = _commit = null;
        _db?.Dispose();
        _db = null;
    }

    private void Open()
    {
        if (_db is not null) return;
        Batteries_V2.Init();
        // Without the flag to create: the database is made by whoever runs the migrations.
        Check(raw.sqlite3_open_v2(path, out _db, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_NOMUTEX, null));
        raw.sqlite3_busy_timeout(_db, 250);
        Check(raw.sqlite3_exec(_db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA wal_autocheckpoint=4000"));
        _insert = Prepare(InsertSql);
        _addName = Prepare("INSERT INTO ledger_names (name) VALUES (?1)");
        _findName = Prepare("SELECT id FROM ledger_names WHERE name = ?1");
        _begin = Prepare("BEGIN IMMEDIATE");
        _commit = Prepare("COMMIT");
    }

    private void Bind(UsageRecord record)
    {
        Span<byte> id = stackalloc byte[16];
        record.RequestId.WriteBytes(id);
        var s = _insert!;
        raw.sqlite3_bind_blob(s, 1, id);
        raw.sqlite3_bind_int(s, 2, record.Attempt);
        raw.sqlite3_bind_int(s, 3, (int)JournalRecord.FlagsOf(record));
        raw.sqlite3_bind_int64(s, 4, (long)(record.Time - record.RequestId.Time).TotalMilliseconds);
        BindName(s, 5, record.KeyId);
        BindName(s, 6, record.KeyName);
        BindName(s, 7, record.ModelAsked);
        BindName(s, 8, record.ModelAnswered);
        BindName(s, 9, record.Provider);
        BindName(s, 10, record.Target);
        raw.sqlite3_bind_int(s, 11, ((int)record.SurfaceDialect << 8) | (int)record.ProviderDialect);
        raw.sqlite3_bind_int(s, 12, record.UpstreamStatus);
        raw.sqlite3_bind_int(s, 13, record.Status);
        if (record.Error is { } error) raw.sqlite3_bind_int(s, 14, (int)error);
        else raw.sqlite3_bind_null(s, 14);
        raw.sqlite3_bind_int64(s, 15, record.Usage.Input);
        raw.sqlite3_bind_int64(s, 16, record.Usage.CacheRead);
        raw.sqlite3_bind_int64(s, 17, record.Usage.CacheWrite);
        raw.sqlite3_bind_int64(s, 18, record.Usage.Output);
        raw.sqlite3_bind_int64(s, 19, record.Usage.Reasoning);
        raw.sqlite3_bind_int64(s, 20, (long)(record.Milliseconds * 1000));
        if (record.FirstTokenMilliseconds is { } first) raw.sqlite3_bind_int64(s, 21, (long)(first * 1000));
        else raw.sqlite3_bind_null(s, 21);
        BindName(s, 22, record.FinishReason);
        if (record.UpstreamRequestId is { } upstream) BindText(s, 23, upstream);
        else raw.sqlite3_bind_null(s, 23);
    }

    private void BindName(sqlite3_stmt statement, int index, string? name)
    {
        if (name is null)
        {
            raw.sqlite3_bind_null(statement, index);
            return;
        }

        if (name.Length > JournalRecord.MaxChars) name = name[..JournalRecord.MaxChars];
        if (!_names.TryGetValue(name, out var id)) _names[name] = id = NameId(name);
        raw.sqlite3_bind_int64(statement, index, id);
    }

    private long NameId(string name)
    {
        BindText(_findName!, 1, name);
        var code = raw.sqlite3_step(_findName!);
        var id = code == raw.SQLITE_ROW ? raw.sqlite3_column_int64(_findName!, 0) : 0;
        raw.sqlite3_reset(_findName!);
        if (code == raw.SQLITE_ROW) return id;
        if (code != raw.SQLITE_DONE) throw Error(code);
        BindText(_addName!, 1, name);
        Run(_addName!);
        return raw.sqlite3_last_insert_rowid(_db!);
    }

    private void BindText(sqlite3_stmt statement, int index, string text)
    {
        var length = Encoding.UTF8.GetBytes(text.AsSpan(0, Math.Min(text.Length, JournalRecord.MaxChars)), _text);
        raw.sqlite3_bind_text(statement, index, (ReadOnlySpan<byte>)_text.AsSpan(0, length));
    }

    private sqlite3_stmt Prepare(string sql)
    {
        Check(raw.sqlite3_prepare_v2(_db!, sql, out var statement));
        return statement;
    }

    private void Run(sqlite3_stmt statement)
    {
        var code = raw.sqlite3_step(statement);
        raw.sqlite3_reset(statement);
        if (code != raw.SQLITE_DONE) throw Error(code);
    }

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK) throw Error(code);
    }

    private LedgerDatabaseException Error(int code) =>
        new($"SQLite {code}: {(_db is null ? raw.sqlite3_errstr(code) : raw.sqlite3_errmsg(_db)).utf8_to_string()}");
}
