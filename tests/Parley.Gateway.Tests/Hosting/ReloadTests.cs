using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Hosting;

/// <summary>A configuration that changes under load: nothing fails, a bad one changes nothing (DESIGN §5).</summary>
public sealed class ReloadTests
{
    private readonly CancellationToken _soon = new CancellationTokenSource(TimeSpan.FromSeconds(90)).Token;

    [Fact]
    public async Task Reload_TwentyTimesUnderStreamsAndCalls_DropsNothing()
    {
        await using var gateway = await GatewayHost.StartAsync(new() { Config = up => Config(up, "gpt-4o"), Simulator = new() { Pace = TimeSpan.FromMilliseconds(20) } });
        var up = gateway.Upstream.BaseAddress.AbsoluteUri;
        using var over = new CancellationTokenSource();
        var streams = Enumerable.Range(0, 8).Select(_ => LoopAsync(async () =>
        {
            var answer = await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("gpt", ",\"stream\":true"));
            Assert.Equal(200, answer.Status);
            Assert.EndsWith("data: [DONE]\n\n", answer.Body, StringComparison.Ordinal);
            Assert.Contains("\"finish_reason\":\"stop\"", answer.Body, StringComparison.Ordinal);
        }, over.Token)).ToList();
        var calls = Enumerable.Range(0, 4).Select(_ => LoopAsync(async () =>
        {
            var answer = await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("gpt"));
            Assert.Equal(200, answer.Status);
        }, over.Token)).ToList();

        for (var i = 1; i <= 20; i++)
        {
            await File.WriteAllTextAsync(gateway.ConfigFile + ".new", Config(up, i % 2 == 0 ? "gpt-4o" : "gpt-4.1", $", \"http\": {{ \"idleSeconds\": {i + 10} }}"), _soon);
            // As editors and mounted maps do: the file is never there half written.
            File.Move(gateway.ConfigFile + ".new", gateway.ConfigFile, overwrite: true);
            Assert.Equal(200, (await gateway.Client.PostAsync("/admin/reload", "")).Status);
            var now = await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("gpt"));
            Assert.Equal((200, i % 2 == 0 ? "gpt-4o" : "gpt-4.1"), (now.Status, now.Header("x-parley-model")));
        }

        await over.CancelAsync();
        Assert.All(await Task.WhenAll([.. streams, .. calls]), done => Assert.True(done > 0));
        Assert.DoesNotContain(gateway.Log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Reload_OfABadFile_KeepsTheOldOneAndNamesEveryError()
    {
        await using var gateway = await GatewayHost.StartAsync(new() { Config = up => Config(up, "gpt-4o", fixedKey: "fixed-key-number-one") });
        const string Bad = """{ "provider": {}, "models": [ { "modelId": "x", "targets": [ { "provider": "nobody", "model": "m" } ] } ], "limits": { "bodyBytes": "many" } }""";
        await File.WriteAllTextAsync(gateway.ConfigFile, Bad, _soon);
        var refused = await gateway.Client.PostAsync("/admin/reload", "");
        Assert.Equal((400, "configuration_invalid"), (refused.Status, (string?)refused.Error["code"]));
        var errors = refused.Error["errors"]!.AsArray().Select(error => (string)error!).ToList();
        Assert.Contains(errors, error => error.Contains("providers", StringComparison.Ordinal));
        Assert.Contains(errors, error => error.Contains("bodyBytes", StringComparison.Ordinal));
        Assert.Equal(200, (await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("gpt"))).Status);
        using var old = gateway.CreateClient("fixed-key-number-one");
        Assert.Equal(200, (await old.FetchAsync("/v1/models")).Status);
    }

    [Fact]
    public async Task Reload_ThatCannotBeUsed_ChangesNothingNotEvenTheKeys()
    {
        await using var gateway = await GatewayHost.StartAsync(new() { Config = up => Config(up, "gpt-4o", fixedKey: "fixed-key-number-one") });
        await File.WriteAllTextAsync(Path.Combine(gateway.Directory, "ca.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", _soon);
        await File.WriteAllTextAsync(gateway.ConfigFile, Config(gateway.Upstream.BaseAddress.AbsoluteUri, "gpt-4o", ", \"http\": { \"caFile\": \"ca.pem\" }", "fixed-key-number-two"), _soon);
        Assert.Equal(400, (await gateway.Client.PostAsync("/admin/reload", "")).Status);
        using var one = gateway.CreateClient("fixed-key-number-one");
        using var two = gateway.CreateClient("fixed-key-number-two");
        Assert.Equal((200, 401), ((await one.FetchAsync("/v1/models")).Status, (await two.FetchAsync("/v1/models")).Status));
        Assert.Equal(200, (await one.PostAsync("/v1/chat/completions", Wire.Chat("gpt"))).Status);
    }

    [Fact]
    public async Task Reload_OfFixedKeys_TakesEffectAtOnce()
    {
        await using var gateway = await GatewayHost.StartAsync(new() { Config = up => Config(up, "gpt-4o", fixedKey: "fixed-key-number-one") });
        using var one = gateway.CreateClient("fixed-key-number-one");
        using var two = gateway.CreateClient("fixed-key-number-two");
        Assert.Equal((200, 401), ((await one.FetchAsync("/v1/models")).Status, (await two.FetchAsync("/v1/models")).Status));
        await File.WriteAllTextAsync(gateway.ConfigFile, Config(gateway.Upstream.BaseAddress.AbsoluteUri, "gpt-4o", fixedKey: "fixed-key-number-two"), _soon);
        Assert.Equal(200, (await gateway.Client.PostAsync("/parley/admin/reload", "")).Status);
        Assert.Equal((401, 200), ((await one.FetchAsync("/v1/models")).Status, (await two.FetchAsync("/v1/models")).Status));
    }

    [Fact]
    public async Task File_ThatChanges_IsFollowedWithoutBeingAsked()
    {
        await using var gateway = await GatewayHost.StartAsync(new() { Config = up => Config(up, "gpt-4o") });
        await File.WriteAllTextAsync(gateway.ConfigFile, Config(gateway.Upstream.BaseAddress.AbsoluteUri, "gpt-4.1"), _soon);
        while ((await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("gpt"))).Header("x-parley-model") != "gpt-4.1")
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, _soon);
    }

    private static string Config(string up, string model, string more = "", string fixedKey = "fixed-key-number-zero") => $$"""
        {
          "providers": { "lab": { "type": "openai-compatible", "baseUrl": "{{up}}v1", "apiKey": "{{Wire.UpstreamKey}}"{{more}} } },
          "models": [ { "modelId": "stable", "aliases": ["gpt"], "targets": [ { "provider": "lab", "model": "{{model}}" } ] } ],
          "keys": [ { "name": "fixed", "key": "{{fixedKey}}" } ]
        }
        """;

    private static async Task<int> LoopAsync(Func<Task> call, CancellationToken over)
    {
        var done = 0;
        while (!over.IsCancellationRequested)
        {
            await call();
            done++;
        }

        return done;
    }
}
