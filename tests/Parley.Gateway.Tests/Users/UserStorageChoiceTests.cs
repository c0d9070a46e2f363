using Parley.Gateway.Configuration;
using Parley.Gateway.Tests.Harness;
using static Parley.Gateway.Tests.Users.UserCalls;

namespace Parley.Gateway.Tests.Users;

/// <summary>Where users live, by the variable that the configuration names.</summary>
[Trait("Contract", "1.users.storage")]
public sealed class UserStorageChoiceTests
{
    [Fact]
    public async Task UserStorage_WithoutAValue_WarnsOnceAndUsesTheDatabase()
    {
        await using var gateway = await GatewayHost.StartAsync(new GatewayHostOptions
        {
            Config = null,
            ModelsConfig = """{ "models": [], "userStorage": { "tableName": "Users", "partitionKey": "user", "connectionStringEnvVar": "MY_STORAGE" } }""",
        });
        var warning = Assert.Single(gateway.Log.Lines, static line => line.StartsWith("Warning", StringComparison.Ordinal) && line.Contains("MY_STORAGE", StringComparison.Ordinal));
        Assert.Contains("MY_STORAGE: is not set, so users live in the embedded database and not in Azure Table Storage, as userStorage asks.", warning, StringComparison.Ordinal);
        Assert.Equal(201, (await gateway.Client.UsersAsync("POST", Root, Body("ann", Base64("p")))).Status);
    }

    [Fact]
    public async Task NoUserStorage_UsesTheDatabaseWithoutAWord()
    {
        await using var gateway = await GatewayHost.StartAsync();
        Assert.Equal(201, (await gateway.Client.UsersAsync("POST", Root, Body("ann", Base64("p")))).Status);
        Assert.DoesNotContain(gateway.Log.Lines, static line => line.Contains("STORAGE", StringComparison.OrdinalIgnoreCase) && line.StartsWith("Warning", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Value_ThatIsNoConnectionString_StopsTheStart_AndIsNotRepeated()
    {
        var refused = await Assert.ThrowsAsync<ConfigurationException>(() => GatewayHost.StartAsync(new GatewayHostOptions
        {
            Variables = new Dictionary<string, string> { ["AZURE_STORAGE_CONNECTION_STRING"] = "secret-marker-without-a-form" },
        }));
        Assert.Contains("AZURE_STORAGE_CONNECTION_STRING: is neither a connection string", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-marker", refused.ToString(), StringComparison.Ordinal);
    }
}
