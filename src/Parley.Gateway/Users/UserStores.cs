using Azure.Core;
using Parley.Gateway.Configuration;
using Parley.Gateway.Storage;
using Parley.Gateway.Users.Tables;

namespace Parley.Gateway.Users;

/// <summary>The store that the configuration asks for: the table where its variable has a value, the embedded database otherwise. Follows reloads.</summary>
internal sealed class UserStores(
    SnapshotHolder snapshots, SqliteDatabase database, TimeProvider time, Func<ProviderAuthConfig, TokenCredential>? credentials = null)
{
    private readonly DatabaseUserStore _database = new(database, time);
    private volatile Tabled? _table;

    private sealed record Tabled(UserStorageConfig Config, TableUserStore Store);

    /// <summary>The store as of now.</summary>
    public UserStore Current
    {
        get
        {
            if (snapshots.Current.Config.UserStorage is not { ConnectionString: { } connection } config) return _database;
            var table = _table;
            // Equal and not the same: a reload that changes nothing of it keeps the connections.
            if (table is not null && table.Config == config) return table.Store;
            var account = TableAccount.Parse(connection.Reveal(), out _) ?? throw new InvalidOperationException("The connection string was checked when it was loaded.");
            var client = TableClient.Create(account, config.TableName, config.PartitionKey, time, credentials);
            _table = table = new Tabled(config, new TableUserStore(client));
            return table.Store;
        }
    }
}
