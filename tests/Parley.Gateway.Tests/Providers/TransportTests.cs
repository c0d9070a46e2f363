using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Providers;

/// <summary>How a provider is reached: proxy, private authority, limits, and what a failure to reach it says.</summary>
public sealed class TransportTests : IDisposable
{
    private readonly CancellationTokenSource _end = new(TimeSpan.FromSeconds(60));
    private readonly string _directory = Directory.CreateTempSubdirectory("parley-tls-").FullName;

    public void Dispose()
    {
        _end.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Proxy_SeesTheRequest()
    {
        using var proxy = new TcpListener(IPAddress.Loopback, 0);
        proxy.Start();
        var seen = ServeOnceAsync(proxy, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}");
        await using var gateway = await StartAsync("http://provider.invalid/v1", $"\"proxy\":\"http://127.0.0.1:{Port(proxy)}\"");
        await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("gpt"));
        Assert.StartsWith("POST http://provider.invalid/v1/chat/completions HTTP/1.1\r\n", await seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Proxy_ForHttps_IsAskedForATunnelWithoutTheCredential()
    {
        using var proxy = new TcpListener(IPAddress.Loopback, 0);
        proxy.Start();
        var seen = ServeOnceAsync(proxy, "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        await using var gateway = await StartAsync("https://provider.invalid/v1", $"\"proxy\":\"http://127.0.0.1:{Port(proxy)}\"");
        var answer = await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("gpt"));
        var request = await seen;
        Assert.StartsWith("CONNECT provider.invalid:443 HTTP/1.1\r\n", request, StringComparison.Ordinal);
        Assert.DoesNotContain(Wire.UpstreamKey, request, StringComparison.Ordinal);
        AssertUnreachable(answer, 502);
    }

    [Theory]
    [InlineData("localhost", true, true, 200)]
    [InlineData("elsewhere.example", true, true, 502)]
    [InlineData("localhost", true, false, 502)]
    [InlineData("localhost", false, true, 502)]
    public async Task PrivateAuthority_IsTrustedForThisProvider_AndAWrongNameIsNot(string name, bool isTrusted, bool isForServers, int status)
    {
        using var authority = Authority();
        using var other = Authority();
        using var leaf = Leaf(authority, name, isForServers);
        var caFile = Path.Combine(_directory, "ca.pem");
        await File.WriteAllTextAsync(caFile, (isTrusted ? authority : other).ExportCertificatePem(), _end.Token);
        await using var server = await TlsServerAsync(leaf);
        await using var gateway = await StartAsync($"https://localhost:{new Uri(server.Urls.First()).Port}/v1", $"\"caFile\":\"{caFile}\"");
        var answer = await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("gpt"));
        if (status == 200) Assert.Equal((200, "{\"protocol\":\"HTTP/2\"}"), (answer.Status, answer.Body));
        else AssertUnreachable(answer, status);
    }

    [Theory]
    [InlineData("http://no-such-host.invalid/v1")]
    [InlineData("http://127.0.0.1:1/v1")]
    public async Task Provider_ThatCannotBeReached_Is502WithoutItsName(string address)
    {
        await using var gateway = await StartAsync(address, "");
        AssertUnreachable(await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("gpt")), 502);
        AssertUnreachable(await gateway.Client.PostAsync("/v1/responses", Wire.Responses("gpt", ",\"stream\":true")), 502);
    }

    [Fact]
    public async Task Connect_ThatTakesTooLong_Is502Or504()
    {
        // A listener whose queue is full takes no connection and refuses none.
        using var full = new Socket(SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        full.Listen(0);
        var endpoint = (IPEndPoint)full.LocalEndPoint!;
        var fillers = Enumerable.Range(0, 4).Select(_ => new Socket(SocketType.Stream, ProtocolType.Tcp)).ToList();
        foreach (var filler in fillers) _ = filler.ConnectAsync(endpoint, _end.Token).AsTask();
        await using var gateway = await StartAsync($"http://127.0.0.1:{endpoint.Port}/v1", "\"connectSeconds\":1");
        var answer = await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("gpt"));
        AssertUnreachable(answer, answer.Status == 504 ? 504 : 502);
        fillers.ForEach(filler => filler.Dispose());
    }

    [Fact]
    public async Task AnswerHeader_OutsideAscii_DoesNotFailTheRequest()
    {
        using var provider = new TcpListener(IPAddress.Loopback, 0);
        provider.Start();
        var seen = ServeOnceAsync(provider, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nx-request-id: r\u00e9q\r\nx-ratelimit-note: \u20ac\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}");
        await using var gateway = await StartAsync($"http://127.0.0.1:{Port(provider)}/v1", "");
        var answer = await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("gpt"));
        await seen;
        Assert.Equal((200, "{}", "r??q", "???"), (answer.Status, answer.Body, answer.Header("x-parley-upstream-request-id"), answer.Header("x-ratelimit-note")));
    }

    [Fact]
    public async Task MaxConnections_AreNotPassed()
    {
        var (open, most) = (0, 0);
        var both = new SemaphoreSlim(0);
        await using var server = await ServerAsync(kestrel => kestrel.Listen(IPAddress.Loopback, 0), async context =>
        {
            most = Math.Max(most, Interlocked.Increment(ref open));
            await both.WaitAsync(_end.Token);
            Interlocked.Decrement(ref open);
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync("{}", _end.Token);
        });
        await using var gateway = await StartAsync(server.Urls.First() + "/v1", "\"maxConnections\":2");
        var calls = Enumerable.Range(0, 6).Select(_ => gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("gpt"))).ToList();
        both.Release(6);
        await Task.WhenAll(calls);
        Assert.InRange(most, 1, 2);
    }

    private static void AssertUnreachable(Wire.Answer answer, int status)
    {
        Assert.Equal(status, answer.Status);
        Assert.Equal(("lab", "gpt-4o", "1"), (answer.Header("x-parley-provider"), answer.Header("x-parley-model"), answer.Header("x-parley-attempts")));
        foreach (var internals in (string[])["127.0.0.1", "invalid", "localhost", "Exception", "SSL", "certificate", "socket"])
            Assert.DoesNotContain(internals, (string?)answer.Error["message"], StringComparison.OrdinalIgnoreCase);
    }

    private static Task<GatewayHost> StartAsync(string baseUrl, string http) => GatewayHost.StartAsync(new()
    {
        Config = _ => $$"""
            {
              "providers": { "lab": { "type": "openai-compatible", "baseUrl": "{{baseUrl}}", "apiKey": "{{Wire.UpstreamKey}}", "http": { {{http}} } } },
              "models": [ { "modelId": "gpt", "targets": [ { "provider": "lab", "model": "gpt-4o" } ] } ]
            }
            """,
    });

    private Task<WebApplication> TlsServerAsync(X509Certificate2 certificate) => ServerAsync(
        kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(
            // By callback, because Kestrel itself refuses a certificate that is not for servers.
            (_, _, _, _) => ValueTask.FromResult(new SslServerAuthenticationOptions { ServerCertificate = certificate, ApplicationProtocols = [SslApplicationProtocol.Http2] }),
            new object())),
        context =>
        {
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync($$"""{"protocol":"{{context.Request.Protocol}}"}""", _end.Token);
        });

    private async Task<WebApplication> ServerAsync(Action<Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerOptions> listen, RequestDelegate answer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(listen);
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Run(answer);
        await app.StartAsync(_end.Token);
        return app;
    }

    private async Task<string> ServeOnceAsync(TcpListener listener, string answer)
    {
        using var client = await listener.AcceptTcpClientAsync(_end.Token);
        var stream = client.GetStream();
        var head = new StringBuilder();
        var buffer = new byte[4096];
        while (!head.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
            head.Append(Encoding.UTF8.GetString(buffer, 0, await stream.ReadAsync(buffer, _end.Token)));
        await stream.WriteAsync(Encoding.UTF8.GetBytes(answer), _end.Token);
        client.Client.Shutdown(SocketShutdown.Send);
        while (await stream.ReadAsync(buffer, _end.Token) > 0)
        {
            // The rest of the request, so that closing does not reset the answer.
        }

        return head.ToString();
    }

    private static int Port(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port;

    private static X509Certificate2 Authority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Test Authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    private static X509Certificate2 Leaf(X509Certificate2 authority, string name, bool isForServers)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(isForServers ? "1.3.6.1.5.5.7.3.1" : "1.3.6.1.5.5.7.3.2")], false));
        var now = TimeProvider.System.GetUtcNow();
        using var signed = request.Create(authority, now.AddHours(-1), now.AddHours(1), RandomNumberGenerator.GetBytes(8));
        using var whole = signed.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null);
    }
}
