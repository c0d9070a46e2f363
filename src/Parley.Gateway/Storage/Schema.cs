using Parley.Gateway.Access;
using Parley.Gateway.Ledger;
using Parley.Gateway.Routing;
using Parley.Gateway.Users;

namespace Parley.Gateway.Storage;

/// <summary>All migrations of this version. Whoever opens the database, server or command, gives the whole list: a step that is not in it counts as newer.</summary>
internal static class Schema
{
    /// <summary>One line per feature.</summary>
    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        .. KeyMigrations.All,
        .. LedgerSchema.Migrations,
        .. CatalogMigrations.All,
        .. UserMigrations.All,
    ];
}
