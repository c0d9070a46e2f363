using Dapper;
using Microsoft.Data.Sqlite;
using Parley.Gateway.Exchange;
using Parley.Gateway.Storage;

namespace Parley.Gateway.Users;

/// <summary>Users in the embedded database.</summary>
internal sealed class DatabaseUserStore(SqliteDatabase database, TimeProvider time) : UserStore
{
    private const string Select = "SELECT password AS Password, is_admin AS IsAdmin, version AS Version FROM users WHERE username = @Name";

    private const string Insert = """
        INSERT INTO users (username, password, is_admin, version, created_at, updated_at)
        VALUES (@Name, @Password, @IsAdmin, @Version, @Now, @Now) ON CONFLICT (username) DO NOTHING
        """;

    private const string Update = """
        UPDATE users SET password = @Password, is_admin = @IsAdmin, version = @Version, updated_at = @Now WHERE username = @Name AND version = @Former
        """;

    public override async Task<StoredUser?> FindAsync(string name, CancellationToken cancellation)
    {
        var row = await GuardAsync(database.ReadAsync(
            transaction => transaction.Connection!.QuerySingleOrDefault<Row>(Select, new { Name = name }, transaction), cancellation)).ConfigureAwait(false);
        return row is null ? null : new StoredUser(name, row.Password, row.IsAdmin != 0, row.Version);
    }

    public override Task<bool> AddAsync(string name, string password, bool isAdmin, CancellationToken cancellation) =>
        WriteAsync(Insert, new { Name = name, Password = password, IsAdmin = isAdmin ? 1 : 0, Version = NewVersion(), Now = Now() }, cancellation);

    public override Task<bool> ReplaceAsync(StoredUser found, string password, bool isAdmin, CancellationToken cancellation) =>
        WriteAsync(
            Update, new { found.Name, Password = password, IsAdmin = isAdmin ? 1 : 0, Version = NewVersion(), Former = found.Version, Now = Now() }, cancellation);

    public override Task<bool> DeleteAsync(string name, CancellationToken cancellation) =>
        WriteAsync("DELETE FROM users WHERE username = @Name", new { Name = name }, cancellation);

    private Task<bool> WriteAsync(string sql, object parameters, CancellationToken cancellation) =>
        GuardAsync(database.WriteAsync(transaction => transaction.Connection!.Execute(sql, parameters, transaction) > 0, cancellation));

    private static async Task<T> GuardAsync<T>(Task<T> work)
    {
        try
        {
            return await work.ConfigureAwait(false);
        }
        catch (SqliteException exception)
        {
            throw new UserStoreException($"The database cannot be used for users: {exception.Message}", exception);
        }
    }

    private string NewVersion() => Ulid.New(time.GetUtcNow()).ToString();

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();

    private sealed class Row
    {
        public string Password { get; set; } = "";

        public long IsAdmin { get; set; }

        public string Version { get; set; } = "";
    }
}
