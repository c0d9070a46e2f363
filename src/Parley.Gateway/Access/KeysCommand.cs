using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Gateway.Configuration;
using Parley.Gateway.Storage;

namespace Parley.Gateway.Access;

/// <summary>
/// <c>parley keys …</c>: manages keys in the database from the command line, with or without a server running on it; a running server
/// knows the change within two seconds. Exit codes: 0 done, 1 refused, 2 wrong words.
/// </summary>
public static class KeysCommand
{
    private const string Help = """
        parley keys create --name NAME [--role ROLE] [--models A,B] [--providers A,B] [--tools A,B] [--priority 5] [--expires 2027-01-31] [--key VALUE]
        parley keys list
        parley keys suspend|resume|delete ID

        --role       admin, inference (default), users, validate or metrics
        --models     models that the key may use; without it the whole catalogue
        --providers  providers that it may address as a whole (provider/model); without it none
        --tools      tools of the MCP server that it may call; without it all
        --priority   1 to 10, 5 without it: where calls wait for a busy model, the higher one is served first
        --expires    a date or a time with its offset, from which on it no longer works
        --key        an existing value to take over, 16 to 256 printable ASCII characters; without it one is made
        --data       the data directory (PARLEY_DATA, default ./data)
        --database   the database file (PARLEY_DATABASE, default parley.db in the data directory)

        """;

    /// <summary>Runs one command.</summary>
    /// <param name="args">The words after <c>keys</c>.</param>
    /// <param name="environment">Reads an environment variable.</param>
    /// <param name="time">The clock.</param>
    /// <param name="output">What was asked for; the new key goes nowhere else.</param>
    /// <param name="error">What went wrong.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> args,
        Func<string, string?> environment,
        TimeProvider time,
        TextWriter output,
        TextWriter error,
        CancellationToken cancellationToken)
    {
        var line = KeysCommandLine.Parse(args, out var problem);
        if (problem is not null) return await FailAsync(error, 2, problem + " Try: parley keys --help").ConfigureAwait(false);
        if (line.Action == "help") return await PrintAsync(output, Help).ConfigureAwait(false);
        KeyDraft? draft = null;
        if (line.Action == "create" && Draft(line, out draft) is { } wrong) return await FailAsync(error, 2, wrong).ConfigureAwait(false);
        try
        {
            var data = line["data"] ?? environment("PARLEY_DATA") ?? "data";
            var file = DatabaseLocation.ResolveFile(line["database"] ?? environment("PARLEY_DATABASE"), data);
            await using var database = SqliteDatabase.Open(file, Schema.Migrations, time);
            using var hasher = new KeyHasher(Pepper.LoadOrCreate(data));
            var store = new KeyStore(database);
            using var index = new KeyIndex(store, hasher, time, NullLogger<KeyIndex>.Instance);
            var keys = new KeyService(store, index, hasher, time, NullLogger<KeyService>.Instance);
            await index.RefreshAsync(cancellationToken).ConfigureAwait(false);
            if (line.Action == "list") return await PrintAsync(output, Table(keys.List(), hasher, time.GetUtcNow())).ConfigureAwait(false);
            var outcome = await ChangeAsync(keys, line, draft, cancellationToken).ConfigureAwait(false);
            return outcome.Error is { } refused
                ? await FailAsync(error, 1, refused.Message).ConfigureAwait(false)
                : await PrintAsync(output, Done(line.Action, outcome)).ConfigureAwait(false);
        }
        catch (StorageException e)
        {
            return await FailAsync(error, 1, e.Message).ConfigureAwait(false);
        }
    }

    private static Task<KeyOutcome> ChangeAsync(KeyService keys, KeysCommandLine line, KeyDraft? draft, CancellationToken cancellationToken) => line.Action switch
    {
        "create" => keys.CreateAsync(draft!, KeyActor.CommandLine, cancellationToken),
        "delete" => keys.DeleteAsync(line.Id, KeyActor.CommandLine, cancellationToken),
        _ => keys.UpdateAsync(line.Id, key => (key with { IsSuspended = line.Action == "suspend" }, null), KeyActor.CommandLine, cancellationToken),
    };

    private static string? Draft(KeysCommandLine line, out KeyDraft? draft)
    {
        draft = null;
        var role = KeyRole.Inference;
        DateTimeOffset? expires = null;
        if (line["role"] is { } name && !KeyRoleName.TryParse(name, out role)) return $"--role is one of {KeyRoleName.All}.";
        var priority = KeyRules.DefaultPriority;
        if (line["priority"] is { } number
            && (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out priority) || KeyRules.PriorityProblem(priority) is not null))
            return $"--priority: {KeyRules.PriorityExpected}.";
        if (line["expires"] is { } text)
        {
            if (!KeyExpiry.TryParse(text, out var time)) return $"--expires is {KeyExpiry.Format}.";
            expires = time;
        }

        draft = new KeyDraft
        {
            Name = line["name"],
            Role = role,
            Models = Split(line["models"]),
            Providers = Split(line["providers"]),
            Tools = Split(line["tools"]),
            Priority = priority,
            ExpiresAt = expires,
            Key = line["key"] is { } key ? new Secret(key) : null,
        };
        return null;
    }

    private static string[]? Split(string? list) => list?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static string Done(string action, KeyOutcome outcome)
    {
        var key = outcome.Key!;
        var done = action switch { "create" => "created", "delete" => "deleted", "suspend" => "suspended", _ => "resumed" };
        var text = $"{done} {key.Id} {key.Name} ({KeyRoleName.Of(key.Role)})\n";
        return outcome.Clear is { } clear ? text + $"key {clear.Reveal()}\nIt is shown this once. A running server knows it within 2 seconds.\n" : text;
    }

    private static string Table(IReadOnlyList<KeyRecord> keys, KeyHasher hasher, DateTimeOffset now)
    {
        if (keys.Count == 0) return "There are no keys in the database.\n";
        List<string[]> rows = [["ID", "NAME", "ROLE", "KEY", "STATE", "EXPIRES", "PRIORITY", "MODELS", "PROVIDERS"]];
        foreach (var key in keys)
        {
            var state = key.PepperId != hasher.PepperId ? "invalid (pepper lost)"
                : key.IsSuspended ? "suspended"
                : key.ExpiresAt <= now ? "expired" : "active";
            var expires = key.ExpiresAt?.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture) ?? "never";
            rows.Add([key.Id, key.Name, KeyRoleName.Of(key.Role), "…" + key.LastFour, state, expires, key.Priority.ToString(CultureInfo.InvariantCulture), Join(key.Models, "all"), Join(key.Providers, "none")]);
        }

        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        return string.Concat(rows.Select(row => string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd() + "\n"));
    }

    private static string Join(IReadOnlyList<string>? list, string none) => list is null ? none : list.Count == 0 ? "none" : string.Join(',', list);

    private static async Task<int> PrintAsync(TextWriter output, string text)
    {
        await output.WriteAsync(text).ConfigureAwait(false);
        return 0;
    }

    private static async Task<int> FailAsync(TextWriter error, int code, string text)
    {
        await error.WriteLineAsync(text).ConfigureAwait(false);
        return code;
    }
}
