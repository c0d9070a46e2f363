using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Admin;

/// <summary><c>GET|PUT /admin/config</c>: everything at once, or nothing.</summary>
public sealed class ConfigEndpointTests
{
    [Fact]
    public async Task Get_ShowsEverythingOfEveryOriginWithoutSecrets()
    {
        await using var gateway = await StartAsync();
        var answer = await gateway.Client.FetchAsync("/admin/config");
        Assert.Equal(200, answer.Status);
        Assert.Equal(["providers", "models", "aliases", "settings"], answer.Json.AsObject().Select(pair => pair.Key));
        Assert.Equal([("lab", "file"), ("made", "admin"), ("gemini", "variables")], answer.Json["providers"]!.AsObject().Select(pair => (pair.Key, (string)pair.Value!["origin"]!)));
        Assert.Equal([("gpt", "file"), ("old", "models_config"), ("fresh", "admin")], answer.Json["models"]!.AsArray().Select(model => ((string)model!["modelId"]!, (string)model["origin"]!)));
        Assert.Equal("${LAB_KEY}", (string?)answer.Json["providers"]!["lab"]!["apiKey"]);
        Assert.Equal("""{"keys":[{"name":"fixed","key":"***"}],"limits":{"bodyBytes":1048576}}""", answer.Json["settings"]!.ToJsonString());
        foreach (var secret in new[] { AdminCalls.Secret, Wire.UpstreamKey, "fixed-key-number-one", "AIza" }) Assert.DoesNotContain(secret, answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Put_OfWhatWasShown_ChangesNothing()
    {
        await using var gateway = await StartAsync();
        var shown = await gateway.Client.FetchAsync("/admin/config");
        var again = await gateway.Client.PutAsync("/admin/config", shown.Body, shown.Header("ETag"));
        Assert.Equal((200, shown.Body, shown.Header("ETag")), (again.Status, again.Body, again.Header("ETag")));
        Assert.Equal(200, (await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("fresh"))).Status);
        Assert.Contains(gateway.Upstream.Log.Last.Headers, header => header is { Key: "Authorization", Value: "Bearer " + AdminCalls.Secret });
    }

    [Fact]
    public async Task Put_ReplacesAllEntriesOfTheApiAtOnce()
    {
        await using var gateway = await StartAsync();
        var tag = (await gateway.Client.FetchAsync("/admin/config")).Header("ETag");
        var put = await gateway.Client.PutAsync(
            "/parley/admin/config", $$"""{"providers":{"new":{{gateway.Provider(null)}}},"models":[{{AdminCalls.Model("m1", "new")}},{{AdminCalls.Model("m2", "lab")}}]}""", tag);
        Assert.Equal(200, put.Status);
        Assert.Equal(["gpt", "old", "m1", "m2"], put.Json["models"]!.AsArray().Select(model => (string)model!["modelId"]!));
        Assert.Equal((404, 200, 200), (await StatusAsync(gateway, "fresh"), await StatusAsync(gateway, "m1"), await StatusAsync(gateway, "m2")));
        Assert.Equal(412, (await gateway.Client.PutAsync("/admin/config", "{}", tag)).Status);
        Assert.Equal(200, (await gateway.Client.PutAsync("/admin/config", "{}", put.Header("ETag"))).Status);
        Assert.Equal((404, 200), (await StatusAsync(gateway, "m1"), await StatusAsync(gateway, "gpt")));
    }

    [Theory]
    [InlineData("""{"models":[{"modelId":"ok","targets":[{"provider":"lab","model":"m"}]},{"modelId":"bad","targets":[{"provider":"nobody","model":"m"}]}]}""", 400, "models[1].targets[0].provider")]
    [InlineData("""{"providers":{"a b":{"type":"openai"}}}""", 400, "providers[\"a b\"]")]
    [InlineData("""{"providers":{"new":{"type":"openai","apiKey":"***"}}}""", 400, "providers.new.apiKey")]
    [InlineData("""{"providers":[]}""", 400, "providers")]
    [InlineData("""{"models":{}}""", 400, "models")]
    [InlineData("""{"models":[{}]}""", 400, "models[0]")]
    [InlineData("""{"models":[{"modelId":"x","targets":[{"provider":"lab","model":"m"}]},{"modelId":"x","targets":[{"provider":"lab","model":"m"}]}]}""", 400, "models[1]")]
    [InlineData("""{"limits":{}}""", 400, "limits")]
    [InlineData("""{"settings":{"limits":{"bodyBytes":1}}}""", 400, "settings")]
    [InlineData("""{"providers":{"lab":{"type":"openai"}}}""", 409, "name")]
    public async Task Put_Wrong_ChangesNothing(string body, int status, string path)
    {
        await using var gateway = await StartAsync();
        var before = await gateway.Client.FetchAsync("/admin/config");
        var refused = await gateway.Client.PutAsync("/admin/config", body);
        Assert.Equal((status, path), (refused.Status, (string?)refused.Error["path"]));
        var after = await gateway.Client.FetchAsync("/admin/config");
        Assert.Equal((before.Body, before.Header("ETag")), (after.Body, after.Header("ETag")));
    }

    [Fact]
    public async Task ETag_OfTheWhole_ChangesWithEverySecret()
    {
        await using var gateway = await StartAsync();
        var before = await gateway.Client.FetchAsync("/admin/config");
        Assert.Equal(200, (await gateway.Client.PutAsync("/admin/providers/made", gateway.Provider(null).Replace(AdminCalls.Secret, "sk-another", StringComparison.Ordinal))).Status);
        var after = await gateway.Client.FetchAsync("/admin/config");
        Assert.NotEqual(before.Header("ETag"), after.Header("ETag"));
    }

    private static async Task<int> StatusAsync(GatewayHost gateway, string model) => (await gateway.Client.FetchAsync("/v1/models/" + model)).Status;

    private static async Task<GatewayHost> StartAsync()
    {
        var gateway = await GatewayHost.StartAsync(new()
        {
            Variables = new Dictionary<string, string> { ["GEMINI_API_KEY"] = "AIza-of-the-variable", ["LAB_KEY"] = Wire.UpstreamKey },
            Config = up => $$"""
                { "providers": { "lab": { "type": "openai-compatible", "baseUrl": "{{up}}v1", "apiKey": "${LAB_KEY}" } },
                  "models": [ { "modelId": "gpt", "targets": [ { "provider": "lab", "model": "gpt-4o" } ] } ],
                  "keys": [ { "name": "fixed", "key": "fixed-key-number-one" } ], "limits": { "bodyBytes": 1048576 } }
                """,
        });
        await File.WriteAllTextAsync(
            Path.Combine(gateway.Directory, "models_config.json"), """{ "models": [ { "modelId": "old", "modelName": "gpt-4o", "providerName": "OpenAI", "note": "x" } ] }""");
        Assert.Equal(200, (await gateway.Client.PostAsync("/admin/reload", "")).Status);
        await gateway.MakeAsync();
        return gateway;
    }
}
