using Parley.Gateway.Configuration;
using Parley.Gateway.Tests.Harness;
using Parley.Gateway.Tests.Translation;
using static Parley.Gateway.Tests.Routing.AliasGateway;

namespace Parley.Gateway.Tests.Routing;

/// <summary>Names that lead to models: where, for whom, and what the caller sees of it (contracts §§3, 5, 7).</summary>
public sealed class AliasTests(AliasTests.Gateway fixture) : IClassFixture<AliasTests.Gateway>
{
    public sealed class Gateway : IAsyncLifetime
    {
        internal GatewayHost Host { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            Host = await GatewayHost.StartAsync(new()
            {
                Config = up => $$"""
                    {
                      "providers": {
                        "lab": { "type": "openai-compatible", "baseUrl": "{{up}}v1", "apiKey": "{{Wire.UpstreamKey}}" },
                        "claude": { "type": "anthropic", "baseUrl": "{{up}}", "apiKey": "{{Wire.UpstreamKey}}" },
                        "eu": { "type": "azure-openai", "endpoint": "{{up}}", "apiKey": "{{Wire.UpstreamKey}}", "deployments": { "house": "gpt-4o-mini" } }
                      },
                      "models": [
                        { "modelId": "gpt", "aliases": ["gpt-latest"], "targets": [ { "provider": "lab", "model": "gpt-4o" } ] },
                        { "modelId": "sonnet", "targets": [ { "provider": "claude", "model": "claude-sonnet-4-5" } ] },
                        { "modelId": "any/*", "targets": [ { "provider": "lab", "model": "*" } ] }
                      ]
                    }
                    """,
            });
            Host.UseAliases(
                Alias("to-model", ("gpt", 1)),
                Alias("to-name", ("gpt-latest", 1)),
                Alias("to-provider", ("lab/gpt-4.1", 1)),
                Alias("to-deployment", ("house", 1)),
                Alias("to-wildcard", ("any/gpt-5", 1)),
                Alias("lab/shadow", ("sonnet", 1)),
                Alias("half", ("gpt", 1), ("sonnet", 1)) with { Stable = AliasStability.Key },
                Alias("mostly", ("gpt", 999_999), ("lab/gpt-4.1", 1)));
        }

        public async Task DisposeAsync()
        {
            await Host.DisposeAsync();
            Host.Log.AssertKeptSecret();
        }
    }

    private readonly GatewayHost _gateway = fixture.Host;

    [Theory]
    [InlineData("to-model", "lab", "gpt-4o")]
    [InlineData("to-name", "lab", "gpt-4o")]
    [InlineData("to-provider", "lab", "gpt-4.1")]
    [InlineData("to-deployment", "eu", "gpt-4o-mini")]
    [InlineData("to-wildcard", "lab", "gpt-5")]
    // An alias is looked up before provider/model.
    [InlineData("lab/shadow", "claude", "claude-sonnet-4-5")]
    [Trait("Contract", "3.alias")]
    public async Task Alias_LeadsToWhatItIsWrittenFor(string name, string provider, string model)
    {
        var answer = await _gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat(name));
        Assert.Equal((200, provider, model), (answer.Status, answer.Header("x-parley-provider"), answer.Header("x-parley-model")));
    }

    [Theory]
    // By the alias's name or the model's id; provider/model needs no grant of the provider: the operator chose it.
    [InlineData("", "to-model", 200)]
    [InlineData("", "to-provider", 200)]
    [InlineData("", "to-deployment", 200)]
    [InlineData("\"models\":[\"gpt\"]", "to-model", 200)]
    [InlineData("\"models\":[\"to-model\"]", "to-model", 200)]
    [InlineData("\"models\":[\"to-model\"]", "gpt", 403)]
    [InlineData("\"models\":[\"gpt-latest\"]", "to-name", 403)]
    [InlineData("\"models\":[\"to-provider\"]", "to-provider", 200)]
    [InlineData("\"models\":[\"to-provider\"]", "lab/gpt-4.1", 403)]
    [InlineData("\"models\":[\"lab/gpt-4.1\"]", "to-provider", 200)]
    [InlineData("\"models\":[\"gpt\"]", "to-provider", 403)]
    [InlineData("\"models\":[],\"providers\":[\"lab\"]", "to-provider", 403)]
    [InlineData("\"models\":[\"any/*\"]", "to-wildcard", 200)]
    [InlineData("\"models\":[\"gpt\"]", "half", 200)]
    [InlineData("\"models\":[\"sonnet\"]", "half", 200)]
    [InlineData("\"models\":[\"other\"]", "half", 403)]
    public async Task Grants_AreAskedWithTheAliasOrTheModel(string grants, string name, int status)
    {
        using var client = await _gateway.KeyAsync(grants);
        var answer = await client.PostAsync("/v1/chat/completions", Wire.Chat(name));
        Assert.Equal(status, answer.Status);
        if (status == 403) Assert.Equal("model_not_allowed", (string?)answer.Error["code"]);
    }

    [Fact]
    [Trait("Contract", "3.models")]
    [Trait("Contract", "5.models")]
    public async Task List_ShowsAliasesAsEntriesOfTheirOwn()
    {
        var list = (await _gateway.Client.FetchAsync("/v1/models")).Json["data"]!.AsArray();
        Assert.Equal(
            ["eu/house", "gpt", "gpt-latest", "half", "lab/shadow", "mostly", "sonnet", "to-deployment", "to-model", "to-name", "to-provider", "to-wildcard"],
            list.Select(entry => (string)entry!["id"]!));
        foreach (var entry in list)
        {
            var one = await _gateway.Client.FetchAsync($"/v1/models/{(string)entry!["id"]!}");
            Assert.Equal((200, entry.ToJsonString()), (one.Status, one.Json.ToJsonString()));
        }

        Assert.Equal("claude", (string)list.Single(entry => (string)entry!["id"]! == "lab/shadow")!["owned_by"]!);
    }

    [Theory]
    [InlineData("\"models\":[\"gpt\"]", "gpt gpt-latest half mostly to-model to-name")]
    [InlineData("\"models\":[\"to-model\"]", "to-model")]
    [InlineData("\"models\":[\"sonnet\"]", "half lab/shadow sonnet")]
    [InlineData("\"models\":[\"any/*\"]", "to-wildcard")]
    public async Task List_ShowsOnlyWhatTheKeyMayUse(string grants, string ids)
    {
        using var client = await _gateway.KeyAsync(grants);
        var list = (await client.FetchAsync("/v1/models")).Json["data"]!.AsArray();
        Assert.Equal(ids, string.Join(' ', list.Select(entry => (string)entry!["id"]!)));
        Assert.Equal(404, (await client.FetchAsync("/v1/models/to-provider")).Status);
    }

    [Fact]
    public async Task Stable_ByKey_KeepsEachKeyOnItsSide()
    {
        var sides = new List<string?>();
        for (var i = 0; i < 12; i++)
        {
            using var client = await _gateway.KeyAsync();
            var seen = new HashSet<string?>();
            for (var call = 0; call < 4; call++) seen.Add((await client.PostAsync("/v1/chat/completions", Wire.Chat("half"))).Header("x-parley-provider"));
            sides.Add(Assert.Single(seen));
        }

        Assert.Equal(["claude", "lab"], sides.Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Names_OfTheAnswerAndTheLedger_AreTheAskedOne()
    {
        var spliced = await _gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("to-model"));
        // A splice passes the provider's own name on, a translation says the one that was asked (contracts §6).
        Assert.Equal("gpt-4o-2024-08-06", (string?)spliced.Json["model"]);
        var translated = await _gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("lab/shadow"));
        Assert.Equal(("lab/shadow", "claude-sonnet-4-5"), ((string?)translated.Json["model"], translated.Header("x-parley-model")));
        foreach (var (answer, asked) in new[] { (spliced, "to-model"), (translated, "lab/shadow") })
        {
            var item = (await _gateway.Client.FetchAsync($"/admin/requests?requestId={answer.RequestId()}")).Json["items"]!.AsArray().Single()!;
            Assert.Equal(asked, (string?)item["model"]);
        }
    }

    [Fact]
    [Trait("Contract", "5.unknown")]
    public async Task Unknown_NearAnAlias_NamesIt()
    {
        var answer = await _gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("to-modell"));
        Assert.Equal(404, answer.Status);
        Assert.Contains("Did you mean 'to-model'?", (string?)answer.Error["message"], StringComparison.Ordinal);
        using var stranger = await _gateway.KeyAsync("\"models\":[\"sonnet\"]");
        Assert.DoesNotContain("to-model'?", (await stranger.PostAsync("/v1/chat/completions", Wire.Chat("to-modell"))).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Alias_ThatLeadsNowhere_IsNotPutInUse()
    {
        await using var gateway = await GatewayHost.StartAsync();
        var error = Assert.Throws<InvalidOperationException>(() => gateway.UseAliases(Alias("chat", ("nothing", 1))));
        Assert.Equal("parley.json: aliases.chat: the alias \"chat\" leads to \"nothing\", which is no model and no provider/model. Name a modelId, or provider/model.", error.Message);
        Assert.Equal(200, (await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("gpt"))).Status);
    }
}
