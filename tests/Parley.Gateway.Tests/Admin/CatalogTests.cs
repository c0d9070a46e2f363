using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Admin;

/// <summary>Providers and models made over the admin API: in use at once, in the shapes that were promised.</summary>
public sealed class CatalogTests
{
    private readonly CancellationToken _soon = new CancellationTokenSource(TimeSpan.FromSeconds(90)).Token;

    [Fact]
    [Trait("Contract", "3.backend")]
    public async Task Model_MadeWithItsProvider_AnswersAtOnce()
    {
        await using var gateway = await GatewayHost.StartAsync();
        var provider = await gateway.Client.PostAsync("/admin/providers", gateway.Provider("made"));
        Assert.Equal((201, "/admin/providers/made"), (provider.Status, provider.Header("Location")));
        Assert.Equal("no-store", provider.Header("Cache-Control"));
        var model = await gateway.Client.PostAsync("/parley/admin/models", AdminCalls.Model("fresh", "made", more: """,  "aliases":["newest"]"""));
        Assert.Equal((201, "/parley/admin/models/fresh"), (model.Status, model.Header("Location")));
        foreach (var name in new[] { "fresh", "newest", "made/gpt-4o", "gpt" })
            Assert.Equal((name, 200), (name, (await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat(name))).Status));
        Assert.Contains("\"newest\"", (await gateway.Client.FetchAsync("/v1/models")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Entry_Shown_HasItsKeysAndOriginAndNoSecret()
    {
        await using var gateway = await GatewayHost.StartAsync(new() { Variables = new Dictionary<string, string> { ["SPARE"] = "sk-spare" } });
        var posted = gateway.Provider("made", ""","allowedModels":["gpt-4o"],"http":{"idleSeconds":12.0e0}""").Replace("12.0e0", "12", StringComparison.Ordinal);
        var made = (await gateway.Client.PostAsync("/admin/providers", posted)).Json;
        Assert.Equal(["name", "type", "baseUrl", "apiKey", "allowedModels", "http", "origin", "readOnly", "updatedAt", "updatedBy"], made.AsObject().Select(pair => pair.Key));
        Assert.Equal(("***", "admin", false, "env:admin"), ((string?)made["apiKey"], (string?)made["origin"], (bool)made["readOnly"]!, (string?)made["updatedBy"]));
        Assert.Equal("12", made["http"]!["idleSeconds"]!.ToJsonString());
        var one = await gateway.Client.FetchAsync("/admin/providers/made");
        Assert.Equal((200, made.ToJsonString()), (one.Status, one.Json.ToJsonString()));
        var items = (await gateway.Client.FetchAsync("/admin/providers")).Json["items"]!.AsArray();
        Assert.Equal([("lab", "file", true), ("made", "admin", false)], items.Select(item => ((string)item!["name"]!, (string)item["origin"]!, (bool)item["readOnly"]!)));
        var variable = (await gateway.Client.PutAsync("/admin/providers/made", """{"type":"openai","apiKeys":["${SPARE}","x${SPARE}"]}""")).Json;
        Assert.Equal("""["${SPARE}","***"]""", variable["apiKeys"]!.ToJsonString());
    }

    [Fact]
    [Trait("Contract", "3.alias")]
    public async Task Model_Retargeted_AnswersFromTheNewTargetAndTheOldStreamEndsWhole()
    {
        await using var gateway = await GatewayHost.StartAsync(new() { Simulator = new() { Pace = TimeSpan.FromMilliseconds(30) } });
        await gateway.MakeAsync();
        using var stream = await gateway.SendAsync(GatewayCalls.Chat, GatewayCalls.Body(GatewayCalls.Chat, stream: true, "fresh"), _soon);
        var changed = await gateway.Client.PutAsync("/admin/models/fresh", AdminCalls.Model(null, "lab", "gpt-4.1"));
        Assert.Equal((200, "fresh"), (changed.Status, (string?)changed.Json["modelId"]));
        Assert.Equal(204, (await gateway.Client.DeleteEntryAsync("/admin/providers/made")).Status);
        var now = await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("fresh"));
        Assert.Equal((200, "lab", "gpt-4.1"), (now.Status, now.Header("x-parley-provider"), now.Header("x-parley-model")));
        var text = await stream.Content.ReadAsStringAsync(_soon);
        Assert.EndsWith("data: [DONE]\n\n", text, StringComparison.Ordinal);
        Assert.Contains("\"finish_reason\":\"stop\"", text, StringComparison.Ordinal);
        Assert.Equal("made", stream.Headers.GetValues("x-parley-provider").Single());
    }

    [Fact]
    public async Task Put_OfAnUnknownId_MakesItAndDeleteTakesItAway()
    {
        await using var gateway = await GatewayHost.StartAsync();
        Assert.Equal(201, (await gateway.Client.PutAsync("/admin/models/fresh", AdminCalls.Model(null, "lab"))).Status);
        Assert.Equal(200, (await gateway.Client.PutAsync("/admin/models/fresh", AdminCalls.Model("fresh", "lab"))).Status);
        Assert.Equal(204, (await gateway.Client.DeleteEntryAsync("/admin/models/fresh")).Status);
        Assert.Equal(404, (await gateway.Client.DeleteEntryAsync("/admin/models/fresh")).Status);
        Assert.Equal(404, (await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("fresh"))).Status);
        Assert.Equal((404, "not_found", "/admin/models/fresh"), (await gateway.Client.FetchAsync("/admin/models/fresh")).Refusal());
    }

    [Theory]
    [InlineData("team/gpt-4o", "team/gpt-4o")]
    [InlineData("team/gpt-4o", "team%2Fgpt-4o")]
    [InlineData("größe 1", "gr%C3%B6%C3%9Fe%201")]
    public async Task Id_WithSlashesOrOtherCharacters_IsFoundUnderItsPath(string id, string path)
    {
        await using var gateway = await GatewayHost.StartAsync();
        var made = await gateway.Client.PostAsync("/admin/models", AdminCalls.Model(id, "lab"));
        Assert.Equal((201, "/admin/models/" + Uri.EscapeDataString(id)), (made.Status, made.Header("Location")));
        Assert.Equal(id, (string?)(await gateway.Client.FetchAsync("/admin/models/" + path)).Json["modelId"]);
        Assert.Equal(200, (await gateway.Client.PutAsync("/admin/models/" + path, AdminCalls.Model(null, "lab", "gpt-4.1"))).Status);
        Assert.Equal("gpt-4.1", (await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat(id))).Header("x-parley-model"));
        Assert.Equal(204, (await gateway.Client.DeleteEntryAsync("/admin/models/" + path)).Status);
    }

    [Fact]
    public async Task Entry_SentBackAsItWasShown_KeepsItsSecrets()
    {
        await using var gateway = await GatewayHost.StartAsync();
        await gateway.MakeAsync();
        var shown = (await gateway.Client.FetchAsync("/admin/providers/made")).Body;
        Assert.Equal(200, (await gateway.Client.PutAsync("/admin/providers/made", shown)).Status);
        Assert.Equal(200, (await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("fresh"))).Status);
        Assert.Contains(gateway.Upstream.Log.Last.Headers, header => header is { Key: "Authorization", Value: "Bearer " + AdminCalls.Secret });
    }

    [Fact]
    public async Task Provider_OfAVariable_IsReplacedAndComesBack()
    {
        await using var gateway = await GatewayHost.StartAsync(new() { Variables = new Dictionary<string, string> { ["ANTHROPIC_API_KEY"] = "sk-of-the-variable" } });
        var shown = (await gateway.Client.FetchAsync("/admin/providers/anthropic")).Json;
        Assert.Equal(("variables", false, "***"), ((string?)shown["origin"], (bool)shown["readOnly"]!, (string?)shown["apiKey"]));
        Assert.Equal((409, "read_only"), ((await gateway.Client.DeleteEntryAsync("/admin/providers/anthropic")) is var refused ? refused.Status : 0, (string?)refused.Error["code"]));
        Assert.Equal(201, (await gateway.Client.PostAsync("/admin/providers", gateway.Provider("anthropic"))).Status);
        Assert.Equal("admin", (string?)(await gateway.Client.FetchAsync("/admin/providers/anthropic")).Json["origin"]);
        Assert.Equal(200, (await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("anthropic/gpt-4o"))).Status);
        Assert.Equal(204, (await gateway.Client.DeleteEntryAsync("/admin/providers/anthropic")).Status);
        Assert.Equal("variables", (string?)(await gateway.Client.FetchAsync("/admin/providers/anthropic")).Json["origin"]);
    }

    [Fact]
    public async Task Writers_SixtyFourAtATime_AllSucceedAndNothingIsLost()
    {
        await using var gateway = await GatewayHost.StartAsync();
        await gateway.MakeAsync();
        var made = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => gateway.Client.PostAsync("/admin/models", AdminCalls.Model($"m{i}", "made"))));
        Assert.All(made, answer => Assert.Equal(201, answer.Status));
        // One id, 64 writers: one makes it.
        var same = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => gateway.Client.PostAsync("/admin/models", AdminCalls.Model("same", "made"))));
        Assert.Equal((1, 63), (same.Count(answer => answer.Status == 201), same.Count(answer => answer.Status == 409)));
        // Writes, deletions and reloads at once.
        var mixed = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => (i % 4) switch
        {
            0 => gateway.Client.DeleteEntryAsync($"/admin/models/m{i}"),
            1 => gateway.Client.PostAsync("/admin/reload", ""),
            _ => gateway.Client.PutAsync($"/admin/models/m{i}", AdminCalls.Model(null, "lab", "gpt-4.1")),
        }));
        Assert.All(mixed, answer => Assert.InRange(answer.Status, 200, 204));
        var items = (await gateway.Client.FetchAsync("/admin/models")).Json["items"]!.AsArray();
        Assert.Equal(3 + 48, items.Count);
        foreach (var i in new[] { 1, 2, 3, 63 })
        {
            var answer = await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat($"m{i}"));
            Assert.Equal((200, i % 4 == 1 ? "gpt-4o" : "gpt-4.1"), (answer.Status, answer.Header("x-parley-model")));
        }
    }

    [Fact]
    public async Task Restart_EverythingIsThereAgain()
    {
        var directory = Directory.CreateTempSubdirectory("parley-test-").FullName;
        try
        {
            string before;
            string? tag;
            await using (var first = await GatewayHost.StartAsync(new() { Directory = directory }))
            {
                await first.MakeAsync();
                Assert.Equal(201, (await first.Client.PutAsync("/admin/models/team/second", AdminCalls.Model(null, "made"))).Status);
                before = (await first.Client.FetchAsync("/admin/models")).Body;
                tag = (await first.Client.FetchAsync("/admin/models/fresh")).Header("ETag");
            }

            // The file's own entries name another address now; those of the API are as they were, the upstream that they name is gone.
            await using var second = await GatewayHost.StartAsync(new() { Directory = directory });
            Assert.Equal(before, (await second.Client.FetchAsync("/admin/models")).Body);
            Assert.Equal(200, (await second.Client.PutAsync("/admin/providers/made", second.Provider(null))).Status);
            Assert.Equal(200, (await second.Client.PostAsync("/v1/chat/completions", Wire.Chat("fresh"))).Status);
            Assert.Equal(200, (await second.Client.PutAsync("/admin/models/fresh", AdminCalls.Model(null, "made", "gpt-4.1"), tag)).Status);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public async Task Catalogue_WithoutAKeyOrTheRole_IsClosed()
    {
        await using var gateway = await GatewayHost.StartAsync();
        using var nobody = gateway.CreateClient(null);
        using var caller = await gateway.KeyAsync();
        foreach (var path in new[] { "/admin/providers/lab", "/admin/models/gpt", "/admin/config", "/parley/admin/config" })
        {
            Assert.Equal((401, 403), ((await nobody.FetchAsync(path)).Status, (await caller.FetchAsync(path)).Status));
            Assert.Equal((401, 403), ((await nobody.PutAsync(path, "{}")).Status, (await caller.PutAsync(path, "{}")).Status));
        }

        Assert.Equal(405, (await gateway.Client.PostAsync("/admin/config", "{}")).Status);
    }
}
