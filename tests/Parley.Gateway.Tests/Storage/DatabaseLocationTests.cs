using Parley.Gateway.Storage;

namespace Parley.Gateway.Tests.Storage;

public sealed class DatabaseLocationTests
{
    [Theory]
    [InlineData("postgres://me:secret@db/parley")]
    [InlineData("postgresql://db/parley")]
    [InlineData("POSTGRES://db")]
    [InlineData("Host=db;Username=me;Password=secret")]
    [InlineData(" server = db ; User Id=me")]
    [InlineData("Password=secret;Host=db")]
    public void ResolveFile_DatabaseServer_SaysThatThisVersionStoresInSqliteOnly(string database)
    {
        var error = Assert.Throws<StorageException>(() => DatabaseLocation.ResolveFile(database, "data"));
        Assert.Contains("this version of Parley stores in SQLite only", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(":memory:")]
    [InlineData("Data Source=parley.db")]
    [InlineData("file:parley.db?mode=memory")]
    public void ResolveFile_OtherConnectionStrings_AskForAPath(string database) =>
        Assert.Contains("plain path", Assert.Throws<StorageException>(() => DatabaseLocation.ResolveFile(database, "data")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(null, "data/parley.db")]
    [InlineData(" ", "data/parley.db")]
    [InlineData("/var/lib/a=b/keys.db", "/var/lib/a=b/keys.db")]
    [InlineData("./postgres.db", "./postgres.db")]
    public void ResolveFile_PathOrNothing_IsTheFile(string? database, string expected) =>
        Assert.Equal(expected, DatabaseLocation.ResolveFile(database, "data").Replace('\\', '/'));
}
