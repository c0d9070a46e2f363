using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Parley.Gateway.Storage;

/// <summary>Brings a database to this version's schema, all missing steps in one transaction, and refuses what it does not know.</summary>
internal static class SchemaMigrator
{
    private const string CreateTable = """
        CREATE TABLE IF NOT EXISTS schema_migrations (
            version    INTEGER PRIMARY KEY,
            name       TEXT NOT NULL,
            applied_at INTEGER NOT NULL
        )
        """;

    /// <exception cref="StorageException">The database holds steps that this version does not know.</exception>
    public static void Apply(SqliteConnection connection, string path, IReadOnlyList<Migration> migrations, TimeProvider time)
    {
        // Immediate: of two processes that start together, the second waits here and then finds the work done.
        using var transaction = connection.BeginTransaction(deferred: false);
        connection.Execute(CreateTable, transaction: transaction);
        var applied = connection
            .Query<(long Version, string Name)>("SELECT version, name FROM schema_migrations", transaction: transaction)
            .ToDictionary(row => row.Version, row => row.Name);
        RefuseUnknown(path, migrations, applied);
        foreach (var migration in migrations.OrderBy(m => m.Version))
        {
            if (applied.ContainsKey(migration.Version)) continue;
            connection.Execute(migration.Sql, transaction: transaction);
            connection.Execute(
                "INSERT INTO schema_migrations (version, name, applied_at) VALUES (@Version, @Name, @At)",
                new { migration.Version, migration.Name, At = time.GetUtcNow().ToUnixTimeMilliseconds() },
                transaction);
        }

        transaction.Commit();
    }

    private static void RefuseUnknown(string path, IReadOnlyList<Migration> migrations, Dictionary<long, string> applied)
    {
        var known = migrations.ToDictionary(m => (long)m.Version, m => m.Name);
        foreach (var (version, name) in applied.OrderBy(row => row.Key))
        {
            if (known.TryGetValue(version, out var expected) && expected == name) continue;
            throw new StorageException(string.Create(
                CultureInfo.InvariantCulture,
                $"The database {path} has schema step {version} ({name}), which this version of Parley does not know: it was written by a "
                + $"newer version. Start that version, or name another file with --database."));
        }
    }
}
