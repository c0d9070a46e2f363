using Parley.Gateway.Storage;

namespace Parley.Gateway.Access;

/// <summary>The tables of keys: versions 1 to 9.</summary>
internal static class KeyMigrations
{
    // Times are Unix milliseconds, lists are JSON arrays, digest is the HMAC of the key and pepper names the pepper it was made with.
    // The triggers count every change, whoever makes it, so that a running server sees what the command line (or an operator's
    // own statement) did without comparing rows.
    private const string Keys = """
        CREATE TABLE keys (
            id         TEXT PRIMARY KEY,
            name       TEXT NOT NULL UNIQUE,
            role       TEXT NOT NULL CHECK (role IN ('admin', 'inference', 'users', 'validate', 'metrics')),
            models     TEXT,
            providers  TEXT,
            expires_at INTEGER,
            suspended  INTEGER NOT NULL DEFAULT 0 CHECK (suspended IN (0, 1)),
            created_at INTEGER NOT NULL,
            created_by TEXT NOT NULL,
            last_four  TEXT NOT NULL,
            digest     BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
            pepper     TEXT NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE key_changes (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), counter INTEGER NOT NULL);
        INSERT INTO key_changes (only_row, counter) VALUES (1, 0);
        CREATE TRIGGER keys_inserted AFTER INSERT ON keys BEGIN UPDATE key_changes SET counter = counter + 1; END;
        CREATE TRIGGER keys_updated AFTER UPDATE ON keys BEGIN UPDATE key_changes SET counter = counter + 1; END;
        CREATE TRIGGER keys_deleted AFTER DELETE ON keys BEGIN UPDATE key_changes SET counter = counter + 1; END;
        """;

    // The default is also what the keys get that were made before there were priorities.
    private const string Priority = "ALTER TABLE keys ADD COLUMN priority INTEGER NOT NULL DEFAULT 5 CHECK (priority BETWEEN 1 AND 10)";

    // Null, for keys of before too, allows every tool of the MCP server.
    private const string Tools = "ALTER TABLE keys ADD COLUMN tools TEXT";

    /// <summary>In order of version.</summary>
    public static IReadOnlyList<Migration> All { get; } = [new(1, "keys", Keys), new(2, "key_priority", Priority), new(3, "key_tools", Tools)];
}
