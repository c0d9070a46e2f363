using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Routing;

/// <summary><c>surfaces.unified.path</c> moves the unified model API (contracts §3).</summary>
public sealed class UnifiedPathTests
{
    private static string Config(string up, string? path) => $$"""
        {
          "providers": { "lab": { "type": "openai-compatible", "baseUrl": "{{up}}v1", "apiKey": "{{Wire.UpstreamKey}}" } },
          "models": [ { "modelId": "gpt", "targets": [ { "provider": "lab", "model": "gpt-4o" } ] } ]
          {{(path is null ? "" : $$""", "surfaces": { "unified": { "path": "{{path}}" } }""")}}
        }
        """;

    [Theory]
    [InlineData("/ai")]
    [InlineData("/api/models-for-all/v2/")]
    [InlineData("/openai/unified")]
    [InlineData("/llm")]
    [Trait("Contract", "3.chat")]
    [Trait("Contract", "3.models")]
    public async Task Path_Configured_ServesTheApiThereAndNoLongerAtTheDefault(string path)
    {
        await using var gateway = await GatewayHost.StartAsync(new() { Config = up => Config(up, path) });
        var prefix = path.TrimEnd('/');
        Assert.Equal(200, (await gateway.Client.PostAsync($"{prefix}/chat/completions", Wire.Chat("gpt"))).Status);
        Assert.Equal(200, (await gateway.Client.FetchAsync($"{prefix}/models/gpt")).Status);
        var unknown = await gateway.Client.PostAsync($"{prefix}/chat/completions", Wire.Chat("gtp"));
        Assert.Equal((404, "model_not_found"), (unknown.Status, (string?)unknown.Error["code"]));
        Assert.Contains($"GET {prefix}/models lists", (string?)unknown.Error["message"], StringComparison.Ordinal);
        using var nobody = gateway.CreateClient(null);
        var refused = await nobody.FetchAsync($"{prefix}/nothing");
        Assert.Equal((401, "missing_api_key"), (refused.Status, (string?)refused.Error["code"]));

        Assert.Equal(404, (await gateway.Client.PostAsync("/llm/v1/chat/completions", Wire.Chat("gpt"))).Status);
        Assert.Equal(404, (await gateway.Client.FetchAsync("/llm/v1/models")).Status);
        Assert.Equal(401, (await nobody.FetchAsync("/llm/v1/models")).Status);
        Assert.Equal(200, (await gateway.Client.FetchAsync("/v1/models")).Status);
    }

    [Fact]
    public async Task Path_ChangedByAReload_MovesAtOnce()
    {
        await using var gateway = await GatewayHost.StartAsync(new() { Config = up => Config(up, null) });
        Assert.Equal(200, (await gateway.Client.FetchAsync("/llm/v1/models")).Status);
        await File.WriteAllTextAsync(gateway.ConfigFile, Config(gateway.Upstream.BaseAddress.AbsoluteUri, "/ai"));
        Assert.Equal(200, (await gateway.Client.PostAsync("/admin/reload", "")).Status);
        Assert.Equal((404, 200), ((await gateway.Client.FetchAsync("/llm/v1/models")).Status, (await gateway.Client.FetchAsync("/ai/models")).Status));
    }
}
