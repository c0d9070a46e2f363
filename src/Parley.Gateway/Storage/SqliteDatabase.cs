using Microsoft.Data.Sqlite;

namespace Parley.Gateway.Storage;

/// <summary>
/// The embedded database: one file, write-ahead log, one writer at a time and a bounded number of readers. SQLite's calls block,
/// so all work runs on a pool thread of its own and callers await their turn: at most one thread waits for another process's lock.
/// </summary>
internal sealed class SqliteDatabase : IAsyncDisposable
{
    private const int MaxReaders = 8;
    private const string Pragmas = "PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL;";
    private readonly string _connectionString;
    private readonly SqliteConnection _writer;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly SemaphoreSlim _reading = new(MaxReaders, MaxReaders);
    private volatile bool _isDisposed;

    static SqliteDatabase() => SQLitePCL.Batteries_V2.Init();

    private SqliteDatabase(string path, string connectionString, SqliteConnection writer)
    {
        Path = path;
        _connectionString = connectionString;
        _writer = writer;
    }

    /// <summary>The file's full path.</summary>
    public string Path { get; }

    /// <summary>Opens or creates the file and applies the missing migrations. Blocks: called at start only.</summary>
    /// <exception cref="StorageException">Not a database, not writable, or of a newer version.</exception>
    public static SqliteDatabase Open(string path, IReadOnlyList<Migration> migrations, TimeProvider time)
    {
        var full = System.IO.Path.GetFullPath(path);
        var connectionString = new SqliteConnectionStringBuilder { DataSource = full, DefaultTimeout = 5 }.ToString();
        SqliteConnection? writer = null;
        try
        {
            DataDirectory.Create(System.IO.Path.GetDirectoryName(full)!);
            // Not from the pool, whose connections can only read.
            writer = new SqliteConnection(connectionString + ";Pooling=False");
            writer.Open();
            Execute(writer, "PRAGMA journal_mode = WAL; " + Pragmas);
            SchemaMigrator.Apply(writer, full, migrations, time);
            return new SqliteDatabase(full, connectionString, writer);
        }
        catch (Exception e)
        {
            writer?.Dispose();
            if (e is not (SqliteException or IOException or UnauthorizedAccessException)) throw;
            throw new StorageException($"The database {full} cannot be opened: {e.Message}", e);
        }
    }

    /// <summary>Reads from a file before anything opens it for good; makes and changes nothing. Blocks: called at start only.</summary>
    /// <returns>What <paramref name="read"/> found; <paramref name="otherwise"/> when the file is not there.</returns>
    /// <exception cref="StorageException">Not a database, or not readable.</exception>
    public static T ReadExisting<T>(string path, Func<SqliteConnection, T> read, T otherwise)
    {
        var full = System.IO.Path.GetFullPath(path);
        if (!File.Exists(full)) return otherwise;
        try
        {
            var connectionString = new SqliteConnectionStringBuilder { DataSource = full, Mode = SqliteOpenMode.ReadWrite, Pooling = false, DefaultTimeout = 5 };
            using var connection = new SqliteConnection(connectionString.ToString());
            connection.Open();
            Execute(connection, Pragmas + "PRAGMA query_only = ON;");
            return read(connection);
        }
        catch (SqliteException e)
        {
            throw new StorageException($"The database {full} cannot be opened: {e.Message}", e);
        }
    }

    /// <summary>A pooled connection that can only read, for a query that wants to stream its rows. Dispose it soon.</summary>
    public async ValueTask<SqliteConnection> OpenConnectionAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var connection = new SqliteConnection(_connectionString);
        try
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            Execute(connection, Pragmas + "PRAGMA query_only = ON;");
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Runs a query on a pool thread; all its statements see one state of the database.</summary>
    public async Task<T> ReadAsync<T>(Func<SqliteTransaction, T> work, CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await Task.Run(Run, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _reading.Release();
        }

        async Task<T> Run()
        {
            await using var connection = await OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            await using var transaction = connection.BeginTransaction(deferred: true);
            return work(transaction);
        }
    }

    /// <summary>Runs statements in one transaction on the writer; it is committed when the work returns and rolled back when it throws.</summary>
    public async Task<T> WriteAsync<T>(Func<SqliteTransaction, T> work, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await Task.Run(Run, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _writing.Release();
        }

        T Run()
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            using var transaction = _writer.BeginTransaction(deferred: false);
            var result = work(transaction);
            transaction.Commit();
            return result;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // Waits for a write that is under way; those that come later, and readers, find the database closed.
        await _writing.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_isDisposed) return;
            _isDisposed = true;
            await _writer.DisposeAsync().ConfigureAwait(false);
            using var pooled = new SqliteConnection(_connectionString);
            SqliteConnection.ClearPool(pooled);
        }
        finally
        {
            _writing.Release();
        }
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
