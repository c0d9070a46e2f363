using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.PassThrough;

/// <summary><c>/raw/{provider}/…</c>: any call of the provider's own API, below its base and with its credential, for keys that may use it.</summary>
public sealed class RawTests
{
    [Theory]
    [Trait("Contract", "5.raw")]
    [InlineData("GET", "/raw/a/fine_tuning/jobs?limit=2&after=a%2Fb", "/v1/fine_tuning/jobs?limit=2&after=a%2Fb")]
    [InlineData("POST", "/raw/a/vector_stores", "/v1/vector_stores")]
    [InlineData("PUT", "/raw/a/x/%7Euser/a%2Fb%20c/d;e=1,2:3@4", "/v1/x/%7Euser/a%2Fb%20c/d;e=1,2:3@4")]
    [InlineData("PATCH", "/raw/a/x//y/", "/v1/x//y/")]
    [InlineData("DELETE", "/raw/a/x/%E2%82%AC?a=1&a=2&&b", "/v1/x/%E2%82%AC?a=1&a=2&b")]
    [InlineData("OPTIONS", "/RAW/a/x?q=%2B+", "/v1/x?q=%2B+")]
    [InlineData("GET", "/raw/a", "/v1")]
    [InlineData("GET", "/raw/a/@evil.example/x", "/v1/@evil.example/x")]
    [InlineData("GET", "/raw/a/http://evil.example/x", "/v1/http://evil.example/x")]
    public async Task Path_PassesExactly_BelowTheBase(string method, string sent, string seen)
    {
        await using var vault = await FileVault.StartAsync();
        vault.Instead = CannedUpstream.Bytes("{}"u8.ToArray(), "application/json");
        await using var gateway = await FileCalls.StartAsync(vault.Provider());
        var answer = await LineAsync(gateway, method, sent);
        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.Equal((method, seen, "Bearer sk-upstream-secret-0001"), (vault.Calls[^1].Method, vault.Calls[^1].Target, vault.Calls[^1].Credential));
    }

    // failures.md §1.13, §1.14: nothing that a caller writes may lead out of the provider's base, or choose a host.
    [Theory]
    [Trait("Contract", "5.raw")]
    [InlineData("/raw/a/%2e%2e/admin")]
    [InlineData("/raw/a/x/..%2fadmin")]
    [InlineData("/raw/a/..%2F..%2Fadmin")]
    [InlineData("/raw/a/%252e%252e/admin")]
    [InlineData("/raw/a/x/%2e/y")]
    [InlineData("/raw/a/x/..%5cadmin")]
    [InlineData("/raw/a/x\\y")]
    [InlineData("/raw/a/..;/admin")]
    [InlineData("/raw/b/../a/x")]
    [InlineData("/raw/a/x/../../b/y")]
    [InlineData("/raw/a/x/{y}")]
    [InlineData("/raw/%2e%2e/v1")]
    [InlineData("http://evil.example/raw/a/x")]
    [InlineData("//evil.example/raw/a/x")]
    [InlineData("/raw/a@evil.example/x")]
    [InlineData("/raw/http:%2F%2Fevil.example/x")]
    [InlineData("/raw//x")]
    public async Task Path_ThatCouldLeadElsewhere_IsRefused_AndNobodyIsCalled(string sent)
    {
        await using var vault = await FileVault.StartAsync();
        await using var gateway = await FileCalls.StartAsync(vault.Provider());
        var answer = await LineAsync(gateway, "GET", sent);
        Assert.True(answer.StartsWith("HTTP/1.1 400", StringComparison.Ordinal) || answer.StartsWith("HTTP/1.1 404", StringComparison.Ordinal), answer);
        Assert.Empty(vault.Calls);
    }

    [Fact]
    [Trait("Contract", "5.raw")]
    public async Task Key_WithoutTheProviderAsAWhole_IsRefused()
    {
        await using var vault = await FileVault.StartAsync();
        await using var gateway = await FileCalls.StartAsync($$""" {{vault.Provider()}}, "claude": { "type": "anthropic", "baseUrl": "{{vault.Address}}", "apiKey": "k" } """);
        foreach (var grants in (string[])["", "\"models\":[\"gpt\"]", "\"providers\":[\"claude\"]", "\"role\":\"metrics\""])
        {
            using var caller = await gateway.KeyAsync(grants);
            Assert.Equal(403, (await caller.AskAsync("/raw/a/models")).Status);
        }

        Assert.Empty(vault.Calls);
        using var allowed = await gateway.KeyAsync("\"providers\":[\"a\"]");
        Assert.Equal(404, (await allowed.AskAsync("/raw/a/models")).Status);
        Assert.Single(vault.Calls);
        var refused = await allowed.AskAsync("/raw/claude/v1/models");
        Assert.Equal((403, "permission_error"), (refused.Status, (string)refused.Error["type"]!));
        Assert.Equal("error", (string)refused.Json["type"]!);
        var unknown = await allowed.AskAsync("/raw/b/models");
        Assert.Equal((404, "There is no provider 'b'. Did you mean 'a'?", "provider_not_found"), (unknown.Status, (string)unknown.Error["message"]!, (string)unknown.Error["code"]!));
        Assert.Equal(401, (await gateway.CreateClient(null).AskAsync("/raw/a/models")).Status);
    }

    [Theory]
    [Trait("Contract", "5.raw")]
    [InlineData("/raw/a/files")]
    [InlineData("/raw/a/Files/file-1/content")]
    [InlineData("/raw/a/%66iles/file-1")]
    [InlineData("/raw/a/x%2Ffiles")]
    [InlineData("/raw/a/%2566iles")]
    [InlineData("/raw/a//files/?limit=1")]
    [InlineData("/raw/a/files;x=1/file-1")]
    [InlineData("/raw/a/files%20")]
    [InlineData("/raw/a/UPLOADS/upload_1/parts")]
    [InlineData("/raw/a/openai/batches?api-version=1")]
    [InlineData("/raw/below/file-1/content")]
    [InlineData("/raw/claude/v1/messages/batches")]
    public async Task FilesOfAllKeys_AreRefusedToAnOrdinaryKey_WithThePathsToUseInstead(string path)
    {
        await using var vault = await FileVault.StartAsync();
        await using var gateway = await FileCalls.StartAsync(
            $$""" {{vault.Provider()}}, "below": { "type": "openai", "baseUrl": "{{vault.Address}}v1/files", "apiKey": "k" }, "claude": { "type": "anthropic", "baseUrl": "{{vault.Address}}", "apiKey": "k" } """);
        using var caller = await gateway.KeyAsync("\"providers\":[\"a\",\"below\",\"claude\"]");
        var refused = await caller.AskAsync(path);
        Assert.Equal(403, refused.Status);
        Assert.Contains(path.StartsWith("/raw/claude", StringComparison.Ordinal) ? "role 'admin'" : "/v1/files", (string)refused.Error["message"]!, StringComparison.Ordinal);
        Assert.Empty(vault.Calls);
        await gateway.Client.AskAsync(path);
        Assert.Single(vault.Calls);
    }

    [Fact]
    [Trait("Contract", "5.raw")]
    public async Task FilesWhereTheyAreShared_AndNamesThatOnlyLookLikeThem_Pass()
    {
        await using var vault = await FileVault.StartAsync();
        await using var gateway = await FileCalls.StartAsync(vault.Provider());
        using var caller = await gateway.KeyAsync("\"providers\":[\"a\"]");
        Assert.Equal(404, (await caller.AskAsync("/raw/a/profiles/files-x/myuploads?files=batches")).Status);
        Assert.Single(vault.Calls);
        await using var shared = await FileCalls.StartAsync(vault.Provider("\"apiKey\": \"k\", \"sharedFiles\": true"));
        using var sharer = await shared.KeyAsync("\"providers\":[\"a\"]");
        Assert.Equal(200, (await sharer.AskAsync("/raw/a/files")).Status);
    }

    [Fact]
    [Trait("Contract", "5.raw")]
    public async Task Keys_Cookies_AndUnknownHeaders_StayHere_InBothDirections()
    {
        await using var vault = await FileVault.StartAsync();
        vault.Instead = context =>
        {
            context.Response.StatusCode = 302;
            context.Response.Headers.Location = "https://storage.example/x?sig=secret";
            context.Response.Headers.SetCookie = "a=b";
            context.Response.Headers["openai-organization"] = "org-of-the-operator";
            context.Response.Headers["x-ratelimit-remaining-requests"] = "5";
            context.Response.Headers.ETag = "\"e\"";
            context.Response.Headers["Keep-Alive"] = "timeout=5";
            return context.Response.WriteAsync("moved");
        };
        await using var gateway = await FileCalls.StartAsync(vault.Provider());
        var answer = await gateway.Client.CallAsync(
            "POST", $"/raw/a/x?code={GatewayHost.AdminKey}&key=1&Subscription-Key=2&api_key=3", "{}", "application/vnd.x+json; v=1",
            ("Cookie", "a=b"), ("x-functions-key", "1"), ("Ocp-Apim-Subscription-Key", "2"), ("x-goog-api-key", "3"), ("X-Forwarded-For", "1.1.1.1"), ("Accept", "text/csv"),
            ("OpenAI-Beta", "assistants=v2"), ("anthropic-beta", "no"), ("If-Match", "\"e\""), ("X-Other", "x"), ("TE", "trailers"), ("Proxy-Authorization", "Basic x"));
        var call = vault.Calls[^1];
        Assert.Equal(("/v1/x?api_key=3", "{}"), (call.Target, call.Text));
        Assert.Equal(
            ["Accept", "Accept-Encoding", "Authorization", "Content-Length", "Content-Type", "Host", "If-Match", "OpenAI-Beta", "User-Agent", "X-APIM-Correlation-Id", "x-parley-hops"],
            call.Headers.Keys.Order(StringComparer.OrdinalIgnoreCase));
        Assert.Equal(("application/vnd.x+json; v=1", "text/csv"), (call.Headers["Content-Type"], call.Headers["Accept"]));
        Assert.Equal((302, "moved", null, null, null, null), (answer.Status, answer.Body, answer.Header("Location"), answer.Header("Set-Cookie"), answer.Header("openai-organization"), answer.Header("Keep-Alive")));
        Assert.Equal("sandbox", answer.Header("Content-Security-Policy"));
        Assert.Equal(("5", "\"e\"", "a"), (answer.Header("x-ratelimit-remaining-requests"), answer.Header("ETag"), answer.Header("x-parley-provider")));
        gateway.Log.AssertKeptSecret();
    }

    [Theory]
    [InlineData("files/1", "files/1")]
    [InlineData("/v1/files/1?x=1", "/v1/files/1?x=1")]
    [InlineData("//evil.example/x", null)]
    [InlineData("https://api.example/x", null)]
    public async Task Location_IsKeptOnlyWhereItIsRelative(string sent, string? seen)
    {
        await using var vault = await FileVault.StartAsync();
        vault.Instead = context =>
        {
            context.Response.StatusCode = 201;
            context.Response.Headers.Location = sent;
            return Task.CompletedTask;
        };
        await using var gateway = await FileCalls.StartAsync(vault.Provider());
        var answer = await gateway.Client.CallAsync("POST", "/raw/a/x", "{}");
        Assert.Equal((201, seen), (answer.Status, answer.Header("Location")));
    }

    [Theory]
    [InlineData(400, 400)]
    [InlineData(404, 404)]
    [InlineData(418, 418)]
    [InlineData(429, 429)]
    [InlineData(503, 503)]
    [InlineData(304, 304)]
    [InlineData(204, 204)]
    [InlineData(401, 502)]
    [InlineData(403, 502)]
    public async Task Status_Passes_WithWhateverBody_ButNotThatOfOurCredential(int status, int seen)
    {
        await using var vault = await FileVault.StartAsync();
        vault.Instead = async context =>
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = "text/x-odd; charset=utf-8; v=2";
            if (status is not (204 or 304)) await context.Response.WriteAsync("the key sk-upstream-secret-0001 is wrong");
        };
        await using var gateway = await FileCalls.StartAsync(vault.Provider());
        var answer = await gateway.Client.AskAsync("/raw/a/x");
        Assert.Equal(seen, answer.Status);
        if (seen == 502) Assert.Equal("upstream_authentication", (string)answer.Error["code"]!);
        else if (status > 304) Assert.Equal(("the key sk-upstream-secret-0001 is wrong", "text/x-odd; charset=utf-8; v=2"), (answer.Body, answer.Header("Content-Type")));
        var record = await gateway.RecordAsync(answer.Header("x-request-id"));
        Assert.Equal((seen, status), (record.GetProperty("status").GetInt32(), record.GetProperty("attempts")[0].GetProperty("status").GetInt32()));
        Assert.Equal(status is 204 or 304 ? "" : status switch { 429 => "upstream_rate_limited", 503 => "upstream_failed", 401 or 403 => "upstream_unauthorized", _ => "upstream_rejected" }, record.Flags());
    }

    [Fact]
    public async Task Head_HasTheHeadersAndNoBody()
    {
        await using var vault = await FileVault.StartAsync();
        vault.Instead = context =>
        {
            context.Response.ContentLength = 12345;
            return Task.CompletedTask;
        };
        await using var gateway = await FileCalls.StartAsync(vault.Provider());
        var answer = await gateway.Client.CallAsync("HEAD", "/raw/a/x");
        Assert.Equal((200, "12345", "", "HEAD"), (answer.Status, answer.Header("Content-Length"), answer.Body, vault.Calls[^1].Method));
    }

    [Fact]
    public async Task CompressedAnswer_PassesAsItIs()
    {
        await using var vault = await FileVault.StartAsync();
        byte[] body = [0x1f, 0x8b, 1, 2, 3];
        vault.Instead = async context =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            await context.Response.Body.WriteAsync(body);
        };
        await using var gateway = await FileCalls.StartAsync(vault.Provider());
        using var response = await gateway.Client.GetAsync(new Uri("/raw/a/chat/completions", UriKind.Relative));
        Assert.Equal(["gzip"], response.Content.Headers.ContentEncoding);
        Assert.Equal(body, await response.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("/raw/a/chat/completions", "application/json", """{"id":"c","model":"gpt-x","choices":[{"index":0,"message":{"content":"hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":11,"completion_tokens":7}}""", 11, 7)]
    [InlineData("/raw/a/chat/completions", "text/event-stream", "data: {\"model\":\"gpt-x\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\ndata: {\"choices\":[],\"usage\":{\"prompt_tokens\":11,\"completion_tokens\":7}}\n\ndata: [DONE]\n\n", 11, 7)]
    [InlineData("/raw/a/chat/completions", "text/event-stream", "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\ndata: [DONE]\n\n", 0, 0)]
    [InlineData("/raw/a/chat/completions", "application/json", "not json at all", 0, 0)]
    [InlineData("/raw/a/v1/messages", "application/json", """{"id":"m","type":"message","model":"claude","content":[],"stop_reason":"end_turn","usage":{"input_tokens":11,"output_tokens":7}}""", 11, 7)]
    [InlineData("/raw/a/v1beta/models/flash:generateContent", "application/json", """{"candidates":[{"content":{"parts":[{"text":"a"}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":11,"candidatesTokenCount":7,"totalTokenCount":18}}""", 11, 7)]
    [InlineData("/raw/a/anything", "application/json", """{"usage":{"prompt_tokens":11,"completion_tokens":7}}""", 0, 0)]
    public async Task Usage_OfAKnownFormat_IsInTheLedger_WhateverThePieces(string path, string type, string body, int input, int output)
    {
        await using var vault = await FileVault.StartAsync();
        await using var gateway = await FileCalls.StartAsync(vault.Provider());
        foreach (var piece in (int[])[int.MaxValue, 7, 1])
        {
            vault.Instead = CannedUpstream.Bytes(Encoding.UTF8.GetBytes(body), type, piece);
            var answer = await gateway.Client.CallAsync("POST", path, "{}");
            Assert.Equal((200, body), (answer.Status, answer.Body));
            var record = await gateway.RecordAsync(answer.Header("x-request-id"));
            Assert.Equal(("raw", (input, 0, output, 0), ""), (record.GetProperty("model").GetString(), record.Tokens(), record.Flags()));
        }
    }

    [Fact]
    public async Task Events_AreFlushedOneByOne()
    {
        await using var upstream = await HeldUpstream.StartAsync();
        await using var gateway = await FileCalls.StartAsync($$""" "a": { "type": "openai", "baseUrl": "{{upstream.Address}}v1", "apiKey": "k" } """);
        var sending = gateway.Client.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/raw/a/x"), HttpCompletionOption.ResponseHeadersRead, GatewayCalls.Limit());
        var call = await upstream.NextAsync();
        await call.SendAsync("data: 1\n\n");
        using var answer = await sending;
        Assert.Equal("no", answer.Headers.GetValues("X-Accel-Buffering").Single());
        await using var body = await answer.Content.ReadAsStreamAsync();
        var buffer = new byte[100];
        for (var number = 1; number <= 3; number++)
        {
            Assert.Equal($"data: {number}\n\n", Encoding.UTF8.GetString(buffer, 0, await body.ReadAsync(buffer, GatewayCalls.Limit())));
            if (number < 3) await call.SendAsync($"data: {number + 1}\n\n");
        }

        call.End();
        Assert.Equal(0, await body.ReadAsync(buffer, GatewayCalls.Limit()));
    }

    [Theory]
    [InlineData("\"type\": \"anthropic\"", "/raw/p/v1/files", "x-api-key", "k", "/v1/files")]
    [InlineData("\"type\": \"gemini\"", "/raw/p/v1beta/files", "x-goog-api-key", "k", "/v1beta/files")]
    [InlineData("\"type\": \"groq\"", "/raw/p/x", "Authorization", "Bearer k", "/x")]
    public async Task Vendors_AreSignedInTheirOwnWay(string type, string path, string header, string value, string seen)
    {
        await using var vault = await FileVault.StartAsync();
        await using var gateway = await FileCalls.StartAsync($$""" "p": { {{type}}, "baseUrl": "{{vault.Address}}", "apiKey": "k" } """);
        await gateway.Client.AskAsync(path, ("anthropic-beta", "files-api-2025-04-14"), ("X-Goog-Upload-Protocol", "multipart"));
        var call = vault.Calls[^1];
        Assert.Equal((value, seen), (call.Headers[header], call.Target));
        Assert.Equal(type.Contains("anthropic", StringComparison.Ordinal) ? "2023-06-01 files-api-2025-04-14" : "", $"{call.Headers.GetValueOrDefault("anthropic-version")} {call.Headers.GetValueOrDefault("anthropic-beta")}".Trim());
        Assert.Equal(type.Contains("gemini", StringComparison.Ordinal), call.Headers.ContainsKey("X-Goog-Upload-Protocol"));
    }

    [Theory]
    [InlineData("/raw/az/openai/deployments/d/chat/completions?api-version=2024-10-21", "api-key", "/openai/deployments/d/chat/completions?api-version=2024-10-21")]
    [InlineData("/raw/az/anthropic/v1/messages", "x-api-key", "/anthropic/v1/messages")]
    public async Task Azure_IsSignedAsThePathWantsIt_AndKeepsItsVersion(string path, string header, string seen)
    {
        await using var vault = await FileVault.StartAsync();
        await using var gateway = await FileCalls.StartAsync($$""" "az": { "type": "azure-openai", "endpoint": "{{vault.Address}}", "apiKey": "k" } """);
        await gateway.Client.CallAsync("POST", path, "{}");
        Assert.Equal(("k", seen), (vault.Calls[^1].Headers[header], vault.Calls[^1].Target));
    }

    [Theory]
    [InlineData("POST", "/raw/aws/model/anthropic.claude-v2%3A0/invoke", "{\"a\":1}")]
    [InlineData("GET", "/raw/aws/async-invoke?sortOrder=Ascending&maxResults=5&statusEquals=a%20b", null)]
    public async Task Bedrock_IsSignedOverWhatIsSent(string method, string path, string? body)
    {
        await using var vault = await FileVault.StartAsync();
        vault.Instead = CannedUpstream.Bytes("{}"u8.ToArray(), "application/json");
        await using var gateway = await FileCalls.StartAsync($$""" "aws": { "type": "bedrock", "region": "us-east-1", "baseUrl": "{{vault.Address}}", "accessKeyId": "AKIDEXAMPLE", "secretAccessKey": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" } """, """ "limits": { "bodyBytes": 2000 } """);
        var answer = await gateway.Client.CallAsync(method, path, body, "application/json");
        Assert.Equal(200, answer.Status);
        var call = vault.Calls[^1];
        Assert.Equal(path["/raw/aws".Length..], call.Target);
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(call.Body)), call.Headers["x-amz-content-sha256"]);
        Assert.Equal(Signature(call), call.Headers["Authorization"]);
        Assert.Equal(413, (await gateway.Client.CallAsync("POST", path, new string('x', 2001))).Status);
        await gateway.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task Upgrade_IsRefusedInWords()
    {
        await using var vault = await FileVault.StartAsync();
        await using var gateway = await FileCalls.StartAsync(vault.Provider());
        var answer = await LineAsync(gateway, "GET", "/raw/a/realtime", "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
        Assert.StartsWith("HTTP/1.1 501", answer, StringComparison.Ordinal);
        Assert.Contains("upgrade_unsupported", answer, StringComparison.Ordinal);
        Assert.Equal(405, (await gateway.Client.CallAsync("TRACE", "/raw/a/x")).Status);
        Assert.Empty(vault.Calls);
    }

    // Portkey's forward header made a loop (failures.md §1.14).
    [Fact]
    public async Task ProviderThatIsThisGateway_EndsTheCircle()
    {
        var calls = 0;
        await using var vault = await FileVault.StartAsync();
        await using var gateway = await FileCalls.StartAsync(vault.Provider("\"apiKey\": \"" + GatewayHost.AdminKey + "\""));
        vault.Instead = async context =>
        {
            calls++;
            var again = await gateway.Client.AskAsync("/raw/a/x", ("x-parley-hops", context.Request.Headers["x-parley-hops"].ToString()));
            context.Response.StatusCode = again.Status;
            await context.Response.WriteAsync(again.Body);
        };
        var answer = await gateway.Client.AskAsync("/raw/a/x");
        Assert.Equal((508, 8), (answer.Status, calls));
        Assert.Contains("loop_detected", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ProviderWithoutACredential_SaysWhatIsMissing()
    {
        await using var gateway = await GatewayHost.StartAsync(new GatewayHostOptions
        {
            Config = _ => """{ "providers": { "claude": { "type": "anthropic" } } }""",
        });
        var answer = await gateway.Client.AskAsync("/raw/claude/v1/models");
        Assert.Equal(503, answer.Status);
        Assert.Contains("ANTHROPIC_API_KEY", answer.Body, StringComparison.Ordinal);
    }

    // The signature as Amazon's documentation computes it, from what arrived.
    private static string Signature(FileVault.Call call)
    {
        var (path, query) = call.Target.Split('?') is [var p, var q] ? (p, q) : (call.Target, "");
        var names = (call.Headers.TryGetValue("Content-Type", out var type) ? "content-type;" : "") + "host;x-amz-content-sha256;x-amz-date";
        var canonical = $"{call.Method}\n{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}\n{string.Join('&', query.Split('&').Order(StringComparer.Ordinal))}\n"
            + (type is null ? "" : $"content-type:{type}\n") + $"host:{call.Headers["Host"]}\nx-amz-content-sha256:{call.Headers["x-amz-content-sha256"]}\nx-amz-date:{call.Headers["x-amz-date"]}\n"
            + $"\n{names}\n{call.Headers["x-amz-content-sha256"]}";
        var (date, scope) = (call.Headers["x-amz-date"], $"{call.Headers["x-amz-date"][..8]}/us-east-1/bedrock/aws4_request");
        var toSign = $"AWS4-HMAC-SHA256\n{date}\n{scope}\n{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        var key = scope.Split('/').Aggregate(Encoding.UTF8.GetBytes("AWS4wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), static (key, step) => System.Security.Cryptography.HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(step)));
        return $"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/{scope}, SignedHeaders={names}, Signature={Convert.ToHexStringLower(System.Security.Cryptography.HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(toSign)))}";
    }

    // HttpClient would tidy the path up.
    private static async Task<string> LineAsync(GatewayHost gateway, string method, string target, string more = "")
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(gateway.Address.Host, gateway.Address.Port, GatewayCalls.Limit());
        var stream = socket.GetStream();
        if (!more.Contains("Connection:", StringComparison.Ordinal)) more += "Connection: close\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{method} {target} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {GatewayHost.AdminKey}\r\n{more}\r\n"), GatewayCalls.Limit());
        if (more.Contains("Upgrade", StringComparison.Ordinal))
        {
            var (buffer, length) = (new byte[4096], 0);
            while (!Encoding.UTF8.GetString(buffer, 0, length).Contains("}}", StringComparison.Ordinal)) length += await stream.ReadAsync(buffer.AsMemory(length), GatewayCalls.Limit());
            return Encoding.UTF8.GetString(buffer, 0, length);
        }

        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync(GatewayCalls.Limit());
    }
}
