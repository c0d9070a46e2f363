using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Parley.Gateway.Tests.Harness;
using Parley.Gateway.Users.Passwords;
using Parley.Gateway.Users.Tables;
using Xunit.Abstractions;
using static Parley.Gateway.Tests.Users.UserCalls;

namespace Parley.Gateway.Tests.Users;

/// <summary>What only the table shows, on a real Azurite: its columns, an older system's rows, ETags, the table made when it is missing.</summary>
[Trait("Contract", "1.users.storage")]
public sealed class TableStoreTests(AzuriteProcess azurite, ITestOutputHelper output) : IClassFixture<AzuriteProcess>
{
    private const string Clear = "Sommer2019!";

    private readonly string _tableName = $"Users{Guid.NewGuid():N}";

    private TableClient? Client(string partition = "user")
    {
        if (azurite.IsHere) return TableClient.Create(TableAccount.Parse(azurite.ConnectionString, out _)!, _tableName, partition, TimeProvider.System, credentials: null);
        output.WriteLine("Azurite is not installed (npm ci --prefix tests/azurite): what only the table shows was not seen");
        return null;
    }

    private Task<GatewayHost> StartAsync(string partition = "user") => GatewayHost.StartAsync(new GatewayHostOptions
    {
        Config = _ => $$"""{ "userStorage": { "tableName": "{{_tableName}}", "partitionKey": "{{partition}}", "connectionStringEnvVar": "TABLES" } }""",
        Variables = new Dictionary<string, string> { ["TABLES"] = azurite.ConnectionString },
        Services = static services => services.AddSingleton(new PasswordHasher(100)),
    });

    private static byte[] Row(string rowKey, string columns) =>
        JsonSerializer.SerializeToUtf8Bytes(JsonDocument.Parse($$"""{"PartitionKey":"user","RowKey":{{JsonSerializer.Serialize(rowKey)}},{{columns}}}""").RootElement);

    private static async Task<JsonElement> ColumnsAsync(TableClient table, string name) => (await table.FindAsync(TableRowKey.Of(name), GatewayCalls.Limit())).Entity!.Value;

    [Fact]
    [Trait("Contract", "1.users.password")]
    public async Task Row_OfANewUser_HasTheContractsColumns_AndNoClearText()
    {
        if (Client("our users'") is not { } table) return;
        await using var gateway = await StartAsync("our users'");
        Assert.Equal(201, (await gateway.Client.UsersAsync("POST", Root, Body("a/b's", Base64(Clear), true))).Status);
        var row = await ColumnsAsync(table, "a/b's");
        Assert.Equal(("our users'", "=q=a=2Fb's", "a/b's", true), (row.GetProperty("PartitionKey").GetString(), row.GetProperty("RowKey").GetString(), row.GetProperty("username").GetString(), row.GetProperty("isAdmin").GetBoolean()));
        Assert.StartsWith("$pbkdf2-sha512$v=1$i=100$", row.GetProperty("password").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain(gateway.Log.Lines, line => line.Contains(Base64(Clear), StringComparison.Ordinal) || line.Contains("SharedKeyLite", StringComparison.Ordinal) || line.Contains("Eby8vdM0", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("\"isAdmin\":true", true)]
    [InlineData("\"isAdmin\":\"True\"", true)]
    [InlineData("\"isAdmin\":\"false\",\"email\":\"ann@example.org\"", false)]
    [InlineData("\"isAdmin\":1", true)]
    [InlineData("\"email\":\"ann@example.org\"", false)]
    [Trait("Contract", "1.users.password")]
    public async Task Row_OfAnOlderSystem_IsValidated_AndHashedAtTheFirstRightSignIn(string columns, bool isAdmin)
    {
        if (Client() is not { } table) return;
        Assert.True((await table.CreateTableAsync(GatewayCalls.Limit())).Succeeded);
        var row = Row("ann@example.org", $"\"password\":\"{Base64(Clear)}\",{columns}");
        Assert.True((await table.InsertAsync(row, GatewayCalls.Limit())).Succeeded);
        await using var gateway = await StartAsync();

        Assert.Equal(401, (await gateway.Client.UsersAsync("POST", Validate, Body("ann@example.org", Base64("wrong")))).Status);
        Assert.Equal(Base64(Clear), (await ColumnsAsync(table, "ann@example.org")).GetProperty("password").GetString());
        Assert.Equal((200, Told("ann@example.org", Base64(Clear), isAdmin)), await gateway.Client.UsersAsync("POST", Validate, Body("ann@example.org", Base64(Clear))));
        var after = await ColumnsAsync(table, "ann@example.org");
        Assert.StartsWith("$pbkdf2-sha512$", after.GetProperty("password").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Base64(Clear), after.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(columns.Contains("email", StringComparison.Ordinal), after.TryGetProperty("email", out _));
        Assert.Equal((200, Told("ann@example.org", Base64(Clear), isAdmin)), await gateway.Client.UsersAsync("POST", Validate, Body("ann@example.org", Base64(Clear))));
        Assert.Equal(401, (await gateway.Client.UsersAsync("POST", Validate, Body("ann@example.org", Base64(after.GetProperty("password").GetString()!)))).Status);
    }

    [Fact]
    [Trait("Contract", "1.users.password")]
    public async Task Row_WithColumnsInAnotherCase_KeepsThem_AndNoClearTextStaysBehind()
    {
        if (Client() is not { } table) return;
        Assert.True((await table.CreateTableAsync(GatewayCalls.Limit())).Succeeded);
        Assert.True((await table.InsertAsync(Row("old", $"\"Password\":\"{Base64(Clear)}\",\"IsAdmin\":\"true\""), GatewayCalls.Limit())).Succeeded);
        await using var gateway = await StartAsync();
        Assert.Equal((200, Told("old", null, false)), await gateway.Client.UsersAsync("PUT", PathOf("old"), Body(isAdmin: false)));
        Assert.Equal((200, Told("old", Base64(Clear), false)), await gateway.Client.UsersAsync("POST", Validate, Body("old", Base64(Clear))));
        var after = await ColumnsAsync(table, "old");
        Assert.Equal(["IsAdmin", "Password"], after.EnumerateObject().Select(static column => column.Name).Where(static name => name.EndsWith("assword", StringComparison.Ordinal) || name.EndsWith("sAdmin", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.StartsWith("$pbkdf2-sha512$", after.GetProperty("Password").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Store_WithoutItsTable_KnowsNobody_AndMakesItWithTheFirstUser()
    {
        if (Client() is not { } table) return;
        var store = new TableUserStore(table);
        Assert.Null(await store.FindAsync("ann", GatewayCalls.Limit()));
        Assert.False(await store.DeleteAsync("ann", GatewayCalls.Limit()));
        var made = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => store.AddAsync("ann", $"$hash {i}", isAdmin: false, GatewayCalls.Limit())));
        Assert.Single(made, static added => added);
        Assert.NotNull(await store.FindAsync("ann", GatewayCalls.Limit()));
    }

    [Fact]
    [Trait("Contract", "1.users.update")]
    public async Task Replace_OfARowThatChangedOrWent_IsRefused()
    {
        if (Client() is not { } table) return;
        var store = new TableUserStore(table);
        await store.AddAsync("ann", "$1", isAdmin: false, GatewayCalls.Limit());
        var first = (await store.FindAsync("ann", GatewayCalls.Limit()))!;
        Assert.True(await store.ReplaceAsync(first, "$2", true, GatewayCalls.Limit()));
        Assert.False(await store.ReplaceAsync(first, "$3", false, GatewayCalls.Limit()));
        var second = (await store.FindAsync("ann", GatewayCalls.Limit()))!;
        Assert.Equal(("$2", true), (second.Password, second.IsAdmin));
        Assert.True(await store.DeleteAsync("ann", GatewayCalls.Limit()));
        Assert.False(await store.ReplaceAsync(second, "$4", false, GatewayCalls.Limit()));
        await store.AddAsync("ann", "$5", isAdmin: false, GatewayCalls.Limit());
        Assert.False(await store.ReplaceAsync(second, "$6", false, GatewayCalls.Limit()));
    }

    [Fact]
    public async Task Store_WithAWrongKey_Answers500InTheSimpleShape_AndTheLogSaysWhatToDo()
    {
        if (Client() is null) return;
        await using var gateway = await GatewayHost.StartAsync(new GatewayHostOptions
        {
            Config = null,
            Variables = new Dictionary<string, string> { ["AZURE_STORAGE_CONNECTION_STRING"] = $"AccountName=devstoreaccount1;AccountKey=c2VjcmV0LWtleS1tYXJrZXI=;TableEndpoint={azurite.Endpoint}" },
        });
        var answer = await gateway.Client.UsersAsync("POST", Validate, Body("ann", Base64("p")));
        Assert.Equal((500, Error("The users cannot be read or written at the moment. The operator finds the reason in Parley's log.")), answer);
        Assert.Contains(gateway.Log.Lines, static line => line.StartsWith("Error", StringComparison.Ordinal) && line.Contains("status 403", StringComparison.Ordinal) && line.Contains("Check the key", StringComparison.Ordinal));
        Assert.DoesNotContain(gateway.Log.Lines, static line => line.Contains("c2VjcmV0", StringComparison.Ordinal));
    }
}
