using System.Security.Cryptography;
using System.Text;
using Parley.Testing;
using static Parley.Simulator.Tests.SimulatorClient;

namespace Parley.Simulator.Tests.OpenAI.Files;

public sealed class FilesTests : IAsyncLifetime
{
    private SimulatorHost host = null!;
    private HttpClient client = null!;

    public async Task InitializeAsync()
    {
        host = await SimulatorHost.StartAsync(new SimulatorOptions { TimeProvider = new ManualTimeProvider(), StoredFiles = 4 }, Soon);
        client = host.CreateClient();
    }

    public async Task DisposeAsync()
    {
        client.Dispose();
        await host.DisposeAsync();
    }

    [Theory]
    [InlineData("/v1/files", "")]
    [InlineData("/openai/v1/files", "")]
    [InlineData("/openai/files", "?api-version=2024-10-21")]
    public async Task File_UploadedReadAndDeleted_IsGone(string path, string query)
    {
        var made = await client.UploadAsync("hello\n", "user_data", "notes ü.txt", path + query);
        var id = made.Json.GetProperty("id").GetString()!;
        var whole = $$"""{"object":"file","id":"{{id}}","purpose":"user_data","filename":"notes ü.txt","bytes":6,"created_at":1767225600,"expires_at":null,"status":"processed","status_details":null}""";
        Assert.Equal((200, whole), (made.Status, made.Text));
        Assert.Equal(whole, (await client.ReadAsync($"{path}/{id}{query}")).Text);
        var content = await client.ReadAsync($"{path}/{id}/content{query}");
        Assert.Equal(("application/octet-stream", "hello\n"), (content.MediaType, content.Text));
        Assert.Equal(new SimulatedFile(id, "user_data", "notes ü.txt", 6, Convert.ToHexStringLower(SHA256.HashData("hello\n"u8))), Assert.Single(host.Files));
        Assert.Equal($$"""{"object":"file","deleted":true,"id":"{{id}}"}""", (await client.RemoveAsync($"{path}/{id}{query}")).Text);
        var gone = path == "/v1/files"
            ? $$$"""{"error":{"message":"No such File object: {{{id}}}","type":"invalid_request_error","param":"id","code":null}}"""
            : $$$"""{"error":{"code":"resourceNotFound","message":"File with id {{{id}}} not found."}}""";
        foreach (var again in (Received[])[await client.ReadAsync($"{path}/{id}{query}"), await client.ReadAsync($"{path}/{id}/content{query}"), await client.RemoveAsync($"{path}/{id}{query}")])
            Assert.Equal((404, gone), (again.Status, again.Text));
    }

    [Fact]
    public async Task List_ByPurposeAndPage_IsInOrder()
    {
        foreach (var (content, purpose) in ((string, string)[])[("a", "batch"), ("b", "user_data"), ("c", "batch"), ("d", "batch")])
            await client.UploadAsync(content, purpose, content);
        Assert.Equal("dcba", await NamesAsync(""));
        Assert.Equal("dca", await NamesAsync("?purpose=batch"));
        Assert.Equal("abc", await NamesAsync("?order=asc&limit=3"));
        var page = (await client.ReadAsync("/v1/files?limit=2")).Json;
        Assert.True(page.GetProperty("has_more").GetBoolean());
        Assert.Equal("ba", await NamesAsync($"?after={page.GetProperty("last_id").GetString()}"));
        Assert.Equal(400, (await client.ReadAsync("/v1/files?limit=0")).Status);
        await client.UploadAsync("e", "batch", "e");
        Assert.Equal("edcb", await NamesAsync(""));

        async Task<string> NamesAsync(string query) =>
            string.Concat((await client.ReadAsync($"/v1/files{query}")).Json.GetProperty("data").EnumerateArray().Select(file => file.GetProperty("filename").GetString()));
    }

    [Fact]
    public async Task Upload_OfManyMegabytes_KeepsItsBeginningAndIsReadBackAsLong()
    {
        const int Size = 48 * 1024 * 1024;
        var made = await client.UploadAsync(new PatternContent(Size), "user_data");
        var id = made.Json.GetProperty("id").GetString();
        var file = Assert.Single(host.Files);
        Assert.Equal(Size, file.Length);
        Assert.True(host.UploadedBytes > Size);
        Assert.True(host.Log.Last.BodyTruncated);
        Assert.Contains("name=purpose", Encoding.Latin1.GetString(host.Log.Last.Body.Span), StringComparison.Ordinal);
        using var content = await client.GetAsync($"/v1/files/{id}/content", HttpCompletionOption.ResponseHeadersRead, Soon);
        Assert.Equal(Size, content.Content.Headers.ContentLength);
        await using var body = await content.Content.ReadAsStreamAsync(Soon);
        Assert.Equal(file.Sha256, Convert.ToHexStringLower(await SHA256.HashDataAsync(body, Soon)));
    }

    [Fact]
    public async Task Upload_InProgress_IsSeenByItsBytes()
    {
        using var go = new SemaphoreSlim(0);
        var sending = client.UploadAsync(new PatternContent(4 * 1024 * 1024, done => done == 1024 * 1024 ? go.WaitAsync(Soon) : Task.CompletedTask), "user_data");
        while (host.UploadedBytes < 1024 * 1024)
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, Soon);
        Assert.False(sending.IsCompleted);
        Assert.Empty(host.Files);
        go.Release();
        Assert.Equal(200, (await sending).Status);
    }

    [Fact]
    public async Task Upload_ThatTheClientLeaves_IsLoggedAsAborted()
    {
        using var leave = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/files")
        {
            Content = new MultipartFormDataContent { { new PatternContent(4 * 1024 * 1024, done => done == 1024 * 1024 ? leave.CancelAsync() : Task.CompletedTask), "file", "x" } },
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.SendAsync(request, leave.Token));
        Assert.True((await host.Log.WaitForAbortAsync(Soon)).ClientAborted);
        Assert.Empty(host.Files);
    }

    [Theory]
    [InlineData("x", "other", 400, "'other' is not one of ['fine-tune', 'assistants', 'batch', 'user_data', 'vision', 'evals'] - 'purpose'")]
    [InlineData("", "batch", 400, "File is empty.")]
    public async Task Upload_OfTheWrongKind_IsRefused(string content, string purpose, int status, string message)
    {
        var refused = await client.UploadAsync(content, purpose);
        Assert.Equal((status, message), (refused.Status, refused.Json.GetProperty("error").GetProperty("message").GetString()));
    }

    [Fact]
    public async Task Upload_ThatIsNoForm_IsRefused()
    {
        var json = await client.PostAsync("/v1/files", """{"purpose":"batch"}""");
        Assert.Equal(400, json.Status);
        Assert.StartsWith("Invalid Content-Type header (application/json), expected multipart/form-data.", json.Json.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        using var cut = new StringContent("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\nhalf", Encoding.UTF8);
        cut.Headers.ContentType = new("multipart/form-data") { Parameters = { new("boundary", "b") } };
        using var response = await client.PostAsync("/v1/files", cut, Soon);
        Assert.Equal((400, true), ((int)response.StatusCode, (await response.Content.ReadAsStringAsync(Soon)).Contains("Could not parse multipart form.", StringComparison.Ordinal)));
        using var noFile = await client.PostAsync("/v1/files", new MultipartFormDataContent { { new StringContent("batch"), "purpose" } }, Soon);
        Assert.Contains("Missing required parameter: 'file'.", await noFile.Content.ReadAsStringAsync(Soon), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Content_OfAnAssistantsFile_IsNotGiven()
    {
        var id = await client.UploadedAsync("x", "assistants");
        Assert.Equal(400, (await client.ReadAsync($"/v1/files/{id}/content")).Status);
    }

    [Fact]
    public async Task Credential_Missing_Is401AlsoForAnUpload()
    {
        using var bare = host.CreateClient(key: null);
        Assert.Equal(401, (await bare.UploadAsync("x")).Status);
        Assert.Empty(host.Files);
    }

    [Fact]
    public async Task Plan_StrikesAnUpload()
    {
        host.Faults.Next(1, "429", "7");
        Assert.Equal(429, (await client.UploadAsync("x")).Status);
        Assert.Empty(host.Files);
    }

    [Fact]
    public async Task FileId_OfAnotherSimulator_IsNotFound()
    {
        await using var other = await SimulatorHost.StartAsync(new SimulatorOptions(), Soon);
        using var elsewhere = other.CreateClient();
        var id = await client.UploadedAsync("x", "user_data");
        await elsewhere.UploadedAsync("x", "user_data");
        foreach (var (path, list, body) in ((string, string, string)[])
        [
            (Chat, "messages", $$$"""{"model":"gpt-4o","messages":[{"role":"user","content":[{"type":"file","file":{"file_id":"{{{id}}}"}},{"type":"text","text":"what?"}]}]}"""),
            ("/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21", "messages", $$$"""{"messages":[{"role":"user","content":[{"type":"file","file":{"file_id":"{{{id}}}"}}]}]}"""),
            ("/v1/responses", "input", $$"""{"model":"gpt-4o","input":[{"role":"user","content":[{"type":"input_file","file_id":"{{id}}"},{"type":"input_text","text":"what?"}]}]}"""),
        ])
        {
            Assert.Equal(200, (await client.PostAsync(path, body)).Status);
            var refused = await elsewhere.PostAsync(path, body);
            Assert.Equal((404, $$$"""{"error":{"message":"Files [{{{id}}}] were not found","type":"invalid_request_error","param":"{{{list}}}","code":null}}"""), (refused.Status, refused.Text));
        }
    }
}
