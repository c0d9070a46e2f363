namespace Parley.Gateway.Configuration;

/// <summary>Where users live when they live in Azure Table Storage (contracts §1, <c>userStorage</c>).</summary>
public sealed record UserStorageConfig
{
    /// <summary>The table.</summary>
    public string TableName { get; init; } = "Users";

    /// <summary>The one partition of it.</summary>
    public string PartitionKey { get; init; } = "user";

    /// <summary>The variable that holds the connection string; without a value the embedded database is used.</summary>
    public string ConnectionStringVariable { get; init; } = "AZURE_STORAGE_CONNECTION_STRING";

    /// <summary>That variable's value, checked: a connection string, or the address of the account's tables. Null when it has none.</summary>
    public Secret? ConnectionString { get; init; }
}
