using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Admin;

/// <summary>Aliases made over the admin API.</summary>
public sealed class AliasEntryTests
{
    [Fact]
    public async Task Alias_MadeAndRetargeted_LeadsThereAtOnce()
    {
        await using var gateway = await GatewayHost.StartAsync();
        await gateway.MakeAsync();
        var made = await gateway.Client.PostAsync("/admin/aliases", """{"name":"stable","model":"gpt","defaults":{"system":"Be brief."}}""");
        Assert.Equal((201, "/admin/aliases/stable", "Be brief."), (made.Status, made.Header("Location"), (string?)made.Json["defaults"]!["system"]));
        Assert.Equal("lab", (await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("stable"))).Header("x-parley-provider"));
        Assert.Equal(200, (await gateway.Client.PutAsync("/admin/aliases/stable", """{"split":[{"model":"fresh","weight":3}],"stable":"key"}""")).Status);
        Assert.Equal("made", (await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("stable"))).Header("x-parley-provider"));
        var shown = (await gateway.Client.FetchAsync("/admin/aliases")).Json["items"]![0]!;
        Assert.Equal(("stable", "fresh", "key"), ((string?)shown["name"], (string?)shown["split"]![0]!["model"], (string?)shown["stable"]));
        Assert.Equal(204, (await gateway.Client.DeleteEntryAsync("/admin/aliases/stable")).Status);
        Assert.Equal(404, (await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("stable"))).Status);
    }

    [Theory]
    [InlineData("""{"name":"a"}""", 400, "configuration_invalid", "model")]
    [InlineData("""{"name":"a","model":"nobody"}""", 400, "configuration_invalid", "model")]
    [InlineData("""{"name":"a","split":[{"model":"gpt"},{"model":"b"}]}""", 400, "configuration_invalid", "split[1].model")]
    [InlineData("""{"name":"fresh","model":"gpt"}""", 400, "configuration_invalid", "/admin/aliases")]
    [InlineData("""{"name":"gpt","model":"fresh"}""", 409, "read_only", "name")]
    [InlineData("""{"name":"filed","model":"fresh"}""", 409, "read_only", "name")]
    [InlineData("""{"name":"b","model":"gpt"}""", 409, "entry_exists", "name")]
    public async Task Post_Wrong_IsRefused(string body, int status, string code, string path)
    {
        await using var gateway = await GatewayHost.StartAsync(new() { Config = Config });
        await gateway.MakeAsync();
        Assert.Equal(201, (await gateway.Client.PostAsync("/admin/aliases", """{"name":"b","model":"gpt"}""")).Status);
        Assert.Equal((status, code, path), (await gateway.Client.PostAsync("/admin/aliases", body)).Refusal());
        Assert.Equal("b filed", string.Join(' ', (await gateway.Client.FetchAsync("/admin/aliases")).Json["items"]!.AsArray().Select(item => (string)item!["name"]!).Order()));
    }

    [Fact]
    public async Task Delete_OfAModelThatAnAliasNeeds_NamesTheAlias()
    {
        await using var gateway = await GatewayHost.StartAsync(new() { Config = Config });
        await gateway.MakeAsync();
        Assert.Equal(201, (await gateway.Client.PostAsync("/admin/aliases", """{"name":"b","split":[{"model":"gpt"},{"model":"fresh"}]}""")).Status);
        var refused = await gateway.Client.DeleteEntryAsync("/admin/models/fresh");
        Assert.Equal((409, "in_use", "/admin/models/fresh"), refused.Refusal());
        Assert.Contains("the alias 'b'", (string)refused.Error["message"]!, StringComparison.Ordinal);
        Assert.Equal(204, (await gateway.Client.DeleteEntryAsync("/admin/aliases/b")).Status);
        Assert.Equal(204, (await gateway.Client.DeleteEntryAsync("/admin/models/fresh")).Status);
    }

    [Fact]
    public async Task Config_WithAliasesOfBothKinds_ComesBackAsItWas()
    {
        await using var gateway = await GatewayHost.StartAsync(new() { Config = Config });
        await gateway.MakeAsync();
        Assert.Equal(201, (await gateway.Client.PostAsync("/admin/aliases", """{"name":"b","model":"fresh"}""")).Status);
        var shown = await gateway.Client.FetchAsync("/admin/config");
        Assert.Equal(("gpt", "file"), ((string?)shown.Json["aliases"]!["filed"]!["model"], (string?)shown.Json["aliases"]!["filed"]!["origin"]));
        var again = await gateway.Client.PutAsync("/admin/config", shown.Body, shown.Header("ETag"));
        Assert.Equal((200, shown.Body), (again.Status, again.Body));
        // As the file would write it.
        Assert.Equal(200, (await gateway.Client.PutAsync("/admin/config", """{"aliases":{"short":"gpt"}}""")).Status);
        Assert.Equal("gpt", (string?)(await gateway.Client.FetchAsync("/admin/aliases/short")).Json["model"]);
        Assert.Equal(200, (await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("short"))).Status);
    }

    private static string Config(string up) => $$"""
        { "providers": { "lab": { "type": "openai-compatible", "baseUrl": "{{up}}v1", "apiKey": "{{Wire.UpstreamKey}}" } },
          "models": [ { "modelId": "gpt", "targets": [ { "provider": "lab", "model": "gpt-4o" } ] } ],
          "aliases": { "filed": "gpt" } }
        """;
}
