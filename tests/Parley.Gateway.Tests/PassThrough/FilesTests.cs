using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.PassThrough;

/// <summary>Files as clients of OpenAI's and of Azure's API call them: what passes up, what comes down, what is recorded.</summary>
public sealed class FilesTests
{
    public static TheoryData<string> Prefixes => ["/v1", "/openai/v1", "/api/v1", "/llm/v1", "/openai"];

    [Theory]
    [MemberData(nameof(Prefixes))]
    [Trait("Contract", "5.files")]
    [Trait("Contract", "5.azure-sdk")]
    public async Task Files_AreUploadedListedReadAndDeleted_UnderEveryPrefix(string prefix)
    {
        await using var vault = await FileVault.StartAsync();
        await using var gateway = await FileCalls.StartAsync(vault.Provider());
        var version = prefix == "/openai" ? "?api-version=2024-10-21" : "";

        var made = await gateway.Client.UploadAsync($"{prefix}/files{version}", "{\"a\":1}\n");
        Assert.Equal((200, "a", "1", "0", "upstream-1"), (made.Status, made.Header("x-parley-provider"), made.Header("x-parley-attempts"), made.Header("X-Served-By-Instance"), made.Header("x-parley-upstream-request-id")));
        Assert.Null(made.Header("Set-Cookie"));
        var id = (string)made.Json["id"]!;
        Assert.Equal(("POST", "/v1/files", "Bearer sk-upstream-secret-0001"), (vault.Calls[^1].Method, vault.Calls[^1].Target, vault.Calls[^1].Credential));
        Assert.Equal(FileCalls.Form("{\"a\":1}\n"), vault.Calls[^1].Text);
        Assert.Equal($"multipart/form-data; boundary=\"{FileCalls.Boundary}\"", vault.Calls[^1].Headers["Content-Type"]);

        var listed = await gateway.Client.AskAsync($"{prefix}/files{version}{(version.Length > 0 ? "&" : "?")}purpose=batch&limit=5");
        Assert.Equal((200, id, "/v1/files?purpose=batch&limit=5"), (listed.Status, (string)listed.Json["data"]![0]!["id"]!, vault.Calls[^1].Target));

        var one = await gateway.Client.AskAsync($"{prefix}/files/{id}{version}");
        Assert.Equal((200, made.Body), (one.Status, one.Body));

        var content = await gateway.Client.AskAsync($"{prefix}/files/{id}/content{version}");
        Assert.Equal((200, FileCalls.Form("{\"a\":1}\n"), "application/octet-stream"), (content.Status, content.Body, content.Header("Content-Type")));
        Assert.Equal(("attachment; filename=\"in.jsonl\"", "\"e1\"", "nosniff", "sandbox"), (content.Header("Content-Disposition"), content.Header("ETag"), content.Header("X-Content-Type-Options"), content.Header("Content-Security-Policy")));

        var deleted = await gateway.Client.CallAsync("DELETE", $"{prefix}/files/{id}{version}");
        Assert.Equal((200, true), (deleted.Status, (bool)deleted.Json["deleted"]!));
        var gone = await gateway.Client.AskAsync($"{prefix}/files/{id}{version}");
        Assert.Equal((404, $"No such File object: {id}"), (gone.Status, (string)gone.Error["message"]!));
        Assert.Equal("0", gone.Header("X-Error-Backend-Instance"));
        await gateway.AssertNothingLeftAsync();
        gateway.Log.AssertKeptSecret();
    }

    [Theory]
    [InlineData("\"urlStyle\": \"classic\"", "/openai/files?api-version=2024-10-21", "/openai/files?api-version=2024-10-21&purpose=batch")]
    [InlineData("\"urlStyle\": \"v1\"", "/openai/v1/files", "/openai/v1/files?purpose=batch")]
    [Trait("Contract", "5.files")]
    [Trait("Contract", "5.azure-sdk")]
    public async Task AzureProvider_HasFilesAtTheResource_WithItsOwnVersion(string style, string uploaded, string listed)
    {
        await using var vault = await FileVault.StartAsync();
        await using var gateway = await FileCalls.StartAsync($$""" "az": { "type": "azure-openai", "endpoint": "{{vault.Address}}", "apiKey": "sk-upstream-secret-0001", "apiVersion": "2024-10-21", {{style}} } """);
        Assert.Equal(200, (await gateway.Client.UploadAsync("/openai/files?api-version=2025-01-01-preview")).Status);
        Assert.Equal((uploaded, "sk-upstream-secret-0001"), (vault.Calls[^1].Target, vault.Calls[^1].Headers["api-key"]));
        Assert.Equal(200, (await gateway.Client.AskAsync("/openai/files?api-version=2025-01-01-preview&purpose=batch")).Status);
        Assert.Equal(listed, vault.Calls[^1].Target);
        var error = (await gateway.Client.AskAsync("/openai/files/none?provider=nobody")).Error.AsObject();
        Assert.Equal("BadRequest", (string)error["code"]!);
    }

    [Fact]
    public async Task EachCall_IsOneRecord_WithoutTokensAndNotEstimated()
    {
        await using var vault = await FileVault.StartAsync();
        await using var gateway = await FileCalls.StartAsync(vault.Provider());
        var made = await gateway.Client.UploadAsync();
        var record = await gateway.RecordAsync(made.Header("x-request-id"));
        Assert.Equal(("files", "a", 200, ""), (record.GetProperty("model").GetString(), record.GetProperty("provider").GetString(), record.GetProperty("status").GetInt32(), record.Flags()));
        Assert.Equal((0, 0, 0, 0), record.Tokens());
        Assert.Equal(("a/files", 200), (record.GetProperty("attempts")[0].GetProperty("target").GetString(), record.GetProperty("attempts")[0].GetProperty("status").GetInt32()));

        var missing = await gateway.Client.AskAsync("/v1/files/none");
        record = await gateway.RecordAsync(missing.Header("x-request-id"));
        Assert.Equal((404, "upstream_rejected"), (record.GetProperty("status").GetInt32(), record.Flags()));
        Assert.Contains("parley_requests_total{surface=\"files\",model=\"files\",provider=\"a\",status=\"200\"} 1", (await gateway.Client.FetchAsync("/metrics")).Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401, 502, "upstream_authentication")]
    [InlineData(403, 502, "upstream_authentication")]
    [InlineData(429, 429, "slow down")]
    [InlineData(500, 500, "slow down")]
    [InlineData(409, 409, "slow down")]
    public async Task ProvidersError_KeepsItsStatusAndBody_ButNotThatOfOurCredential(int status, int seen, string says)
    {
        await using var vault = await FileVault.StartAsync();
        vault.Instead = async context =>
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = "application/json";
            context.Response.Headers.RetryAfter = "7";
            await context.Response.Body.WriteAsync("""{"error":{"message":"slow down","code":"x"}}"""u8.ToArray());
        };
        await using var gateway = await FileCalls.StartAsync(vault.Provider());
        foreach (var call in (Func<Task<Wire.Answer>>[])[() => gateway.Client.AskAsync("/v1/files"), () => gateway.Client.UploadAsync(), () => gateway.Client.AskAsync("/v1/files/x/content")])
        {
            var answer = await call();
            Assert.Equal(seen, answer.Status);
            Assert.Contains(says, answer.Body, StringComparison.Ordinal);
            if (seen != 502) Assert.Equal("7", answer.Header("Retry-After"));
        }
    }

    [Fact]
    public async Task Upload_LargerThanTheLimit_Is413ByItsClaim_AndByWhatReallyComes()
    {
        await using var vault = await FileVault.StartAsync();
        vault.Upstream.ReadsBody = false;
        var ended = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        vault.Instead = async context =>
        {
            try
            {
                await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
                ended.TrySetResult(true);
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException)
            {
                ended.TrySetResult(false);
            }
        };
        await using var gateway = await FileCalls.StartAsync(vault.Provider(), """ "limits": { "uploadBytes": 100000 } """);
        var claimed = await gateway.Client.UploadAsync(content: new string('x', 100_001));
        Assert.Equal((413, "request_too_large", 0), (claimed.Status, (string)claimed.Error["code"]!, vault.Calls.Count));

        using var chunked = new HttpRequestMessage(HttpMethod.Post, "/v1/files") { Content = new StreamContent(new MemoryStream(new byte[300_000])) };
        chunked.Headers.TransferEncodingChunked = true;
        chunked.Content.Headers.ContentType = new("multipart/form-data");
        var came = await gateway.Client.FetchAsync(chunked);
        Assert.Equal((413, "request_too_large"), (came.Status, (string)came.Error["code"]!));
        Assert.Contains("limits.uploadBytes", (string)came.Error["message"]!, StringComparison.Ordinal);
        // The provider must not take the part for the whole.
        Assert.False(await ended.Task.WaitAsync(GatewayCalls.Limit()));
        var record = await gateway.RecordAsync(came.Header("x-request-id"));
        Assert.Equal((413, "body_too_large"), (record.GetProperty("status").GetInt32(), record.Flags()));
        await gateway.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task Uploads_InParts_BecomeAFileThatIsKnown()
    {
        await using var a = await FileVault.StartAsync("a");
        await using var b = await FileVault.StartAsync("b");
        await using var gateway = await FileCalls.StartAsync($"{a.Provider()}, {b.Provider()}", """ "defaults": { "files": "a" } """);
        var made = await gateway.Client.CallAsync("POST", "/v1/uploads", """{"filename":"x","purpose":"batch","bytes":4,"mime_type":"text/plain"}""", headers: ("x-parley-provider", "b"));
        Assert.Equal((200, "upload_1"), (made.Status, (string)made.Json["id"]!));
        var part = await gateway.Client.UploadAsync("/v1/uploads/upload_1/parts", "part");
        Assert.Equal((200, "part_1"), (part.Status, (string)part.Json["id"]!));
        var done = await gateway.Client.CallAsync("POST", "/v1/uploads/upload_1/complete", """{"part_ids":["part_1"]}""");
        var file = (string)done.Json["file"]!["id"]!;
        Assert.Equal(200, (await gateway.Client.AskAsync($"/v1/files/{file}")).Status);
        Assert.Empty(a.Calls);
        Assert.Equal(["/v1/uploads", "/v1/uploads/upload_1/parts", "/v1/uploads/upload_1/complete", $"/v1/files/{file}"], b.Calls.Select(static call => call.Target));
    }

    [Fact]
    public async Task Id_IsEscapedAsOneSegment()
    {
        await using var vault = await FileVault.StartAsync();
        await using var gateway = await FileCalls.StartAsync(vault.Provider());
        await gateway.Client.AskAsync("/v1/files/a%2Fb%3Fc%20d");
        Assert.Equal("/v1/files/a%2Fb%3Fc%20d", vault.Calls[^1].Target);
        await gateway.Client.AskAsync("/v1/files/..%2F..%2Fadmin");
        Assert.Equal("/v1/files/..%2F..%2Fadmin", vault.Calls[^1].Target);
        Assert.Equal(404, (await gateway.Client.AskAsync("/v1/files/" + new string('x', 257))).Status);
    }

    // A 304 or a piece is no list and no object, and those are read here.
    [Theory]
    [InlineData("/v1/files", false)]
    [InlineData("/v1/files/x", false)]
    [InlineData("/v1/batches", false)]
    [InlineData("/v1/batches/x", false)]
    [InlineData("/v1/files/x/content", true)]
    public async Task Conditions_GoUpOnlyWhereTheAnswerIsNotRead(string path, bool goesUp)
    {
        await using var vault = await FileVault.StartAsync();
        await using var gateway = await FileCalls.StartAsync(vault.Provider());
        using var caller = await gateway.KeyAsync();
        string[] conditions = ["If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "If-Range", "Range"];
        await caller.AskAsync(path, [.. conditions.Select(static name => (name, name == "Range" ? "bytes=0-1" : name.EndsWith("Since", StringComparison.Ordinal) ? "Wed, 21 Oct 2015 07:28:00 GMT" : "\"e\""))]);
        Assert.Equal(goesUp ? conditions.Order() : [], vault.Calls[^1].Headers.Keys.Intersect(conditions, StringComparer.OrdinalIgnoreCase).Order());
    }

    [Fact]
    public async Task RequestHeaders_AreThoseOfTheList_KeysInTheQueryStayHere()
    {
        await using var vault = await FileVault.StartAsync();
        await using var gateway = await FileCalls.StartAsync(vault.Provider());
        await gateway.Client.AskAsync(
            $"/v1/files?key={GatewayHost.AdminKey}&co%64e=x&subscription-key=y&order=asc&Provider=a",
            ("Cookie", "a=b"), ("x-functions-key", "z"), ("api-key", "k"), ("OpenAI-Organization", "org"), ("If-None-Match", "\"e\""), ("x-parley-provider", "a"), ("X-Secret", "s"), ("X-APIM-Correlation-Id", "mine"));
        var call = vault.Calls[^1];
        Assert.Equal("/v1/files?order=asc", call.Target);
        Assert.Equal(("org", "1", "mine"), (call.Headers["OpenAI-Organization"], call.Headers["x-parley-hops"], call.Headers["X-APIM-Correlation-Id"]));
        Assert.All((string[])["If-None-Match", "Cookie", "x-functions-key", "api-key", "x-parley-provider", "X-Secret"], name => Assert.False(call.Headers.ContainsKey(name), name));
    }
}
