using Parley.Gateway.Tests.Harness;
using Xunit.Abstractions;

namespace Parley.Gateway.Tests.Users;

/// <summary>The users rows of contracts §1 on a real Azurite; each test has a table of its own, which Parley makes.</summary>
[Trait("Contract", "1.users.storage")]
public sealed class TableUserApiTests(AzuriteProcess azurite, ITestOutputHelper output) : UserApiTests(output), IClassFixture<AzuriteProcess>
{
    private protected override bool IsHere => azurite.IsHere;

    private protected override GatewayHostOptions Options => new()
    {
        Config = null,
        Variables = new Dictionary<string, string> { ["AZURE_STORAGE_CONNECTION_STRING"] = azurite.ConnectionString },
        ModelsConfig = $$"""{ "models": [], "userStorage": { "tableName": "Users{{Guid.NewGuid():N}}" } }""",
    };
}
