using Parley.Gateway.Storage;

namespace Parley.Gateway.Routing;

/// <summary>The catalogue's tables: versions 20 to 29.</summary>
internal static class CatalogMigrations
{
    internal static IReadOnlyList<Migration> All { get; } =
    [
        new(20, "model_first_seen", "CREATE TABLE model_first_seen (id TEXT NOT NULL PRIMARY KEY, first_seen INTEGER NOT NULL) WITHOUT ROWID"),
    ];
}
