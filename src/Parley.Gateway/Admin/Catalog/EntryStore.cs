using Dapper;
using Microsoft.Data.Sqlite;
using Parley.Gateway.Access;
using Parley.Gateway.Configuration.Entries;
using Parley.Gateway.Storage;

namespace Parley.Gateway.Admin.Catalog;

/// <summary>The table of the entries. Bodies are encrypted before they reach the database.</summary>
internal sealed class EntryStore(SqliteDatabase database, EntryCipher cipher)
{
    private const string Select = """
        SELECT kind AS Kind, id AS Id, body AS Body, revision AS Revision, created_at AS CreatedAt, updated_at AS UpdatedAt, updated_by AS UpdatedBy
        FROM catalog_entries ORDER BY position
        """;

    // Not REPLACE, which would give the row a new position: the first model is the default one.
    private const string Upsert = """
        INSERT INTO catalog_entries (kind, id, body, revision, created_at, updated_at, updated_by)
        VALUES (@Kind, @Id, @Body, @Revision, @CreatedAt, @UpdatedAt, @UpdatedBy)
        ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body, revision = excluded.revision, updated_at = excluded.updated_at, updated_by = excluded.updated_by
        """;

    /// <summary>
    /// What is stored, read before the host is built: the configuration, of which it is a part, decides how. A database that is not
    /// there yet has nothing, and is not made here.
    /// </summary>
    /// <exception cref="StorageException">The database cannot be read, or was written with another pepper.</exception>
    public static IReadOnlyList<StoredEntry> ReadAtStart(string databaseFile, string dataDirectory)
    {
        var rows = SqliteDatabase.ReadExisting(databaseFile, ReadRows, []);
        if (rows.Count == 0) return [];
        var pepperFile = Pepper.FileIn(dataDirectory);
        if (!File.Exists(pepperFile))
        {
            throw new StorageException(
                $"The database {Path.GetFullPath(databaseFile)} holds {rows.Count} entries of the admin API, which are encrypted with the file {pepperFile}, but that file "
                + "is gone. Restore it from the backup that belongs to the database. When it is lost, delete the rows of the table catalog_entries and make the entries again.");
        }

        var cipher = new EntryCipher(Pepper.LoadOrCreate(dataDirectory), pepperFile);
        return [.. rows.Select(row => row.ToEntry(cipher))];
    }

    /// <summary>Writes and deletes as one step.</summary>
    public Task SaveAsync(IReadOnlyList<StoredEntry> written, IReadOnlyList<StoredEntry> deleted, CancellationToken cancellationToken)
    {
        var rows = written.Select(entry => EntryRow.From(entry, cipher)).ToList();
        return database.WriteAsync(
            transaction =>
            {
                var connection = transaction.Connection!;
                foreach (var entry in deleted)
                    connection.Execute("DELETE FROM catalog_entries WHERE kind = @Kind AND id = @Id", new { Kind = entry.Kind.Word(), entry.Id }, transaction);
                foreach (var row in rows) connection.Execute(Upsert, row, transaction);
                return true;
            },
            cancellationToken);
    }

    private static IReadOnlyList<EntryRow> ReadRows(SqliteConnection connection) =>
        connection.ExecuteScalar<long>("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'catalog_entries'") == 0
            ? []
            : [.. connection.Query<EntryRow>(Select)];
}
