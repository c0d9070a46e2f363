using Dapper;
using Microsoft.Data.Sqlite;
using Parley.Gateway.Storage;

namespace Parley.Gateway.Access;

/// <summary>
/// The keys in the database. What has to be decided and written as one step (is the name free, is this the last admin?) is handed in
/// as a function over the whole list, and runs under the database's write lock: no other process comes between.
/// </summary>
internal sealed class KeyStore(SqliteDatabase database)
{
    /// <summary>The most keys that a database holds: all of them are kept in memory.</summary>
    public const int MaxKeys = 10_000;

    private const string Select = """
        SELECT id AS Id, name AS Name, role AS Role, models AS Models, providers AS Providers, tools AS Tools, priority AS Priority, expires_at AS ExpiresAt, suspended AS Suspended,
               created_at AS CreatedAt, created_by AS CreatedBy, last_four AS LastFour, digest AS Digest, pepper AS Pepper
        FROM keys ORDER BY id
        """;

    private const string Insert = """
        INSERT INTO keys (id, name, role, models, providers, tools, priority, expires_at, suspended, created_at, created_by, last_four, digest, pepper)
        VALUES (@Id, @Name, @Role, @Models, @Providers, @Tools, @Priority, @ExpiresAt, @Suspended, @CreatedAt, @CreatedBy, @LastFour, @Digest, @Pepper)
        """;

    private const string Update = """
        UPDATE keys SET name = @Name, role = @Role, models = @Models, providers = @Providers, tools = @Tools, priority = @Priority, expires_at = @ExpiresAt, suspended = @Suspended
        WHERE id = @Id
        """;

    /// <summary>A number that grows with every change of a key, made by whichever process.</summary>
    public Task<long> ReadChangeCounterAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(ReadCounter, cancellationToken);

    /// <summary>All keys, with the counter that belongs to them.</summary>
    public Task<(long Counter, IReadOnlyList<KeyRecord> Keys)> ReadAllAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(static transaction => (ReadCounter(transaction), ReadKeys(transaction)), cancellationToken);

    /// <summary>Adds the key that <paramref name="make"/> makes, given all keys; its error leaves everything as it was.</summary>
    public Task<KeyOutcome> InsertAsync(Func<IReadOnlyList<KeyRecord>, KeyOutcome> make, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction =>
            {
                var outcome = make(ReadKeys(transaction));
                if (outcome.Key is not null) transaction.Connection!.Execute(Insert, KeyRow.From(outcome.Key), transaction);
                return outcome;
            },
            cancellationToken);

    /// <summary>Writes what <paramref name="change"/> makes of a key, given all keys; its error leaves everything as it was.</summary>
    public Task<KeyOutcome> UpdateAsync(string id, Func<KeyRecord, IReadOnlyList<KeyRecord>, KeyOutcome> change, CancellationToken cancellationToken) =>
        ChangeAsync(id, Update, change, cancellationToken);

    /// <summary>Deletes a key, unless <paramref name="refuse"/> finds a reason.</summary>
    public Task<KeyOutcome> DeleteAsync(string id, Func<KeyRecord, IReadOnlyList<KeyRecord>, KeyError?> refuse, CancellationToken cancellationToken) =>
        ChangeAsync(
            id,
            "DELETE FROM keys WHERE id = @Id",
            (key, all) => refuse(key, all) is { } error ? new KeyOutcome(error) : new KeyOutcome(key),
            cancellationToken);

    private Task<KeyOutcome> ChangeAsync(
        string id,
        string sql,
        Func<KeyRecord, IReadOnlyList<KeyRecord>, KeyOutcome> change,
        CancellationToken cancellationToken) => database.WriteAsync(
            transaction =>
            {
                var all = ReadKeys(transaction);
                if (all.FirstOrDefault(key => key.Id == id) is not { } found) return new KeyOutcome(KeyError.NotFound(id));
                var outcome = change(found, all);
                if (outcome.Key is not null) transaction.Connection!.Execute(sql, KeyRow.From(outcome.Key), transaction);
                return outcome;
            },
            cancellationToken);

    private static long ReadCounter(SqliteTransaction transaction) =>
        transaction.Connection!.ExecuteScalar<long>("SELECT counter FROM key_changes WHERE only_row = 1", transaction: transaction);

    private static IReadOnlyList<KeyRecord> ReadKeys(SqliteTransaction transaction) =>
        [.. transaction.Connection!.Query<KeyRow>(Select, transaction: transaction).Select(static row => row.ToRecord())];
}
