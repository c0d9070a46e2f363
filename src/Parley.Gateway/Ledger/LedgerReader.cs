using System.Globalization;
using System.Text;
using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using Parley.Gateway.Exchange;
using SQLitePCL;

namespace Parley.Gateway.Ledger;

/// <summary>Answers questions from the ledger's tables. A range of time is a range of the primary key.</summary>
internal sealed class LedgerReader(string databasePath)
{
    private static readonly string[] Reasons = [.. Enum.GetNames<GatewayErrorKind>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)];
    private static readonly int ClientAborted = (int)GatewayErrorKind.ClientAborted;

    private readonly string _connection = new SqliteConnectionStringBuilder { DataSource = databasePath, Mode = SqliteOpenMode.ReadOnly }.ToString();

    /// <summary>Adds up a period.</summary>
    public UsageAnswer Usage(UsageQuery query, CancellationToken cancellationToken)
    {
        var (column, name) = query.GroupBy switch
        {
            UsageGrouping.Key => ("key_id", "MAX(u.key_name)"),
            UsageGrouping.Provider => ("provider", "NULL"),
            _ => ("model_asked", "NULL"),
        };
        var groups = Query<UsageRow>(
            $"""
            SELECT (SELECT name FROM ledger_names WHERE id = g.key_number) AS "Key", (SELECT name FROM ledger_names WHERE id = g.name_number) AS "Name", g.*
            FROM (
                SELECT u.{column} AS key_number, {name} AS name_number, SUM(u.flags & 1) AS Requests,
                    SUM((u.flags & 1) AND (u.error IS NOT NULL OR u.status >= 400) AND u.error IS NOT @ClientAborted) AS Errors,
                    SUM(u.input_tokens) AS Input, SUM(u.cache_read_tokens) AS CacheRead, SUM(u.cache_write_tokens) AS CacheWrite,
                    SUM(u.output_tokens) AS Output, SUM(u.reasoning_tokens) AS Reasoning
                FROM ledger_usage u WHERE u.request_id >= @From AND u.request_id < @To GROUP BY u.{column}) g
            ORDER BY 1
            """,
            new { From = Bytes(Ulid.Floor(query.From)), To = Bytes(Ulid.Floor(query.To)), ClientAborted },
            cancellationToken);
        UsageGroup[] sums =
        [
            .. groups.Select(static g => new UsageGroup(
                g.Key, g.Name, g.Requests, g.Errors, g.Input, g.CacheRead, g.CacheWrite, g.Output, g.Reasoning, null)),
        ];
        return new UsageAnswer(query.From, query.To, JsonNamingPolicy.CamelCase.ConvertName(query.GroupBy.ToString()), sums, UsageTotal.Of(sums));
    }

    /// <summary>Lists requests, newest first.</summary>
    public RequestsAnswer Requests(RequestQuery query, CancellationToken cancellationToken)
    {
        // A request is told by the attempt that the caller saw; where a crash left none, by its last one.
        var sql = new StringBuilder(
            """
            SELECT u.request_id FROM ledger_usage u WHERE u.request_id >= @From AND u.request_id < @Before
            AND (u.flags & 1 OR NOT EXISTS (
                SELECT 1 FROM ledger_usage v WHERE v.request_id = u.request_id AND (v.flags & 1 OR v.attempt > u.attempt)))
            """);
        if (query.RequestId is not null) sql.Append(" AND u.request_id = @RequestId");
        if (query.Status is not null) sql.Append(" AND u.status BETWEEN @Lowest AND @Highest");
        if (query.Model is not null) sql.Append(" AND (SELECT id FROM ledger_names WHERE name = @Model) IN (u.model_asked, u.model_answered)");
        if (query.Key is not null) sql.Append(" AND (SELECT id FROM ledger_names WHERE name = @Key) IN (u.key_id, u.key_name)");
        sql.Append(CultureInfo.InvariantCulture, $" ORDER BY u.request_id DESC LIMIT {query.Limit + 1}");
        var ids = Query<byte[]>(
            sql.ToString(),
            new
            {
                From = Bytes(query.From),
                Before = Bytes(query.Before),
                RequestId = query.RequestId is { } id ? Bytes(id) : null,
                Lowest = query.Status?.From,
                Highest = query.Status?.To,
                query.Model,
                query.Key,
            },
            cancellationToken);
        var hasMore = ids.Count > query.Limit;
        if (hasMore) ids.RemoveAt(query.Limit);
        if (ids.Count == 0) return new RequestsAnswer([], null);
        var items = Attempts(ids, cancellationToken).Select(Item).ToList();
        return new RequestsAnswer(items, hasMore ? LedgerParameters.Cursor(Ulid.FromBytes(ids[^1])) : null);
    }

    private IEnumerable<List<AttemptRow>> Attempts(List<byte[]> ids, CancellationToken cancellationToken) =>
        Query<AttemptRow>(
            """
            SELECT u.request_id AS RequestId, u.flags AS Flags, u.status AS Status, u.upstream_status AS UpstreamStatus, u.error AS Error,
                u.input_tokens AS Input, u.cache_read_tokens AS CacheRead, u.cache_write_tokens AS CacheWrite, u.output_tokens AS Output,
                u.reasoning_tokens AS Reasoning, u.duration AS Duration, u.first_token AS FirstToken, u.upstream_request_id AS UpstreamRequestId,
                (SELECT name FROM ledger_names WHERE id = u.key_id) AS "Key", (SELECT name FROM ledger_names WHERE id = u.key_name) AS KeyName,
                (SELECT name FROM ledger_names WHERE id = u.model_asked) AS Model,
                (SELECT name FROM ledger_names WHERE id = u.model_answered) AS ModelAnswered,
                (SELECT name FROM ledger_names WHERE id = u.provider) AS Provider, (SELECT name FROM ledger_names WHERE id = u.target) AS Target,
                (SELECT name FROM ledger_names WHERE id = u.finish_reason) AS FinishReason
            FROM ledger_usage u WHERE u.request_id IN @ids ORDER BY u.request_id DESC, u.attempt
            """,
            new { ids },
            cancellationToken).GroupBy(static row => Ulid.FromBytes(row.RequestId)).Select(static group => group.ToList());

    private static RequestItem Item(List<AttemptRow> attempts)
    {
        var seen = attempts.FindLast(static a => ((UsageFlags)a.Flags).HasFlag(UsageFlags.Final)) ?? attempts[^1];
        var flags = (UsageFlags)seen.Flags;
        var id = Ulid.FromBytes(seen.RequestId);
        return new RequestItem
        {
            RequestId = id.ToString(),
            Time = id.Time,
            Key = seen.Key,
            KeyName = seen.KeyName,
            Model = seen.Model,
            ModelAnswered = seen.ModelAnswered,
            Provider = seen.Provider,
            Status = (int)seen.Status,
            Error = Reason(seen.Error),
            Truncated = flags.HasFlag(UsageFlags.Truncated),
            Aborted = flags.HasFlag(UsageFlags.Aborted),
            Estimated = attempts.Exists(static a => ((UsageFlags)a.Flags).HasFlag(UsageFlags.Estimated)),
            Stream = flags.HasFlag(UsageFlags.Stream),
            InputTokens = attempts.Sum(static a => a.Input),
            CacheReadTokens = attempts.Sum(static a => a.CacheRead),
            CacheWriteTokens = attempts.Sum(static a => a.CacheWrite),
            OutputTokens = attempts.Sum(static a => a.Output),
            ReasoningTokens = attempts.Sum(static a => a.Reasoning),
            Milliseconds = seen.Duration / 1000.0,
            FirstTokenMilliseconds = seen.FirstToken / 1000.0,
            FinishReason = seen.FinishReason,
            UpstreamRequestId = seen.UpstreamRequestId,
            Attempts = [.. attempts.Select(static a => new RequestAttempt(a.Target, (int)a.UpstreamStatus, a.Duration / 1000.0, ReasonOf(a)))],
        };
    }

    // An answer that another deployment gave is none that failed, but the operator pays for it elsewhere.
    private static string? ReasonOf(AttemptRow attempt) => Reason(attempt.Error) ?? (((UsageFlags)attempt.Flags).HasFlag(UsageFlags.Spilled) ? "spillover" : null);

    private static string? Reason(long? error) => error is { } kind ? (kind < Reasons.Length ? Reasons[kind] : "internal") : null;

    private List<T> Query<T>(string sql, object parameters, CancellationToken cancellationToken)
    {
        using var connection = new SqliteConnection(_connection);
        connection.Open();
        using var interrupt = cancellationToken.Register(static c => raw.sqlite3_interrupt(((SqliteConnection)c!).Handle), connection);
        try
        {
            return connection.Query<T>(sql, parameters).AsList();
        }
        catch (SqliteException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
    }

    private static byte[] Bytes(Ulid id)
    {
        var bytes = new byte[16];
        id.WriteBytes(bytes);
        return bytes;
    }

    private sealed class UsageRow
    {
        public string Key { get; init; } = "";

        public string? Name { get; init; }

        public long Requests { get; init; }

        public long Errors { get; init; }

        public long Input { get; init; }

        public long CacheRead { get; init; }

        public long CacheWrite { get; init; }

        public long Output { get; init; }

        public long Reasoning { get; init; }
    }

    private sealed class AttemptRow
    {
        public byte[] RequestId { get; init; } = [];

        public long Flags { get; init; }

        public long Status { get; init; }

        public long UpstreamStatus { get; init; }

        public long? Error { get; init; }

        public long Input { get; init; }

        public long CacheRead { get; init; }

        public long CacheWrite { get; init; }

        public long Output { get; init; }

        public long Reasoning { get; init; }

        public long Duration { get; init; }

        public long? FirstToken { get; init; }

        public string Key { get; init; } = "";

        public string KeyName { get; init; } = "";

        public string Model { get; init; } = "";

        public string? ModelAnswered { get; init; }

        public string Provider { get; init; } = "";

        public string Target { get; init; } = "";

        public string? FinishReason { get; init; }

        public string? UpstreamRequestId { get; init; }
    }
}
