using Parley.Gateway.Storage;

namespace Parley.Gateway.Ledger;

/// <summary>The ledger's tables; the ledger owns migrations 10 to 19.</summary>
internal static class LedgerSchema
{
    /// <summary>
    /// The hot table has one B-tree: it is keyed by the time-sorted request id, so that a range of time is a range of the key and new
    /// rows go to the right edge. Strings that repeat are numbers in <c>ledger_names</c>. Times are microseconds, <c>sent_after</c>
    /// milliseconds after the request id's own time; <c>flags</c> are those of <see cref="UsageFlags"/>.
    /// </summary>
    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        new(10, "ledger", """
            CREATE TABLE ledger_names (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
            CREATE TABLE ledger_usage (
                request_id BLOB NOT NULL,
                attempt INTEGER NOT NULL,
                flags INTEGER NOT NULL,
                sent_after INTEGER NOT NULL,
                key_id INTEGER NOT NULL,
                key_name INTEGER NOT NULL,
                model_asked INTEGER NOT NULL,
                model_answered INTEGER,
                provider INTEGER NOT NULL,
                target INTEGER NOT NULL,
                dialects INTEGER NOT NULL,
                upstream_status INTEGER NOT NULL,
                status INTEGER NOT NULL,
                error INTEGER,
                input_tokens INTEGER NOT NULL,
                cache_read_tokens INTEGER NOT NULL,
                cache_write_tokens INTEGER NOT NULL,
                output_tokens INTEGER NOT NULL,
                reasoning_tokens INTEGER NOT NULL,
                duration INTEGER NOT NULL,
                first_token INTEGER,
                finish_reason INTEGER,
                upstream_request_id TEXT,
                PRIMARY KEY (request_id, attempt)
            ) WITHOUT ROWID;
            """),
    ];
}
