using System.Text.Json.Nodes;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Parley.Gateway.Routing.Affinity;
using Parley.Gateway.Storage;
using Parley.Gateway.Tests.Harness;
using Parley.Testing;

namespace Parley.Gateway.Tests.PassThrough;

/// <summary>A provider's account is one for all keys: what one key has made is not there for the others.</summary>
[Trait("Contract", "5.files")]
public sealed class FilesTenantTests
{
    [Fact]
    public async Task AnotherKeysFile_IsNotThere_OnEveryCallThatNamesIt()
    {
        await using var vault = await FileVault.StartAsync();
        await using var gateway = await FileCalls.StartAsync(vault.Provider());
        using var owner = await gateway.KeyAsync();
        using var other = await gateway.KeyAsync();
        var id = await owner.UploadedAsync();
        var batch = (string)(await owner.CallAsync("POST", "/v1/batches", $$"""{"input_file_id":"{{id}}"}""")).Json["id"]!;
        await owner.AskAsync($"/v1/batches/{batch}");
        var calls = vault.Calls.Count;

        foreach (var (method, path) in ((string, string)[])[
            ("GET", $"/v1/files/{id}"), ("DELETE", $"/v1/files/{id}"), ("GET", $"/v1/files/{id}/content"), ("DELETE", $"/openai/files/{id}"), ("GET", $"/v1/files/{id}?provider=a"),
            ("GET", $"/v1/batches/{batch}"), ("POST", $"/v1/batches/{batch}/cancel"), ("GET", $"/v1/files/out-{batch}/content")])
        {
            var answer = await other.CallAsync(method, path);
            Assert.True(answer.Status == 404, $"{method} {path} answers {answer.Status}");
            Assert.StartsWith("No such ", (string)answer.Error["message"]!, StringComparison.Ordinal);
        }

        var claimed = await other.CallAsync("POST", "/v1/batches", $$"""{"input_file_id":"{{id}}","endpoint":"/v1/chat/completions"}""");
        Assert.Equal((404, $"No such File object: {id}"), (claimed.Status, (string)claimed.Error["message"]!));
        Assert.Equal(calls, vault.Calls.Count);
        Assert.Equal(200, (await owner.AskAsync($"/v1/files/{id}")).Status);
        // Its own: the provider is asked, and has none.
        Assert.Equal(404, (await owner.AskAsync($"/v1/files/out-{batch}")).Status);
        Assert.Equal($"/v1/files/out-{batch}", vault.Calls[^1].Target);
        Assert.Equal(200, (await gateway.Client.AskAsync($"/v1/files/{id}")).Status);
    }

    [Fact]
    public async Task List_HasTheKeysOwn_ByteByByte_AndAdminsSeeAll()
    {
        await using var vault = await FileVault.StartAsync();
        await using var gateway = await FileCalls.StartAsync(vault.Provider());
        using var owner = await gateway.KeyAsync();
        using var other = await gateway.KeyAsync();
        string[] own = [await owner.UploadedAsync(), "", await owner.UploadedAsync()];
        own[1] = await other.UploadedAsync();

        var listed = await owner.AskAsync("/v1/files");
        Assert.Equal([own[0], own[2]], Ids(listed));
        Assert.Equal(
            $$"""{"object":"list","data":[{"id":"{{own[0]}}", "object":"file","bytes":{{FileCalls.Form("{}\n").Length}},"created_at":1,"filename":"in.jsonl","purpose":"batch","status":"processed"},{"id":"{{own[2]}}", "object":"file","bytes":{{FileCalls.Form("{}\n").Length}},"created_at":1,"filename":"in.jsonl","purpose":"batch","status":"processed"}],"first_id":"{{own[0]}}","last_id":"{{own[2]}}","has_more":false}""",
            listed.Body);
        Assert.Equal([own[1]], Ids(await other.AskAsync("/openai/files?api-version=2024-10-21")));
        using var third = await gateway.KeyAsync();
        Assert.Empty(Ids(await third.AskAsync("/v1/files")));
        Assert.Equal(3, Ids(await gateway.Client.AskAsync("/v1/files")).Count);
    }

    [Fact]
    public async Task List_PagesWithoutAnythingOfTheKeys_AreFollowedByTheNext()
    {
        await using var vault = await FileVault.StartAsync();
        vault.PageSize = 2;
        await using var gateway = await FileCalls.StartAsync(vault.Provider());
        using var owner = await gateway.KeyAsync();
        using var other = await gateway.KeyAsync();
        var own = new List<string>();
        for (var round = 0; round < 3; round++)
        {
            for (var more = 0; more < 5; more++) await other.UploadedAsync();
            own.Add(await owner.UploadedAsync());
        }

        var seen = new List<string>();
        for (var after = ""; ;)
        {
            var page = await owner.AskAsync($"/v1/files?purpose=batch&key=x{after}");
            seen.AddRange(Ids(page));
            if (!(bool)page.Json["has_more"]!) break;
            Assert.NotEmpty(Ids(page));
            after = $"&after={(string)page.Json["last_id"]!}";
        }

        Assert.Equal(own, seen);
        Assert.All(vault.Calls.Where(static call => call.Method == "GET"), static call => Assert.StartsWith("/v1/files?purpose=batch", call.Target, StringComparison.Ordinal));
        var first = await owner.AskAsync("/v1/files");
        Assert.Equal(1, (await gateway.RecordAsync(first.Header("x-request-id"))).GetProperty("attempts").GetArrayLength());
        await gateway.AssertNothingLeftAsync();
    }

    // An SDK's iterator takes an empty page for the end, whatever has_more says.
    [Fact]
    public async Task List_WithNothingOfTheKeysForTooLong_EndsInAnErrorThatNamesAfter()
    {
        await using var vault = await FileVault.StartAsync();
        vault.PageSize = 1;
        await using var gateway = await FileCalls.StartAsync(vault.Provider());
        using var owner = await gateway.KeyAsync();
        using var other = await gateway.KeyAsync();
        for (var file = 0; file < 51; file++) await other.UploadedAsync();
        string[] own = [await owner.UploadedAsync(), await owner.UploadedAsync()];
        var ended = await owner.AskAsync("/v1/files");
        Assert.Equal((400, "list_too_long", "after"), (ended.Status, (string)ended.Error["code"]!, (string)ended.Error["param"]!));
        // A small page is asked for in larger ones, and has no more than it should.
        var first = await owner.AskAsync("/v1/files?limit=1");
        Assert.Equal([own[0]], Ids(first));
        Assert.Equal((own[0], own[0], true), ((string)first.Json["first_id"]!, (string)first.Json["last_id"]!, (bool)first.Json["has_more"]!));
        var second = await owner.AskAsync($"/v1/files?limit=1&after={own[0]}");
        Assert.Equal([own[1]], Ids(second));
        Assert.False((bool)second.Json["has_more"]!);
        await gateway.AssertNothingLeftAsync();
    }

    // What is only in memory is nobody's after kill -9, and so everybody's. The clock stands still, so nothing is written later on.
    [Fact]
    public async Task WhatAKeyHasMade_IsWrittenBeforeTheAnswer()
    {
        await using var vault = await FileVault.StartAsync();
        await using var gateway = await FileCalls.StartAsync(vault.Provider(), time: new ManualTimeProvider());
        using var owner = await gateway.KeyAsync();
        var id = await owner.UploadedAsync();
        var table = gateway.Services.GetRequiredService<MakerTable>();
        Assert.NotNull(await table.FindAsync([Mark("a", id)], GatewayCalls.Limit()));
        var batch = (string)(await owner.CallAsync("POST", "/v1/batches", $$"""{"input_file_id":"{{id}}"}""")).Json["id"]!;
        await owner.AskAsync($"/v1/batches/{batch}");
        Assert.NotNull(await table.FindAsync([Mark("a", $"out-{batch}")], GatewayCalls.Limit()));
    }

    [Fact]
    public async Task WhatAKeyHasMade_ButCannotBeWritten_IsA503ThatNamesIt_AndNobodys()
    {
        await using var vault = await FileVault.StartAsync();
        await using var gateway = await FileCalls.StartAsync(vault.Provider());
        using var owner = await gateway.KeyAsync();
        using var other = await gateway.KeyAsync();
        await gateway.Services.GetRequiredService<SqliteDatabase>().WriteAsync(static transaction => transaction.Connection!.Execute("DROP TABLE makers", transaction: transaction), GatewayCalls.Limit());
        var unwritten = await owner.UploadAsync();
        Assert.Equal((503, "owner_unwritten", "false"), (unwritten.Status, (string)unwritten.Error["code"]!, unwritten.Header("x-should-retry")));
        Assert.Contains("has made 'file-a1'", (string)unwritten.Error["message"]!, StringComparison.Ordinal);
        var asked = await other.AskAsync("/v1/files/file-a1");
        Assert.Equal((503, "owner_unknown"), (asked.Status, (string)asked.Error["code"]!));
        Assert.Single(vault.Calls);
    }

    [Fact]
    public async Task WhatAnotherProcessHasWritten_Counts_ThoughNothingOfTheKindIsKnownHere()
    {
        await using var vault = await FileVault.StartAsync();
        await using var gateway = await FileCalls.StartAsync(vault.Provider());
        using var caller = await gateway.KeyAsync();
        await gateway.Services.GetRequiredService<MakerTable>().WriteAsync(
            [new MakerTable.Entry(Mark("a", "file-far"), MakerKind.File, new Maker("a", "a/files", 0), TimeProvider.System.GetUtcNow())], GatewayCalls.Limit());
        Assert.Equal(404, (await caller.AskAsync("/v1/files/file-far")).Status);
        Assert.Empty(vault.Calls);
    }

    [Fact]
    public async Task IdThatTheProvidersDoorWouldMakeTwoSegmentsOf_IsNotThere()
    {
        await using var vault = await FileVault.StartAsync();
        await using var gateway = await FileCalls.StartAsync(vault.Provider());
        using var owner = await gateway.KeyAsync();
        using var other = await gateway.KeyAsync();
        var id = await owner.UploadedAsync();
        foreach (var odd in (string[])[$"{id}%2Fcontent", $"{id}%3F", $"{id}%20", $"x%2F..%2F{id}"]) Assert.Equal(404, (await other.AskAsync($"/v1/files/{odd}")).Status);
        Assert.Single(vault.Calls);
    }

    // One target alone, so that there is no other reason to look at the body.
    [Theory]
    [InlineData("/v1/chat/completions", """{"model":"gpt","messages":[{"role":"user","content":[{"type":"file","file":{"file_id":"{id}"} } ] } ] }""")]
    [InlineData("/v1/chat/completions", """{"model":"gpt","messages":[{"role":"user","content":[{"type":"file","file":{"file\u005fid":"{id}"} } ] } ] }""")]
    [InlineData("/v1/responses", """{"model":"gpt","input":[{"role":"user","content":[{"type":"input_file","file_id":"{id}"} ] } ] }""")]
    [InlineData("/v1/responses", """{"model":"gpt","input":"x","tools":[{"type":"code_interpreter","container":{"type":"auto","file_ids":["file-none","{id}"]} } ] }""")]
    [InlineData("/v1/images/edits", """{"model":"gpt","prompt":"x","images":[{"file_id":"{id}"} ] }""")]
    public async Task AnotherKeysFile_IsNotThere_InARequestForAModel(string path, string body)
    {
        await using var vault = await FileVault.StartAsync();
        await using var gateway = await FileCalls.StartAsync(vault.Provider(), """ "models": [ { "modelId": "gpt", "targets": [ { "provider": "a", "model": "m" } ] } ] """);
        using var owner = await gateway.KeyAsync();
        using var other = await gateway.KeyAsync();
        var id = await owner.UploadedAsync();
        var claimed = await other.PostAsync(path, body.Replace("{id}", id, StringComparison.Ordinal));
        Assert.Equal((404, $"No such File object: {id}", "file_id"), (claimed.Status, (string)claimed.Error["message"]!, (string)claimed.Error["param"]!));
        Assert.Single(vault.Calls);
        // The owner's, and one that no key has made, go their way.
        await owner.PostAsync(path, body.Replace("{id}", id, StringComparison.Ordinal));
        Assert.Equal(2, vault.Calls.Count);
        await other.PostAsync(path, body.Replace("{id}", "file-of-nobody", StringComparison.Ordinal));
        Assert.Equal(3, vault.Calls.Count);
    }

    [Fact]
    public async Task IdInMetadata_ClaimsNothing()
    {
        await using var vault = await FileVault.StartAsync();
        await using var gateway = await FileCalls.StartAsync(vault.Provider());
        using var owner = await gateway.KeyAsync();
        using var thief = await gateway.KeyAsync();
        var id = await owner.UploadedAsync();
        await thief.CallAsync("POST", "/v1/batches", $$"""{"input_file_id":"file-unknown","metadata":{"id":"{{id}}","output_file_id":"{{id}}"} }""");
        Assert.Equal(404, (await thief.AskAsync($"/v1/files/{id}")).Status);
        Assert.Empty(Ids(await thief.AskAsync("/v1/files")));
    }

    [Fact]
    public async Task WhatNoKeyHasMade_IsThereForAll()
    {
        await using var vault = await FileVault.StartAsync();
        await using var gateway = await FileCalls.StartAsync(vault.Provider());
        using var direct = new HttpClient { BaseAddress = new Uri(vault.Address) };
        direct.DefaultRequestHeaders.Add("Authorization", "Bearer sk-upstream-secret-0001");
        var id = await direct.UploadedAsync();
        using var one = await gateway.KeyAsync();
        using var two = await gateway.KeyAsync();
        Assert.Equal(200, (await one.AskAsync($"/v1/files/{id}")).Status);
        Assert.Equal(200, (await two.AskAsync($"/v1/files/{id}")).Status);
        // Whoever has used it, finds it in his list.
        Assert.Equal([id], Ids(await one.AskAsync("/v1/files")));
    }

    [Fact]
    public async Task SharedFiles_AreEverybodys()
    {
        await using var vault = await FileVault.StartAsync();
        await using var gateway = await FileCalls.StartAsync(vault.Provider("\"apiKey\": \"k\", \"sharedFiles\": true"));
        using var owner = await gateway.KeyAsync();
        using var other = await gateway.KeyAsync();
        var id = await owner.UploadedAsync();
        Assert.Equal([id], Ids(await other.AskAsync("/v1/files")));
        Assert.Equal(200, (await other.CallAsync("DELETE", $"/v1/files/{id}")).Status);
    }

    [Fact]
    public async Task List_ThatIsNone_IsRefused_NotPassedOn()
    {
        await using var vault = await FileVault.StartAsync();
        await using var gateway = await FileCalls.StartAsync(vault.Provider());
        using var owner = await gateway.KeyAsync();
        foreach (var body in (string[])["[1]", "{\"files\":[{\"id\":\"secret\"}]}", "not json", "{\"data\":[", ""])
        {
            vault.Instead = CannedUpstream.Bytes(System.Text.Encoding.UTF8.GetBytes(body), "application/json");
            var answer = await owner.AskAsync("/v1/files");
            Assert.Equal((502, "upstream_failed"), (answer.Status, (string)answer.Error["code"]!));
        }

        vault.Instead = CannedUpstream.Bytes(new byte[9 * 1024 * 1024], "application/json", piece: 100_000);
        Assert.Equal(400, (await owner.AskAsync("/v1/files")).Status);
        await gateway.AssertNothingLeftAsync();
    }

    private static UInt128 Mark(string provider, string id) => MakerKey.OfText("", MakerKind.File, $"{provider}/{id}");

    private static List<string> Ids(Wire.Answer answer)
    {
        Assert.True(answer.Status == 200, answer.Body);
        return [.. ((JsonArray)answer.Json["data"]!).Select(static entry => (string)entry!["id"]!)];
    }
}
