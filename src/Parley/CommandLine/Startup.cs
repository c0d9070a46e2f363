namespace Parley.CommandLine;

/// <summary>What the program says when it does not run a server.</summary>
internal static class Startup
{
    private const string Help = """
        parley [--config FILE] [--models FILE] [--data DIR] [--database FILE] [--urls URL]
        parley keys create|list|suspend|resume|delete …     (parley keys --help)

        --config    the configuration (PARLEY_CONFIG, default ./parley.json, skipped when missing)
        --models    a second catalogue (PARLEY_MODELS, default ./models_config.json, skipped when missing)
        --data      database, ledger and pepper (PARLEY_DATA, default ./data)
        --database  the database file (PARLEY_DATABASE, default parley.db in the data directory)
        --urls      where to listen (ASPNETCORE_URLS, default http://localhost:8080)

        PARLEY_ADMIN_KEY is an admin key of your own choice, 16 to 256 printable ASCII characters.

        """;

    internal static async Task<int> HelpAsync()
    {
        await Console.Out.WriteAsync(Help);
        return 0;
    }

    internal static async Task<int> RefuseAsync(string reason, int exitCode)
    {
        await Console.Error.WriteLineAsync("Parley does not start:" + Environment.NewLine + reason);
        return exitCode;
    }
}
