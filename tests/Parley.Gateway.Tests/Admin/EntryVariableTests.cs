using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Admin;

/// <summary>Variables in entries of the admin API, which runs for people who must not read the environment of the process.</summary>
public sealed class EntryVariableTests
{
    private const string Value = "AccountKey=of-the-environment-4711";

    [Theory]
    [InlineData("aliases", """{"name":"x","model":"${STORE}"}""", "model")]
    [InlineData("aliases", """{"name":"x","model":"a${STORE}"}""", "model")]
    [InlineData("aliases", """{"name":"x","split":[{"model":"gpt"},{"model":"${STORE}"}]}""", "split[1].model")]
    [InlineData("aliases", """{"name":"x","model":"gpt","stable":"header:${STORE}"}""", "stable")]
    [InlineData("aliases", """{"name":"${STORE}","model":"gpt"}""", "name")]
    [InlineData("models", """{"modelId":"${STORE}","targets":[{"provider":"lab","model":"m"}]}""", "modelId")]
    [InlineData("models", """{"modelId":"x","aliases":["${STORE}"],"targets":[{"provider":"lab","model":"m"}]}""", "aliases[0]")]
    [InlineData("models", """{"modelId":"x","targets":[{"provider":"${STORE}","model":"m"}]}""", "targets[0].provider")]
    [InlineData("models", """{"modelId":"x","targets":[{"provider":"lab","model":"${STORE}"}]}""", "targets[0].model")]
    [InlineData("models", """{"modelId":"x","modelName":"m","providerName":"${STORE}"}""", "providerName")]
    [InlineData("models", """{"modelId":"x","description":"${STORE}","targets":[{"provider":"lab","model":"m"}]}""", "description")]
    [InlineData("models", """{"modelId":"x","targets":[{"provider":"lab","model":"m"}],"defaults":{"system":"${STORE}"}}""", "defaults.system")]
    [InlineData("models", """{"modelId":"x","targets":[{"provider":"lab","model":"m"}],"pick":"${STORE}"}""", "pick")]
    [InlineData("models", """{"modelId":"x","targets":[{"provider":"lab","model":"m"}],"affinity":{"kind":"cookie","name":"${STORE}"}}""", "affinity.name")]
    [InlineData("models", """{"modelId":"x","targets":[{"provider":"lab","model":"m"}],"retry":{"contextLengthModel":"${STORE}"}}""", "retry.contextLengthModel")]
    [InlineData("providers", """{"name":"x","type":"${STORE}"}""", "type")]
    [InlineData("providers", """{"name":"x","type":"openai","apiKey":"k","baseUrl":"https://x.example/${STORE}"}""", "baseUrl")]
    [InlineData("providers", """{"name":"x","type":"openai","apiKey":"k","http":{"caFile":"${STORE}"}}""", "http.caFile")]
    [InlineData("providers", """{"name":"x","type":"bedrock","region":"${STORE}"}""", "region")]
    [InlineData("providers", """{"name":"x","type":"azure-openai","endpoint":"https://x.example","api_version":"${STORE}"}""", "api_version")]
    [InlineData("providers", """{"name":"x","type":"azure-openai","endpoint":"https://x.example","deployments":{"a":{"deployment":"d","family":"${STORE}"}}}""", "deployments.a.family")]
    public async Task Variable_OutsideOfACredential_IsRefusedAndNotTold(string section, string body, string path)
    {
        await using var gateway = await StartAsync();
        var refused = await gateway.Client.PostAsync("/admin/" + section, body);
        Assert.Equal((400, "configuration_invalid", path), refused.Refusal());
        Assert.Contains(path is "name" or "modelId" ? "a name takes no variable" : "takes no variable over the admin API", (string)refused.Error["message"]!, StringComparison.Ordinal);

        // As a whole it is no other.
        var whole = section switch
        {
            "models" => $$"""{"models":[{{body}}]}""",
            _ => $$$"""{"{{{section}}}":{"{{{(path == "name" ? "${STORE}" : "x")}}}":{{{body}}}}}""",
        };
        var all = await gateway.Client.PutAsync("/admin/config", whole);
        Assert.Equal(400, all.Status);
        AssertUntold(gateway, refused.Body, all.Body, (await gateway.Client.FetchAsync("/admin/config")).Body);
    }

    [Fact]
    public async Task Variable_InTheShortFormOfAnAlias_IsRefusedAndNotTold()
    {
        await using var gateway = await StartAsync();
        var refused = await gateway.Client.PutAsync("/admin/config", """{"aliases":{"x":"${STORE}"}}""");
        Assert.Equal((400, "configuration_invalid", "aliases.x"), refused.Refusal());
        AssertUntold(gateway, refused.Body);
    }

    [Theory]
    [InlineData("""{"type":"openai","apiKey":"${STORE}"}""")]
    [InlineData("""{"type":"openai","apiKeys":["a","${STORE}"]}""")]
    [InlineData("""{"type":"openai","auth":{"kind":"header","name":"x-key","value":"${STORE}"}}""")]
    [InlineData("""{"type":"azure-openai","endpoint":"https://x.example","auth":{"kind":"entra","tenantId":"t","clientId":"c","clientSecret":"${STORE}"}}""")]
    [InlineData("""{"type":"bedrock","accessKeyId":"${STORE}","secretAccessKey":"${STORE}","sessionToken":"${STORE}"}""")]
    public async Task Variable_InACredential_IsTakenAndShownByName(string body)
    {
        await using var gateway = await StartAsync();
        var made = await gateway.Client.PutAsync("/admin/providers/x", body);
        Assert.Equal((201, ""), (made.Status, made.Status == 201 ? "" : made.Body));
        Assert.Contains("${STORE}", made.Body, StringComparison.Ordinal);
        AssertUntold(gateway, made.Body);
    }

    [Fact]
    public async Task Literal_DollarBrace_IsTakenEverywhere()
    {
        await using var gateway = await StartAsync();
        var made = await gateway.Client.PutAsync("/admin/models/x", AdminCalls.Model(null, "lab", more: ",\"description\":\"$${STORE} stays\""));
        Assert.Equal((201, "$${STORE} stays"), (made.Status, (string?)made.Json["description"]));
    }

    [Fact]
    public async Task File_WithMisplacedVariables_TellsTheirNamesAlone()
    {
        await using var gateway = await StartAsync();
        await File.WriteAllTextAsync(gateway.ConfigFile, """
            { "providers": { "lab": { "type": "${STORE}" }, "two": { "type": "azure-openai", "endpoint": "https://x.example", "apiVersion": "${STORE}",
                  "deployments": { "a": { "deployment": "d", "family": "${STORE}" } }, "http": { "caFile": "${STORE}", "version": "${STORE}" } },
                "three": { "type": "bedrock", "region": "${STORE}" } },
              "models": [ { "modelId": "${STORE}", "targets": [ { "provider": "${STORE}", "model": "m*" } ], "pick": "${STORE}", "affinity": { "kind": "cookie", "name": "${STORE}" },
                  "retry": { "contextLengthModel": "${STORE}x" } },
                { "modelId": "b", "aliases": [ "${STORE}" ], "modelName": "m", "providerName": "${STORE}" },
                { "modelId": "c", "aliases": [ "${STORE}" ], "targets": [ { "provider": "two", "model": "m" } ] },
                { "modelId": "d", "aliases": [ "${STORE}" ], "targets": [ { "provider": "two", "model": "m" } ] } ],
              "aliases": { "one": "${STORE}y", "two": { "split": [ { "model": "${STORE}" }, { "model": "${STORE}" } ], "stable": "${STORE}" }, "three": "one",
                "four": { "model": "c", "stable": "header:${STORE}" } },
              "keys": [ { "name": "${STORE}", "key": "fixed-key-number-one", "models": [ "${STORE}z" ] }, { "name": "${STORE}", "key": "fixed-key-number-two" } ],
              "defaults": { "model": "${STORE}z", "files": "${STORE}" }, "access": { "anonymous": [ "${STORE}" ], "trustedProxies": [ "${STORE}" ],
                "cors": { "origins": [ "${STORE}" ], "headers": [ "${STORE}" ] } }, "surfaces": { "unified": { "path": "${STORE}" } },
              "userStorage": { "tableName": "${STORE}" }, "ledger": { "commit": "${STORE}" } }
            """);
        var refused = await gateway.Client.PostAsync("/admin/reload", "");
        Assert.Equal(400, refused.Status);
        Assert.Contains("providers.lab.type: \\\"${STORE}\\\" is not a type of provider.", refused.Body, StringComparison.Ordinal);
        Assert.True(refused.Error["errors"]!.AsArray().Count >= 25, refused.Body);
        Assert.Contains(gateway.Log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal) && line.Contains("${STORE}", StringComparison.Ordinal));
        AssertUntold(gateway, refused.Body);
    }

    private static void AssertUntold(GatewayHost gateway, params string[] answers)
    {
        Assert.All(answers, answer => Assert.DoesNotContain("4711", answer, StringComparison.Ordinal));
        Assert.DoesNotContain(gateway.Log.Lines, line => line.Contains("4711", StringComparison.Ordinal));
    }

    private static Task<GatewayHost> StartAsync() => GatewayHost.StartAsync(new() { Variables = new Dictionary<string, string> { ["STORE"] = Value } });
}
