using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.PassThrough;

/// <summary>Batches as clients of OpenAI's and Azure's API call them; the file of a batch says where it goes.</summary>
[Trait("Contract", "5.others")]
public sealed class BatchesTests
{
    [Theory]
    [MemberData(nameof(FilesTests.Prefixes), MemberType = typeof(FilesTests))]
    public async Task Batches_AreMadeListedReadAndCancelled_UnderEveryPrefix(string prefix)
    {
        await using var a = await FileVault.StartAsync("a");
        await using var b = await FileVault.StartAsync("b");
        await using var gateway = await FileCalls.StartAsync($"{a.Provider()}, {b.Provider()}", """ "defaults": { "files": "a" } """);
        using var caller = await gateway.KeyAsync("\"providers\":[\"a\",\"b\"]");
        var version = prefix == "/openai" ? "?api-version=2024-10-21" : "";
        var file = await caller.UploadedAsync($"{prefix}/files?provider=b");

        var body = $$"""{ "endpoint": "/v1/chat/completions",  "input_file_id":"{{file}}","completion_window":"24h","metadata":{"input_file_id":"x"} }""";
        var made = await caller.CallAsync("POST", $"{prefix}/batches{version}", body);
        Assert.Equal((200, "b", body, "application/json"), (made.Status, made.Header("x-parley-provider"), b.Calls[^1].Text, b.Calls[^1].Headers["Content-Type"]));
        Assert.Equal("/v1/batches", b.Calls[^1].Target);
        var id = (string)made.Json["id"]!;
        foreach (var (method, path) in ((string, string)[])[("GET", $"batches/{id}"), ("POST", $"batches/{id}/cancel")])
        {
            var answer = await caller.CallAsync(method, $"{prefix}/{path}{version}");
            Assert.Equal((200, id, "b", $"/v1/{path}"), (answer.Status, (string)answer.Json["id"]!, answer.Header("x-parley-provider"), b.Calls[^1].Target));
        }

        var listed = await caller.AskAsync($"{prefix}/batches?provider=b");
        Assert.Equal(id, (string)Assert.Single(listed.Json["data"]!.AsArray())!["id"]!);
        using var other = await gateway.KeyAsync("\"providers\":[\"a\",\"b\"]");
        Assert.Empty((await other.AskAsync($"{prefix}/batches?provider=b")).Json["data"]!.AsArray());
        Assert.Empty(a.Calls);
        var record = await gateway.RecordAsync(made.Header("x-request-id"));
        Assert.Equal(("batches", "b"), (record.GetProperty("model").GetString(), record.GetProperty("provider").GetString()));
        await gateway.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task ProviderWithFilesAlone_IsNamedWithWhatItLacks()
    {
        await using var a = await FileVault.StartAsync("a");
        await using var gateway = await FileCalls.StartAsync(a.Provider(type: "mistral"));
        Assert.Equal(200, (await gateway.Client.UploadAsync()).Status);
        var lacking = await gateway.Client.CallAsync("POST", "/v1/batches?provider=a", "{}");
        Assert.Equal((501, "The provider 'a' has no batches."), (lacking.Status, (string)lacking.Error["message"]!));
    }

    // Of two members Python and Go take the last, Go takes one in other letters, Python takes NaN: what is checked must be what the provider takes.
    [Theory]
    [InlineData("{\"input_file_id\":\"mine\",\"input_file_id\":\"{id}\"}")]
    [InlineData("{\"input_file_id\":\"mine\",\"input\\u005ffile_id\":\"{id}\"}")]
    [InlineData("{\"input_file_id\":\"mine\",\"Input_File_ID\":\"{id}\"}")]
    [InlineData("\ufeff{\"input_file_id\":\"{id}\"}")]
    [InlineData("{\"input_file_id\":\"{id}\",\"x\":NaN}")]
    [InlineData("{\"x\":NaN,\"input_file_id\":\"{id}\"}")]
    [InlineData("{\"input_file_id\":\"{id}\"}{}")]
    [InlineData("{\"input_file_id\":\"{id}\",}")]
    [InlineData("{\"input_file_id\":\"{id}\"")]
    [InlineData("{\"input_file_id\":[\"{id}\"]}")]
    [InlineData("{\"input_file_id\":5}")]
    [InlineData("{\"input_file_id\":null}")]
    [InlineData("{\"input_file_id\":\"\"}")]
    [InlineData("{\"input_file_id\":\"\\ud800\"}")]
    [InlineData("{\"input_file_id\":\"{long}\"}")]
    [InlineData("[{\"input_file_id\":\"{id}\"}]")]
    [InlineData("")]
    public async Task BatchWhoseFileCouldBeReadInTwoWays_Is400NamingTheField_AndNobodyIsCalled(string body)
    {
        await using var a = await FileVault.StartAsync("a");
        await using var gateway = await FileCalls.StartAsync(a.Provider());
        using var owner = await gateway.KeyAsync();
        using var thief = await gateway.KeyAsync();
        body = body.Replace("{id}", await owner.UploadedAsync(), StringComparison.Ordinal).Replace("{long}", new string('x', 257), StringComparison.Ordinal);
        var refused = await thief.CallAsync("POST", "/v1/batches", body);
        Assert.Equal((400, "input_file_id"), (refused.Status, (string)refused.Error["param"]!));
        Assert.Single(a.Calls);
    }

    [Fact]
    public async Task BatchWithoutAFile_IsTheProvidersToRefuse()
    {
        await using var a = await FileVault.StartAsync("a");
        await using var gateway = await FileCalls.StartAsync(a.Provider());
        using var caller = await gateway.KeyAsync();
        const string Body = "{ \"x\": {\"input_file_id\":5, \"input_file_id\":[]} }";
        Assert.Equal(200, (await caller.CallAsync("POST", "/v1/batches", Body)).Status);
        Assert.Equal(Body, a.Calls[^1].Text);
    }

    [Fact]
    public async Task BatchBodies_AreBoundedByTheLimitOnBodies()
    {
        await using var a = await FileVault.StartAsync("a");
        await using var gateway = await FileCalls.StartAsync(a.Provider(), """ "limits": { "bodyBytes": 2000 } """);
        Assert.Equal(413, (await gateway.Client.CallAsync("POST", "/v1/batches", "{\"x\":\"" + new string('x', 2000) + "\"}")).Status);
        Assert.Equal(415, (await gateway.Client.CallAsync("POST", "/v1/batches", "{}", "text/plain")).Status);
        Assert.Empty(a.Calls);
        await gateway.AssertNothingLeftAsync();
    }
}
