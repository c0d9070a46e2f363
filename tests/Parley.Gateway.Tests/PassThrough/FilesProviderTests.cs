using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.PassThrough;

/// <summary>Which provider a file goes to: named, remembered, <c>defaults.files</c>, the only one.</summary>
public sealed class FilesProviderTests
{
    [Fact]
    [Trait("Contract", "5.files-provider")]
    public async Task Header_Query_Default_InThisOrder()
    {
        await using var a = await FileVault.StartAsync("a");
        await using var b = await FileVault.StartAsync("b");
        await using var gateway = await FileCalls.StartAsync($"{a.Provider()}, {b.Provider()}", """ "defaults": { "files": "a" } """);
        Assert.Equal("a", (await gateway.Client.UploadAsync()).Header("x-parley-provider"));
        Assert.Equal("b", (await gateway.Client.UploadAsync("/v1/files?provider=b")).Header("x-parley-provider"));
        Assert.Equal("/v1/files", b.Calls[^1].Target);
        Assert.Equal("b", (await gateway.Client.UploadAsync("/v1/files?provider=a", headers: ("x-parley-provider", "b"))).Header("x-parley-provider"));
    }

    [Fact]
    [Trait("Contract", "5.files-provider")]
    public async Task Id_RemembersItsProviderAndCredential_AlsoAfterARestart()
    {
        var directory = Directory.CreateTempSubdirectory("parley-test-").FullName;
        await using var a = await FileVault.StartAsync("a");
        await using var b = await FileVault.StartAsync("b");
        const string Keys = "\"apiKeys\": [ \"sk-0\", \"sk-1\" ]";
        string id, batch;
        await using (var gateway = await FileCalls.StartAsync($"{a.Provider(Keys)}, {b.Provider(Keys)}", """ "defaults": { "files": "a" } """, directory))
        {
            id = await gateway.Client.UploadedAsync("/v1/files?provider=b");
            batch = (string)(await gateway.Client.CallAsync("POST", "/v1/batches", $$"""{"input_file_id":"{{id}}","endpoint":"/v1/chat/completions","completion_window":"24h"}""")).Json["id"]!;
            await gateway.StopAsync(GatewayCalls.Limit());
        }

        await using (var gateway = await FileCalls.StartAsync($"{a.Provider(Keys)}, {b.Provider(Keys)}", """ "defaults": { "files": "a" } """, directory))
        {
            foreach (var path in (string[])[$"/v1/files/{id}", $"/openai/files/{id}", $"/v1/files/{id}/content", $"/v1/batches/{batch}", $"/v1/files/out-{batch}"])
                Assert.Equal("b", (await gateway.Client.AskAsync(path)).Header("x-parley-provider"));
        }

        Assert.Empty(a.Calls);
        Assert.All(b.Calls, static call => Assert.Equal("Bearer sk-0", call.Credential));
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    [Trait("Contract", "5.files-provider")]
    public async Task NoneNamed_TheOnlyOne_ElseA400ThatNamesThem()
    {
        await using var a = await FileVault.StartAsync("a");
        await using var b = await FileVault.StartAsync("b");
        const string Claude = """ "claude": { "type": "anthropic", "apiKey": "k" } """;
        await using (var gateway = await FileCalls.StartAsync($"{Claude}, {a.Provider()}"))
        {
            Assert.Equal("a", (await gateway.Client.UploadAsync()).Header("x-parley-provider"));
            var lacking = await gateway.Client.UploadAsync("/v1/files?provider=claude");
            Assert.Equal((501, "unsupported_operation", "false"), (lacking.Status, (string)lacking.Error["code"]!, lacking.Header("x-should-retry")));
            Assert.Equal("The provider 'claude' has no files.", (string)lacking.Error["message"]!);
            var unknown = await gateway.Client.UploadAsync("/v1/files", headers: ("x-parley-provider", "claud"));
            Assert.Equal((400, "There is no provider 'claud'. Did you mean 'claude'?"), (unknown.Status, (string)unknown.Error["message"]!));
        }

        await using (var gateway = await FileCalls.StartAsync($"{a.Provider()}, {b.Provider()}"))
        {
            var several = await gateway.Client.UploadAsync();
            Assert.Equal((400, "provider_required", "x-parley-provider"), (several.Status, (string)several.Error["code"]!, (string)several.Error["param"]!));
            Assert.Contains("a, b", (string)several.Error["message"]!, StringComparison.Ordinal);
            Assert.Contains("defaults.files", (string)several.Error["message"]!, StringComparison.Ordinal);
        }

        await using (var gateway = await FileCalls.StartAsync(Claude))
        {
            var none = await gateway.Client.AskAsync("/v1/batches");
            Assert.Equal((501, "No configured provider has batches."), (none.Status, (string)none.Error["message"]!));
        }

        Assert.Single(a.Calls);
    }

    [Fact]
    [Trait("Contract", "5.azure-sdk")]
    public async Task AzuresOwnPaths_MeanTheOnlyAzureResource()
    {
        await using var a = await FileVault.StartAsync("a");
        await using var b = await FileVault.StartAsync("b");
        await using var gateway = await FileCalls.StartAsync($$""" {{a.Provider()}}, "az": { "type": "azure-openai", "endpoint": "{{b.Address}}", "apiKey": "k" } """);
        Assert.Equal("az", (await gateway.Client.UploadAsync("/openai/files?api-version=2024-10-21")).Header("x-parley-provider"));
    }

    [Theory]
    [InlineData("", "", 200)] // the whole catalogue: where its own calls go
    [InlineData("", "b", 200)] // contracts §5: the header chooses
    [InlineData("\"models\":[\"gpt\"]", "", 403)]
    [InlineData("\"models\":[\"gpt\"],\"providers\":[\"a\"]", "", 200)]
    [InlineData("\"providers\":[\"b\"]", "", 403)]
    [InlineData("\"providers\":[\"b\"]", "b", 200)]
    [InlineData("\"providers\":[\"b\"]", "a", 403)]
    public async Task Key_UsesTheFilesOfTheProvidersThatItMayUse(string grants, string named, int status)
    {
        await using var a = await FileVault.StartAsync("a");
        await using var b = await FileVault.StartAsync("b");
        await using var gateway = await FileCalls.StartAsync($"{a.Provider()}, {b.Provider()}", """ "defaults": { "files": "a" } """);
        using var caller = await gateway.KeyAsync(grants);
        var answer = await caller.UploadAsync(named.Length == 0 ? "/v1/files" : $"/v1/files?provider={named}");
        Assert.Equal(status, answer.Status);
        if (status != 200) Assert.Empty(a.Calls.Concat(b.Calls));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"models\":[\"gpt\"]")]
    [InlineData("\"providers\":[\"a\"]")]
    public async Task ProviderWithoutFiles_IsA501ThatNamesIt_WhateverTheKeyMayUse(string grants)
    {
        await using var a = await FileVault.StartAsync("a");
        await using var gateway = await FileCalls.StartAsync($$""" {{a.Provider()}}, "claude": { "type": "anthropic", "apiKey": "k" } """);
        using var caller = await gateway.KeyAsync(grants);
        var lacking = await caller.UploadAsync("/v1/files?provider=claude");
        Assert.Equal((501, "The provider 'claude' has no files."), (lacking.Status, (string)lacking.Error["message"]!));
    }

    [Fact]
    public async Task Key_OfOneProvider_MayNotChooseAmongOthers()
    {
        await using var a = await FileVault.StartAsync("a");
        await using var b = await FileVault.StartAsync("b");
        await using var gateway = await FileCalls.StartAsync($"{a.Provider()}, {b.Provider()}");
        using var caller = await gateway.KeyAsync("\"providers\":[\"b\"]");
        Assert.Equal("b", (await caller.UploadAsync()).Header("x-parley-provider"));
        using var ordinary = await gateway.KeyAsync();
        var several = await ordinary.UploadAsync();
        Assert.Equal((400, "provider_required"), (several.Status, (string)several.Error["code"]!));
        Assert.Equal("a", (await ordinary.UploadAsync(headers: ("x-parley-provider", "a"))).Header("x-parley-provider"));
        using var ofModels = await gateway.KeyAsync("\"models\":[\"gpt\"]");
        var refused = await ofModels.UploadAsync(headers: ("x-parley-provider", "a"));
        Assert.Equal((403, "provider_not_allowed"), (refused.Status, (string)refused.Error["code"]!));
        using var users = await gateway.KeyAsync("\"role\":\"users\"");
        Assert.Equal(403, (await users.UploadAsync()).Status);
    }

    [Fact]
    [Trait("Contract", "5.files-provider")]
    public async Task FileOfAProvider_PinsAChatToItsTarget()
    {
        await using var a = await FileVault.StartAsync("a");
        await using var b = await FileVault.StartAsync("b");
        await using var gateway = await FileCalls.StartAsync(
            $"{a.Provider()}, {b.Provider()}",
            """ "models": [ { "modelId": "gpt", "targets": [ { "provider": "a", "model": "m" }, { "provider": "b", "model": "m" } ] } ] """);
        using var caller = await gateway.KeyAsync("\"providers\":[\"a\",\"b\"]");
        var id = await caller.UploadedAsync("/v1/files?provider=b");
        for (var round = 0; round < 12; round++)
        {
            var answer = await caller.PostAsync("/v1/chat/completions", $$"""{"model":"gpt","messages":[{"role":"user","content":[{"type":"file","file":{"file_id":"{{id}}"} } ] } ] }""");
            Assert.Equal((200, "b"), (answer.Status, answer.Header("x-parley-provider")));
        }

        Assert.Empty(a.Calls);
    }
}
