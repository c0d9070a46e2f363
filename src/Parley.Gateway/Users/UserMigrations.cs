using Parley.Gateway.Storage;

namespace Parley.Gateway.Users;

/// <summary>The users' table: versions 30 to 39.</summary>
internal static class UserMigrations
{
    // Names are compared byte by byte (SQLite's BINARY collation). The version is a ULID and not a count: a user that is deleted and made
    // again must not pass for the former one. Times are Unix milliseconds.
    private const string Users = """
        CREATE TABLE users (
            username   TEXT NOT NULL PRIMARY KEY,
            password   TEXT NOT NULL,
            is_admin   INTEGER NOT NULL CHECK (is_admin IN (0, 1)),
            version    TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL
        ) WITHOUT ROWID
        """;

    public static IReadOnlyList<Migration> All { get; } = [new(30, "users", Users)];
}
