namespace Parley.Gateway.Storage;

/// <summary>What <c>--database</c> (<c>PARLEY_DATABASE</c>) says.</summary>
internal static class DatabaseLocation
{
    private static readonly string[] ServerKeys = ["host", "server", "port", "username", "user id", "user", "database", "password"];

    /// <summary>The SQLite file: the one that is named, else <c>parley.db</c> in the data directory.</summary>
    /// <exception cref="StorageException">The value names a database server, or is no file. The message never repeats the value: it may hold a password.</exception>
    public static string ResolveFile(string? database, string dataDirectory)
    {
        if (string.IsNullOrWhiteSpace(database)) return Path.Combine(dataDirectory, "parley.db");
        var value = database.Trim();
        if (IsPostgres(value))
        {
            throw new StorageException(
                "--database (PARLEY_DATABASE) names a PostgreSQL server, but this version of Parley stores in SQLite only. Give the path of a file, "
                + "or leave it out to use parley.db in the data directory.");
        }

        if (value.StartsWith(':') || value.StartsWith("file:", StringComparison.OrdinalIgnoreCase) || HasKey(value, "data source"))
            throw new StorageException("--database (PARLEY_DATABASE) is the plain path of a SQLite file, such as ./data/parley.db.");
        return value;
    }

    private static bool IsPostgres(string value) =>
        value.StartsWith("postgres:", StringComparison.OrdinalIgnoreCase)
        || value.StartsWith("postgresql:", StringComparison.OrdinalIgnoreCase)
        || ServerKeys.Any(key => HasKey(value, key));

    private static bool HasKey(string value, string key) =>
        value.Split(';').Any(part => part.IndexOf('=', StringComparison.Ordinal) is > 0 and var at
            && part.AsSpan(0, at).Trim().Equals(key, StringComparison.OrdinalIgnoreCase));
}
