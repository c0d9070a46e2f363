using Parley.Gateway.Configuration;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Admin;

/// <summary>A start with entries that have become wrong since they were made: everything else runs, and they can be mended.</summary>
public sealed class LeftOutEntryTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("parley-test-").FullName;
    private readonly CancellationToken _soon = new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Start_WithAnEntryThatNoLongerLoads_LeavesItAndWhatRefersToItOut()
    {
        await MakeAsync();
        await using var gateway = await StartAsync(key: null);
        Assert.Equal("200, 200, 404, 404, 404", await StatusesAsync(gateway, "gpt", "other", "fresh", "nick", "worn"));

        var provider = await gateway.Client.FetchAsync("/admin/providers/made");
        Assert.Equal("apiKey: SPARE is not set. Set the variable (or put it into .env), or remove this entry.", (string?)provider.Json["error"]);
        Assert.Equal("${SPARE}", (string?)provider.Json["apiKey"]);
        var listed = (await gateway.Client.FetchAsync("/admin/models")).Json["items"]!.AsArray();
        Assert.Equal([("gpt", false), ("other", false), ("fresh", true)], listed.Select(model => ((string)model!["modelId"]!, model["error"] is not null)));
        Assert.StartsWith("model: there is no model \"fresh\".", (string?)(await gateway.Client.FetchAsync("/admin/aliases/nick")).Json["error"], StringComparison.Ordinal);

        foreach (var path in (string[])["/admin/providers/made", "/admin/models/fresh", "/admin/aliases/nick"])
        {
            Assert.Contains(gateway.Log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal) && line.Contains($"{path} is left out: ", StringComparison.Ordinal)
                && line.Contains($"or PUT or DELETE {path}", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Write_BesideWhatIsLeftOut_IsTaken()
    {
        await MakeAsync();
        await using var gateway = await StartAsync(key: null);
        Assert.Equal(201, (await gateway.Client.PostAsync("/admin/models", AdminCalls.Model("third", "lab"))).Status);
        Assert.Equal(204, (await gateway.Client.DeleteEntryAsync("/admin/models/other")).Status);
        var warnings = await gateway.ReloadAsync(Config(gateway.Upstream.BaseAddress.AbsoluteUri));
        Assert.Equal(3, warnings.Length);
        Assert.StartsWith("/admin/providers/made is left out: apiKey: SPARE is not set.", warnings[0], StringComparison.Ordinal);
        Assert.Equal("200, 200, 404, 404", await StatusesAsync(gateway, "gpt", "third", "fresh", "other"));

        var shown = await gateway.Client.FetchAsync("/admin/config");
        var again = await gateway.Client.PutAsync("/admin/config", shown.Body, shown.Header("ETag"));
        Assert.Equal((200, shown.Body), (again.Status, again.Body));
        // Something new that is wrong is refused as ever, and so is what was left out when it is written again as it was.
        Assert.Equal((400, "configuration_invalid", "targets[0].provider"), (await gateway.Client.PutAsync("/admin/models/new", AdminCalls.Model(null, "made"))).Refusal());
        Assert.Equal((400, "configuration_invalid", "apiKey"), (await gateway.Client.PutAsync("/admin/providers/made", (await gateway.Client.FetchAsync("/admin/providers/made")).Body)).Refusal());
    }

    [Fact]
    public async Task Put_OfWhatWasLeftOut_BringsItAndWhatRefersToItBack()
    {
        await MakeAsync();
        await using (var gateway = await StartAsync(key: null))
        {
            Assert.Equal(200, (await gateway.Client.PutAsync("/admin/providers/made", gateway.Provider(null))).Status);
            Assert.Equal("200, 200, 200", await StatusesAsync(gateway, "gpt", "fresh", "nick"));
            Assert.DoesNotContain("\"error\"", (await gateway.Client.FetchAsync("/admin/config")).Body, StringComparison.Ordinal);
        }

        await using var again = await StartAsync(key: null);
        Assert.DoesNotContain("\"error\"", (await again.Client.FetchAsync("/admin/config")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delete_OfWhatWasLeftOut_IsTaken()
    {
        await MakeAsync();
        await using var gateway = await StartAsync(key: null);
        foreach (var path in (string[])["/admin/providers/made", "/admin/models/fresh", "/admin/aliases/nick"]) Assert.Equal(204, (await gateway.Client.DeleteEntryAsync(path)).Status);
        Assert.Empty(await gateway.ReloadAsync(Config(gateway.Upstream.BaseAddress.AbsoluteUri)));
    }

    [Fact]
    public async Task Start_WithAProviderThatCannotBeUsed_LeavesItOut()
    {
        var file = Path.Combine(_directory, "ca.pem");
        await using (var gateway = await StartAsync("k"))
        {
            using var key = System.Security.Cryptography.ECDsa.Create();
            using var certificate = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=test", key, System.Security.Cryptography.HashAlgorithmName.SHA256)
                .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
            await File.WriteAllTextAsync(file, certificate.ExportCertificatePem(), _soon);
            var made = await gateway.Client.PutAsync("/admin/providers/made", gateway.Provider(null, ""","http":{"caFile":"ca.pem"}"""));
            Assert.Equal((201, ""), (made.Status, made.Status == 201 ? "" : made.Body));
            Assert.Equal(201, (await gateway.Client.PutAsync("/admin/models/fresh", AdminCalls.Model(null, "made"))).Status);
        }

        await File.WriteAllTextAsync(file, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", _soon);
        await using var again = await StartAsync("k");
        Assert.Equal("200, 404", await StatusesAsync(again, "gpt", "fresh"));
        Assert.StartsWith("cannot be put in use: ", (string?)(await again.Client.FetchAsync("/admin/providers/made")).Json["error"], StringComparison.Ordinal);
        Assert.Equal(201, (await again.Client.PutAsync("/admin/models/other", AdminCalls.Model(null, "lab"))).Status);
        Assert.Equal(200, (await again.Client.PutAsync("/admin/providers/made", again.Provider(null))).Status);
        Assert.Equal("200, 200", await StatusesAsync(again, "other", "fresh"));
    }

    [Fact]
    public async Task Start_WithAWrongFile_IsRefusedStill()
    {
        await MakeAsync();
        var wrong = await Assert.ThrowsAsync<ConfigurationException>(() => StartAsync(key: null, more: ""","limits":{"bodyBytes":1}"""));
        Assert.Contains("parley.json", wrong.Message, StringComparison.Ordinal);

        // A file that needs what is left out tells of both.
        var needs = await Assert.ThrowsAsync<ConfigurationException>(() => StartAsync(key: null, more: ""","defaults":{"model":"fresh"}"""));
        Assert.Contains("defaults.model", needs.Message, StringComparison.Ordinal);
        Assert.Contains("SPARE is not set", needs.Message, StringComparison.Ordinal);
    }

    /// <summary>Provider <c>made</c> with a variable's key, model <c>fresh</c> on it, alias <c>nick</c> of that; model <c>other</c> on the file's provider.</summary>
    private async Task MakeAsync()
    {
        await using var gateway = await StartAsync("k-of-the-variable");
        Assert.Equal(201, (await gateway.Client.PostAsync("/admin/aliases", """{"name":"nick","model":"gpt"}""")).Status);
        Assert.Equal(201, (await gateway.Client.PostAsync("/admin/providers", gateway.Provider("made").Replace(AdminCalls.Secret, "${SPARE}", StringComparison.Ordinal))).Status);
        Assert.Equal(201, (await gateway.Client.PostAsync("/admin/models", AdminCalls.Model("other", "lab"))).Status);
        Assert.Equal(201, (await gateway.Client.PostAsync("/admin/models", AdminCalls.Model("fresh", "made"))).Status);
        Assert.Equal(200, (await gateway.Client.PutAsync("/admin/aliases/nick", """{"model":"fresh"}""")).Status);
    }

    private static async Task<string> StatusesAsync(GatewayHost gateway, params string[] models)
    {
        List<int> statuses = [];
        foreach (var model in models) statuses.Add((await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat(model))).Status);
        return string.Join(", ", statuses);
    }

    private Task<GatewayHost> StartAsync(string? key, string more = "") => GatewayHost.StartAsync(new()
    {
        Directory = _directory,
        Config = up => Config(up, more),
        Variables = key is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["SPARE"] = key },
    });

    private static string Config(string up, string more = "") => $$"""
        { "providers": { "lab": { "type": "openai-compatible", "baseUrl": "{{up}}v1", "apiKey": "{{Wire.UpstreamKey}}" } },
          "models": [ { "modelId": "gpt", "targets": [ { "provider": "lab", "model": "gpt-4o" } ] } ]{{more}} }
        """;
}
