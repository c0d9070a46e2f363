using System.Buffers.Binary;
using Dapper;
using Parley.Gateway.Storage;

namespace Parley.Gateway.Routing.Affinity;

/// <summary>
/// The makers in the database, so that they are known after a restart and to other replicas. Providers keep responses for 30 days
/// (wire/azure.md §2.1), so does this; files and batches are there until somebody deletes them, and whose they are must not be forgotten before.
/// </summary>
internal sealed class MakerTable(SqliteDatabase database, TimeProvider time)
{
    /// <summary>How long the maker of a response or a thought is remembered.</summary>
    internal static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    /// <summary>The same for files and batches.</summary>
    internal static readonly TimeSpan KeptFiles = TimeSpan.FromDays(800);

    private const string IsOld = "made < CASE WHEN kind IN (2, 3) THEN @oldestFile ELSE @oldest END";

    private const int AskedAtOnce = 500;

    private const int DeletedAtOnce = 1000;

    /// <summary>A row, ready to be written.</summary>
    internal readonly record struct Entry(UInt128 Key, MakerKind Kind, Maker Maker, DateTimeOffset Made);

    /// <summary>The maker of the first of these keys that is known.</summary>
    internal async Task<(UInt128 Key, Maker Maker)?> FindAsync(IReadOnlyList<UInt128> keys, CancellationToken cancellation)
    {
        var bytes = keys.Select(Bytes).ToList();
        var rows = await database.ReadAsync(
            transaction => transaction.Connection!.Query<Row>(
                "SELECT key AS Key, provider AS Provider, target AS Target, credential AS Credential FROM makers WHERE key IN @bytes AND NOT (" + IsOld + ")",
                new { bytes, oldest = Oldest(Kept), oldestFile = Oldest(KeptFiles) },
                transaction).AsList(),
            cancellation);
        foreach (var key in keys)
        {
            foreach (var row in rows)
            {
                if (BinaryPrimitives.ReadUInt128BigEndian(row.Key) == key) return (key, new Maker(row.Provider, row.Target, (int)row.Credential));
            }
        }

        return null;
    }

    /// <summary>Which of these keys are known.</summary>
    internal Task<IReadOnlySet<UInt128>> KnownAsync(IReadOnlyList<UInt128> keys, CancellationToken cancellation) => database.ReadAsync<IReadOnlySet<UInt128>>(
        transaction =>
        {
            var known = new HashSet<UInt128>();
            foreach (var some in keys.Chunk(AskedAtOnce))
            {
                var rows = transaction.Connection!.Query<byte[]>(
                    "SELECT key FROM makers WHERE key IN @bytes AND NOT (" + IsOld + ")",
                    new { bytes = some.Select(Bytes).ToList(), oldest = Oldest(Kept), oldestFile = Oldest(KeptFiles) },
                    transaction);
                known.UnionWith(rows.Select(static row => BinaryPrimitives.ReadUInt128BigEndian(row)));
            }

            return known;
        },
        cancellation);

    /// <summary>Which kinds of things have a maker.</summary>
    internal Task<IReadOnlyList<MakerKind>> KindsAsync(CancellationToken cancellation) => database.ReadAsync<IReadOnlyList<MakerKind>>(
        transaction => Enum.GetValues<MakerKind>().Where(kind => transaction.Connection!.ExecuteScalar<bool>(
            "SELECT EXISTS (SELECT 1 FROM makers WHERE kind = @kind)", new { kind = (int)kind }, transaction)).ToList(),
        cancellation);

    /// <summary>Writes entries in one transaction; what was written of one key before is replaced.</summary>
    internal Task WriteAsync(IReadOnlyList<Entry> entries, CancellationToken cancellation) => database.WriteAsync(
        transaction => transaction.Connection!.Execute(
            """
            INSERT INTO makers (key, kind, provider, target, credential, made) VALUES (@Key, @Kind, @Provider, @Target, @Credential, @Made)
            ON CONFLICT (key) DO UPDATE SET provider = excluded.provider, target = excluded.target, credential = excluded.credential, made = excluded.made
            """,
            entries.Select(entry => new
            {
                Key = Bytes(entry.Key),
                Kind = (int)entry.Kind,
                entry.Maker.Provider,
                entry.Maker.Target,
                entry.Maker.Credential,
                Made = entry.Made.ToUnixTimeSeconds(),
            }),
            transaction),
        cancellation);

    /// <summary>Deletes what is too old, a thousand rows at a time so that no other writer waits long. Says how many went.</summary>
    internal async Task<int> DeleteOldAsync(CancellationToken cancellation)
    {
        var all = 0;
        while (true)
        {
            var deleted = await database.WriteAsync(
                transaction => transaction.Connection!.Execute(
                    $"DELETE FROM makers WHERE key IN (SELECT key FROM makers WHERE {IsOld} LIMIT {DeletedAtOnce})", new { oldest = Oldest(Kept), oldestFile = Oldest(KeptFiles) }, transaction),
                cancellation);
            all += deleted;
            if (deleted < DeletedAtOnce) return all;
        }
    }

    private long Oldest(TimeSpan kept) => (time.GetUtcNow() - kept).ToUnixTimeSeconds();

    private static byte[] Bytes(UInt128 key)
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, key);
        return bytes;
    }

    private sealed class Row
    {
        public byte[] Key { get; init; } = [];

        public string Provider { get; init; } = "";

        public string Target { get; init; } = "";

        public long Credential { get; init; }
    }
}
