using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Admin;

/// <summary>Writes that are refused: each with its status, code and path, and each leaves everything as it was.</summary>
public sealed class CatalogRefusalTests
{
    [Theory]
    [InlineData("providers", "{", 400, "invalid_json", "/admin/providers")]
    [InlineData("providers", "[]", 400, "invalid_json", "/admin/providers")]
    [InlineData("providers", """{"name":"a","name":"b"}""", 400, "invalid_json", "name")]
    [InlineData("providers", """{"type":"openai"}""", 400, "configuration_invalid", "name")]
    [InlineData("providers", """{"name":7,"type":"openai"}""", 400, "configuration_invalid", "name")]
    [InlineData("providers", """{"name":"a","type":"opeani"}""", 400, "configuration_invalid", "type")]
    [InlineData("providers", """{"name":"a","type":"openai","apiKey":"k","urlstyle":"v1"}""", 400, "configuration_invalid", "urlstyle")]
    [InlineData("providers", """{"name":"a","type":"openai","apiKey":"${NOT_SET_ANYWHERE}"}""", 400, "configuration_invalid", "apiKey")]
    [InlineData("providers", """{"name":"a","type":"openai","apiKey":"***"}""", 400, "configuration_invalid", "apiKey")]
    [InlineData("providers", """{"name":"a","type":"azure-openai","endpoint":"https://x.example","auth":{"kind":"entra","clientId":"c"}}""", 400, "configuration_invalid", "auth.tenantId")]
    [InlineData("providers", """{"name":"a","type":"openai","apiKey":"k","http":{"caFile":"a\u0000b"}}""", 400, "configuration_invalid", "http.caFile")]
    [InlineData("providers", """{"name":"lab","type":"openai"}""", 409, "read_only", "name")]
    [InlineData("models", """{"targets":[{"provider":"lab","model":"m"}]}""", 400, "configuration_invalid", "modelId")]
    [InlineData("models", """{"modelId":"m","targets":[{"provider":"lab","model":"a"},{"provider":"lub","model":"b"}]}""", 400, "configuration_invalid", "targets[1].provider")]
    [InlineData("models", """{"modelId":"gpt","targets":[{"provider":"lab","model":"m"}]}""", 409, "read_only", "modelId")]
    [InlineData("models", """{"modelId":"also","targets":[{"provider":"lab","model":"m"}]}""", 409, "read_only", "modelId")]
    [InlineData("models", """{"modelId":"m","aliases":["also"],"targets":[{"provider":"lab","model":"m"}]}""", 409, "read_only", "modelId")]
    [InlineData("models", """{"modelId":"m","aliases":["fresh"],"targets":[{"provider":"lab","model":"m"}]}""", 400, "configuration_invalid", "/admin/models")]
    [InlineData("models", """{"modelId":"fresh","targets":[{"provider":"lab","model":"m"}]}""", 409, "entry_exists", "modelId")]
    public async Task Post_Wrong_IsRefusedWithItsPath(string section, string body, int status, string code, string path)
    {
        await using var gateway = await StartAsync();
        var before = (await gateway.Client.FetchAsync("/admin/config")).Body;
        var refused = await gateway.Client.PostAsync("/admin/" + section, body);
        Assert.Equal((status, code, path), refused.Refusal());
        Assert.Equal(before, (await gateway.Client.FetchAsync("/admin/config")).Body);
    }

    [Fact]
    public async Task Post_WithSeveralErrors_ListsThemAll()
    {
        await using var gateway = await StartAsync();
        var refused = await gateway.Client.PostAsync("/admin/providers", """{"name":"a","type":"openai","baseUrl":"nowhere","http":{"idleSeconds":0,"versoin":"2"},"apiKey":"sk-ü"}""");
        Assert.Equal((400, "configuration_invalid"), (refused.Status, (string?)refused.Error["code"]));
        Assert.Equal(["apiKey", "baseUrl", "http.idleSeconds", "http.versoin"], refused.Error["errors"]!.AsArray().Select(error => (string)error!["path"]!).Order());
        Assert.All(refused.Error["errors"]!.AsArray(), error => Assert.Null(error!["file"]));
        Assert.Contains("Did you mean \\\"version\\\"?", refused.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("sk-ü", refused.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FileEntry_ChangedOrDeleted_IsRefusedNamingItsPlace()
    {
        await using var gateway = await StartAsync();
        var put = await gateway.Client.PutAsync("/admin/models/gpt", AdminCalls.Model(null, "lab"));
        Assert.Equal((409, "read_only", "modelId"), put.Refusal());
        Assert.Contains("parley.json:3:15 models[0]", (string)put.Error["message"]!, StringComparison.Ordinal);
        Assert.Equal(409, (await gateway.Client.DeleteEntryAsync("/admin/models/gpt")).Status);
        Assert.Equal(409, (await gateway.Client.DeleteEntryAsync("/admin/providers/lab")).Status);
    }

    [Fact]
    public async Task Put_WithAnotherIdInTheBody_IsRefused()
    {
        await using var gateway = await StartAsync();
        Assert.Equal((400, "configuration_invalid", "modelId"), (await gateway.Client.PutAsync("/admin/models/fresh", AdminCalls.Model("frish", "lab"))).Refusal());
        Assert.Equal((400, "configuration_invalid", "name"), (await gateway.Client.PutAsync("/admin/providers/made", gateway.Provider("mode"))).Refusal());
    }

    [Fact]
    public async Task Delete_OfWhatIsNeeded_NamesWhoNeedsIt()
    {
        await using var gateway = await StartAsync();
        var provider = await gateway.Client.DeleteEntryAsync("/admin/providers/made");
        Assert.Equal((409, "in_use", "/admin/providers/made"), provider.Refusal());
        Assert.Contains("the model 'fresh'", (string)provider.Error["message"]!, StringComparison.Ordinal);

        // The file's default may be a model of the API.
        await gateway.ReloadAsync(Config(gateway.Upstream.BaseAddress.AbsoluteUri, ""","defaults":{"model":"fresh"}"""));
        var model = await gateway.Client.DeleteEntryAsync("/admin/models/fresh");
        Assert.Equal((409, "in_use", "/admin/models/fresh"), model.Refusal());
        Assert.Contains("parley.json defaults.model", (string)model.Error["message"]!, StringComparison.Ordinal);
        Assert.Equal(200, (await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("fresh"))).Status);
    }

    [Fact]
    public async Task Delete_OfAProviderWhoseNameOnlyBeginsAModels_IsTaken()
    {
        await using var gateway = await StartAsync();
        Assert.Equal(201, (await gateway.Client.PostAsync("/admin/providers", gateway.Provider("team"))).Status);
        Assert.Equal(201, (await gateway.Client.PostAsync("/admin/models", AdminCalls.Model("team/chat", "lab"))).Status);
        Assert.Equal(201, (await gateway.Client.PostAsync("/admin/models", AdminCalls.Model("team/x-*", "lab"))).Status);
        foreach (var model in (string[])["team/chat", "team/x-1", "team/raw"])
            Assert.Equal(201, (await gateway.Client.PostAsync("/admin/aliases", $$"""{"name":"to-{{model.Replace('/', '-')}}","model":"{{model}}"}""")).Status);
        await gateway.ReloadAsync(Config(gateway.Upstream.BaseAddress.AbsoluteUri, ""","defaults":{"model":"team/chat"}"""));

        var needed = await gateway.Client.DeleteEntryAsync("/admin/providers/team");
        Assert.Equal((409, "in_use", "/admin/providers/team"), needed.Refusal());
        Assert.Contains("is needed by the alias 'to-team-raw'.", (string)needed.Error["message"]!, StringComparison.Ordinal);
        Assert.Equal(204, (await gateway.Client.DeleteEntryAsync("/admin/aliases/to-team-raw")).Status);
        Assert.Equal(204, (await gateway.Client.DeleteEntryAsync("/admin/providers/team")).Status);
        Assert.Equal(200, (await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("to-team-chat"))).Status);
    }

    [Fact]
    public async Task Provider_ThatCannotBeUsed_IsNotStored()
    {
        await using var gateway = await StartAsync();
        await File.WriteAllTextAsync(Path.Combine(gateway.Directory, "ca.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        var refused = await gateway.Client.PutAsync("/admin/providers/made", gateway.Provider(null, ""","http":{"caFile":"ca.pem"}"""));
        Assert.Equal((400, "configuration_invalid"), (refused.Status, (string?)refused.Error["code"]));
        Assert.StartsWith("cannot be put in use: ", (string?)refused.Error["message"], StringComparison.Ordinal);
        Assert.Null(refused.Error["errors"]![0]!["file"]);
        var all = await gateway.Client.PutAsync("/admin/config", $"{{\"providers\":{{\"new\":{gateway.Provider(null, ""","http":{"caFile":"ca.pem"}""")}}}}}");
        Assert.Equal((400, "/admin/config"), (all.Status, (string?)all.Error["errors"]![0]!["file"]));
        Assert.DoesNotContain("parley.json", all.Body, StringComparison.Ordinal);
        Assert.Null((await gateway.Client.FetchAsync("/admin/providers/made")).Json["http"]);
        Assert.Equal(200, (await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("fresh"))).Status);
    }

    [Fact]
    public async Task Change_OfAProviderThatOthersNeed_NamesTheEntryThatWouldBreak()
    {
        await using var gateway = await StartAsync();
        var refused = await gateway.Client.PutAsync("/admin/config", $$"""{"models":[{{AdminCalls.Model("fresh", "made")}}]}""");
        Assert.Equal((400, "configuration_invalid", "models[0].targets[0].provider"), refused.Refusal());
    }

    [Fact]
    public async Task IfMatch_OfAnOldState_IsRefused()
    {
        await using var gateway = await StartAsync();
        var tag = (await gateway.Client.FetchAsync("/admin/models/fresh")).Header("ETag");
        var changed = await gateway.Client.PutAsync("/admin/models/fresh", AdminCalls.Model(null, "made", "gpt-4.1"), tag);
        Assert.Equal(200, changed.Status);
        Assert.Equal((412, "precondition_failed", "/admin/models/fresh"), (await gateway.Client.PutAsync("/admin/models/fresh", AdminCalls.Model(null, "made"), tag)).Refusal());
        Assert.Equal(412, (await gateway.Client.DeleteEntryAsync("/admin/models/fresh", tag)).Status);
        Assert.Equal(412, (await gateway.Client.PutAsync("/admin/models/none", AdminCalls.Model(null, "made"), "*")).Status);
        Assert.Equal(204, (await gateway.Client.DeleteEntryAsync("/admin/models/fresh", $"\"other\", {changed.Header("ETag")}")).Status);
    }

    [Fact]
    public async Task Body_TooLargeOrNoJson_IsRefused()
    {
        await using var gateway = await StartAsync();
        var large = await gateway.Client.PutAsync("/admin/models/large", AdminCalls.Model(null, "lab", more: $",\"description\":\"{new string('x', 512 * 1024)}\""));
        Assert.Equal((413, "request_too_large"), (large.Status, (string?)large.Error["code"]));
        Assert.Contains("512 KB", large.Body, StringComparison.Ordinal);
        using var text = new HttpRequestMessage(HttpMethod.Post, "/admin/models") { Content = new StringContent("hello") };
        Assert.Equal(415, (await gateway.Client.FetchAsync(text)).Status);
    }

    [Fact]
    public async Task Caller_ThatLeavesWhileItWaits_LeavesEverythingAsItWas()
    {
        await using var gateway = await StartAsync();
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();
        var catalog = gateway.Service<Parley.Gateway.Configuration.ConfigurationUse>();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => catalog.Reloader.ChangeAsync(null!, gone.Token));
        Assert.Equal(200, (await gateway.Client.PutAsync("/admin/models/fresh", AdminCalls.Model(null, "lab"))).Status);
    }

    private static async Task<GatewayHost> StartAsync()
    {
        var gateway = await GatewayHost.StartAsync(new() { Config = up => Config(up, "") });
        await gateway.MakeAsync();
        return gateway;
    }

    private static string Config(string up, string more) => $$"""
        { "providers": { "lab": { "type": "openai-compatible", "baseUrl": "{{up}}v1", "apiKey": "{{Wire.UpstreamKey}}" } },

          "models": [ { "modelId": "gpt", "aliases": ["also"], "targets": [ { "provider": "lab", "model": "gpt-4o" } ] } ]{{more}} }
        """;
}
