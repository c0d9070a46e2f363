using System.Text;
using Microsoft.Data.Sqlite;
using Parley.Gateway.Storage;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Admin;

/// <summary>What is kept: encrypted, beneath the file, and never to be read again by anybody.</summary>
public sealed class CatalogStorageTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("parley-test-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Secrets_OfEveryKind_AreInNoAnswerLogLineOrDatabaseFile()
    {
        string[] secrets = ["secret-key-4711", "secret-first-4711", "secret-second-4711", "secret-header-4711", "secret-entra-4711", "secret-aws-4711", "secret-session-4711", "secret-mistyped-4711"];
        await using var gateway = await StartAsync();
        string[] providers =
        [
            """{"name":"p0","type":"openai","apiKey":"secret-key-4711"}""",
            """{"name":"p1","type":"groq","api_keys":["secret-first-4711","secret-second-4711"]}""",
            """{"name":"p2","type":"openai","auth":{"kind":"header","name":"x-key","value":"secret-header-4711"}}""",
            """{"name":"p3","type":"azure-openai","endpoint":"https://x.openai.azure.com","auth":{"kind":"entra","tenantId":"t","clientId":"c","clientSecret":"secret-entra-4711"}}""",
            """{"name":"p4","type":"bedrock","accessKeyId":"AKIA","secretAccessKey":"secret-aws-4711","sessionToken":"secret-session-4711"}""",
        ];
        var answers = new StringBuilder();
        foreach (var provider in providers)
        {
            var answer = await gateway.Client.PostAsync("/admin/providers", provider);
            Assert.Equal((201, ""), (answer.Status, answer.Status == 201 ? "" : answer.Body));
            answers.Append(answer.Body);
        }

        Assert.Equal(400, (await gateway.Client.PostAsync("/admin/providers", """{"name":"p5","type":"openai","apiKye":"secret-mistyped-4711"}""")).Status);
        foreach (var path in new[] { "/admin/providers", "/admin/config", "/admin/providers/p1", "/admin/providers/lab" }) answers.Append((await gateway.Client.FetchAsync(path)).Body);
        Assert.Equal(200, (await gateway.Client.PostAsync("/admin/reload", "")).Status);
        foreach (var answer in new[] { await gateway.Client.PutAsync("/admin/config", (await gateway.Client.FetchAsync("/admin/config")).Body) })
        {
            Assert.Equal((200, ""), (answer.Status, answer.Status == 200 ? "" : answer.Body));
            answers.Append(answer.Body);
        }

        foreach (var secret in secrets.Append(Wire.UpstreamKey))
        {
            Assert.DoesNotContain(secret, answers.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain(gateway.Log.Lines, line => line.Contains(secret, StringComparison.Ordinal));
        }

        Assert.Contains(gateway.Log.Lines, line => line.Contains("/admin/providers/p0 was made with type, apiKey by key env:admin", StringComparison.Ordinal));
        var files = Directory.GetFiles(Path.Combine(_directory, "data"), "parley.db*");
        Assert.Contains(files, file => file.EndsWith("-wal", StringComparison.Ordinal));
        foreach (var file in files)
        {
            var bytes = await ReadAsync(file);
            Assert.All(secrets, secret => Assert.True(bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)) < 0, $"{secret} is in {file}"));
        }
    }

    [Fact]
    public async Task File_ThatBringsANameOfTheApi_Wins()
    {
        await using var gateway = await StartAsync();
        await gateway.MakeAsync();
        Assert.Equal(201, (await gateway.Client.PostAsync("/admin/models", AdminCalls.Model("second", "made", more: ""","aliases":["nick"]"""))).Status);
        var up = gateway.Upstream.BaseAddress.AbsoluteUri;
        var warnings = await gateway.ReloadAsync(Config(up, """, { "modelId": "fresh", "aliases": ["nick"], "targets": [ { "provider": "lab", "model": "gpt-4.1" } ] }"""));
        Assert.Equal(
        [
            "/admin/models/fresh: is not in use, because parley.json:2:94 models[1] has that name and a file wins. Take it out of the file, or DELETE /admin/models/fresh.",
            "/admin/models/second: does not answer to \"nick\", because parley.json:2:94 models[1] has that name and a file wins. Take it out of one of them.",
        ], warnings);
        foreach (var (name, model) in new[] { ("fresh", "gpt-4.1"), ("nick", "gpt-4.1"), ("second", "gpt-4o") })
            Assert.Equal(model, (await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat(name))).Header("x-parley-model"));
        Assert.Equal("file", (string?)(await gateway.Client.FetchAsync("/admin/models/fresh")).Json["origin"]);
        Assert.Equal(409, (await gateway.Client.PutAsync("/admin/models/fresh", AdminCalls.Model(null, "lab"))).Status);

        // Taken out of the file again, the API's entry is in use again; while it is hidden, it can be deleted.
        await gateway.ReloadAsync(Config(up, ""));
        Assert.Equal("gpt-4o", (await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("fresh"))).Header("x-parley-model"));
        await gateway.ReloadAsync(Config(up, """, { "modelId": "fresh", "targets": [ { "provider": "lab", "model": "gpt-4.1" } ] }"""));
        Assert.Equal((204, 409), ((await gateway.Client.DeleteEntryAsync("/admin/models/fresh")).Status, (await gateway.Client.DeleteEntryAsync("/admin/models/fresh")).Status));
        await gateway.ReloadAsync(Config(up, ""));
        Assert.Equal(404, (await gateway.Client.FetchAsync("/admin/models/fresh")).Status);
    }

    [Fact]
    public async Task Config_SentBackWhileAFileHidesEntries_KeepsThem()
    {
        await using var gateway = await StartAsync();
        await gateway.MakeAsync();
        Assert.Equal(201, (await gateway.Client.PostAsync("/admin/models", AdminCalls.Model("second", "made", more: ""","aliases":["nick"]"""))).Status);
        Assert.Equal(201, (await gateway.Client.PostAsync("/admin/providers", gateway.Provider("hidden"))).Status);
        var up = gateway.Upstream.BaseAddress.AbsoluteUri;
        var hiding = Config(up, """, { "modelId": "fresh", "aliases": ["nick"], "targets": [ { "provider": "lab", "model": "gpt-4.1" } ] }""")
            .Replace("\"providers\": {", "\"providers\": { \"hidden\": { \"type\": \"simulator\" },", StringComparison.Ordinal);
        Assert.Equal(3, (await gateway.ReloadAsync(hiding)).Length);

        var shown = await gateway.Client.FetchAsync("/admin/config");
        var again = await gateway.Client.PutAsync("/admin/config", shown.Body, shown.Header("ETag"));
        Assert.Equal((200, shown.Body, shown.Header("ETag")), (again.Status, again.Body, again.Header("ETag")));
        Assert.DoesNotContain(gateway.Log.Lines, line => line.Contains("was deleted by key", StringComparison.Ordinal));
        Assert.Empty(await gateway.ReloadAsync(Config(up, "")));
        foreach (var name in (string[])["fresh", "nick", "second"])
            Assert.Equal("gpt-4o", (await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat(name))).Header("x-parley-model"));
        Assert.Contains("openai-compatible", (await gateway.Client.FetchAsync("/admin/providers/hidden")).Body, StringComparison.Ordinal);

        // What is not sent back is deleted, hidden or not.
        await gateway.ReloadAsync(hiding);
        Assert.Equal(200, (await gateway.Client.PutAsync("/admin/config", "{}")).Status);
        await gateway.ReloadAsync(Config(up, ""));
        Assert.Equal(404, (await gateway.Client.FetchAsync("/admin/providers/hidden")).Status);
    }

    [Fact]
    public async Task File_ThatBreaksAnEntry_IsRefusedAndNamesIt()
    {
        await using var gateway = await StartAsync();
        Assert.Equal(201, (await gateway.Client.PostAsync("/admin/models", AdminCalls.Model("fresh", "lab"))).Status);
        await File.WriteAllTextAsync(gateway.ConfigFile, """{ "providers": { "sim": { "type": "simulator" } } }""");
        var refused = await gateway.Client.PostAsync("/admin/reload", "");
        Assert.Equal(400, refused.Status);
        Assert.Contains("/admin/models/fresh:1:", refused.Body, StringComparison.Ordinal);
        Assert.Contains("targets[0].provider: there is no provider \\\"lab\\\"", refused.Body, StringComparison.Ordinal);
        Assert.Equal(200, (await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("fresh"))).Status);
        // The API goes on with the file that is in use.
        Assert.Equal(201, (await gateway.Client.PostAsync("/admin/models", AdminCalls.Model("other", "lab"))).Status);
    }

    [Fact]
    public async Task Restart_WithAnotherPepper_SaysWhatToDo()
    {
        await using (var first = await StartAsync()) await first.MakeAsync();
        var pepper = Path.Combine(_directory, "data", "pepper");
        var right = await File.ReadAllBytesAsync(pepper);
        await File.WriteAllBytesAsync(pepper, new byte[32]);
        var wrong = await Assert.ThrowsAsync<StorageException>(StartAsync);
        Assert.Contains($"another pepper than the one in {pepper}", wrong.Message, StringComparison.Ordinal);
        Assert.Contains("Restore that file", wrong.Message, StringComparison.Ordinal);
        File.Delete(pepper);
        var gone = await Assert.ThrowsAsync<StorageException>(StartAsync);
        Assert.Contains($"{pepper}, but that file is gone", gone.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(pepper));
        await File.WriteAllBytesAsync(pepper, right);
        await using var again = await StartAsync();
        Assert.Equal(200, (await again.Client.FetchAsync("/admin/models/fresh")).Status);
    }

    [Fact]
    public async Task Row_LaidUnderAnotherName_IsRefused()
    {
        await using (var first = await StartAsync())
        {
            await first.MakeAsync();
            Assert.Equal(201, (await first.Client.PostAsync("/admin/providers", first.Provider("second"))).Status);
        }

        await using (var connection = new SqliteConnection($"Data Source={Path.Combine(_directory, "data", "parley.db")};Pooling=False"))
        {
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = "UPDATE catalog_entries SET body = (SELECT body FROM catalog_entries WHERE id = 'second') WHERE id = 'made'";
            Assert.Equal(1, await command.ExecuteNonQueryAsync());
        }

        Assert.Contains("'made' in the table catalog_entries is damaged", (await Assert.ThrowsAsync<StorageException>(StartAsync)).Message, StringComparison.Ordinal);
    }

    private Task<GatewayHost> StartAsync() => GatewayHost.StartAsync(new() { Directory = _directory, Config = up => Config(up, "") });

    private static string Config(string up, string models) => $$"""
        { "providers": { "lab": { "type": "openai-compatible", "baseUrl": "{{up}}v1", "apiKey": "{{Wire.UpstreamKey}}" } },
          "models": [ { "modelId": "gpt", "targets": [ { "provider": "lab", "model": "gpt-4o" } ] }{{models}} ] }
        """;

    private static async Task<byte[]> ReadAsync(string file)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy);
        return copy.ToArray();
    }
}
