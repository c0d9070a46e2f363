namespace Parley.CommandLine;

/// <summary>
/// Azure Functions as the place where Parley runs: as a custom handler, to which the Functions host passes requests on over the loopback
/// (deploy/functions). It is recognised by the port that the host gives.
/// </summary>
/// <param name="Port">The port to listen on.</param>
/// <param name="Data">The data directory.</param>
/// <param name="Database">What <c>--database</c> says; null for a file in the data directory.</param>
internal sealed record FunctionsHost(string Port, string Data, string? Database)
{
    /// <summary>Only the Functions host is to reach it, over IPv4: it calls 127.0.0.1.</summary>
    internal static string UrlOf(string port) => $"http://127.0.0.1:{port}";

    /// <summary>
    /// The data directory when nobody named one: <paramref name="usual"/>, or where the deployed folder is mounted from a package, which cannot be
    /// written to, one for temporary files.
    /// </summary>
    internal static string WritableData(string usual)
    {
        try
        {
            Directory.CreateDirectory(usual);
            var probe = Path.Combine(usual, $".write-{Environment.ProcessId}");
            using (new FileStream(probe, FileMode.Create, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose)) return usual;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Path.Combine(Path.GetTempPath(), "parley");
        }
    }

    /// <summary>What its start says beside the address.</summary>
    internal IEnumerable<string> Lines(TimeSpan heartbeat)
    {
        var beats = heartbeat == TimeSpan.Zero ? "heartbeats are off, so a stream that is silent for 230 s is cut" : $"a silent stream gets a comment every {heartbeat.TotalSeconds:0} s";
        yield return $"Runs on Azure Functions, behind its host on port {Port}; {beats}.";
        if (IsDatabaseLocal)
        {
            yield return $"Warning: users, keys and the ledger are in {Path.GetFullPath(Data)}, on this instance's own disk. They are lost with the instance, and other instances do not see them. "
                + "Name a shared database in PARLEY_DATABASE, the admin key in PARLEY_ADMIN_KEY and the callers' keys under \"keys\" of parley.json.";
        }
    }

    // A named one is where the operator wants it, unless that is a place for temporary files.
    private bool IsDatabaseLocal =>
        Database is null || Path.GetFullPath(Database).StartsWith(Path.GetFullPath(Path.GetTempPath()), StringComparison.Ordinal);
}
