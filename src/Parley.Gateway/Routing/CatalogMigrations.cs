using Parley.Gateway.Storage;

namespace Parley.Gateway.Routing;

/// <summary>The catalogue's tables: versions 20 to 29.</summary>
internal static class CatalogMigrations
{
    internal static IReadOnlyList<Migration> All { get; } =
    [
        new(20, "model_first_seen", "CREATE TABLE model_first_seen (id TEXT NOT NULL PRIMARY KEY, first_seen INTEGER NOT NULL) WITHOUT ROWID"),
        // Who made the responses, sealed reasoning and files that later requests refer to (Routing/Affinity).
        new(25, "makers", """
            CREATE TABLE makers (
                key        BLOB NOT NULL PRIMARY KEY,
                kind       INTEGER NOT NULL,
                provider   TEXT NOT NULL,
                target     TEXT NOT NULL,
                credential INTEGER NOT NULL,
                made       INTEGER NOT NULL
            ) WITHOUT ROWID;
            CREATE INDEX makers_by_made ON makers (made);
            CREATE INDEX makers_by_kind ON makers (kind);
            """),
    ];
}
