using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Parley.Gateway.Ingress;
using Parley.Gateway.Telemetry;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Ingress;

/// <summary>Bodies that are too large, too many, broken or never end, on a raw connection.</summary>
public sealed class BodyLimitTests(BodyLimitTests.Gateway fixture) : IClassFixture<BodyLimitTests.Gateway>
{
    public sealed class Gateway : IAsyncLifetime
    {
        internal GatewayHost Host { get; private set; } = null!;

        public async Task InitializeAsync() => Host = await GatewayHost.StartAsync(new()
        {
            Config = up => $$"""
                {
                  "providers": { "lab": { "type": "openai-compatible", "baseUrl": "{{up}}v1", "apiKey": "{{Wire.UpstreamKey}}" } },
                  "models": [ { "modelId": "gpt", "targets": [ { "provider": "lab", "model": "gpt-4o" } ] } ],
                  "limits": { "bodyBytes": 20000, "bufferedBytes": 20000 }
                }
                """,
        });

        public async Task DisposeAsync()
        {
            await Host.DisposeAsync();
            Host.Log.AssertKeptSecret();
            Assert.DoesNotContain(Host.Log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal) || line.StartsWith("Critical", StringComparison.Ordinal));
        }
    }

    private readonly CancellationToken _soon = new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;
    private readonly GatewayHost _gateway = fixture.Host;

    [Fact]
    public async Task Length_OverTheLimit_Is413BeforeTheBodyIsSent()
    {
        using var socket = await ConnectAsync();
        await SendAsync(socket, Head("Content-Length: 20001", "Expect: 100-continue"));
        var answer = await ReadToEndAsync(socket);
        Assert.StartsWith("HTTP/1.1 413 ", answer, StringComparison.Ordinal);
        Assert.Contains("request_too_large", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chunks_OverTheLimit_Are413BeforeTheyAreAllSent()
    {
        using var socket = await ConnectAsync();
        await SendAsync(socket, Head("Transfer-Encoding: chunked"));
        await SendAsync(socket, $"{30000:x}\r\n{new string(' ', 30000)}\r\n");
        Assert.StartsWith("HTTP/1.1 413 ", await ReadToEndAsync(socket), StringComparison.Ordinal);
        await NothingHeldAsync();
    }

    [Theory]
    [InlineData("Content-Length")]
    [InlineData("Transfer-Encoding")]
    public async Task Body_ThatJustFits_IsTakenThoughTheBudgetIsNoLarger(string framing)
    {
        var text = Wire.Chat("gpt");
        var body = text + new string(' ', 20000 - text.Length);
        using var socket = await ConnectAsync();
        var isCounted = framing == "Content-Length";
        await SendAsync(socket, Head(isCounted ? "Content-Length: 20000" : "Transfer-Encoding: chunked", "Connection: close"));
        await SendAsync(socket, isCounted ? body : $"{20000:x}\r\n{body}\r\n0\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200 ", await ReadToEndAsync(socket), StringComparison.Ordinal);
        await NothingHeldAsync();
    }

    [Fact]
    public async Task Budget_TakenByASlowBody_Is503WithRetryAfterUntilItLeaves()
    {
        var budget = _gateway.Services.GetRequiredService<BufferedBytesBudget>();
        using (var slow = await ConnectAsync())
        {
            await SendAsync(slow, Head("Content-Length: 19000"));
            await SendAsync(slow, Wire.Chat("gpt")[..30]);
            await UntilAsync(() => budget.Reserved > 0);
            var refused = await _gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("gpt"));
            Assert.Equal((503, "1", "overloaded"), (refused.Status, refused.Header("Retry-After"), (string?)refused.Error["code"]));
        }

        await NothingHeldAsync();
        Assert.Equal(200, (await _gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("gpt"))).Status);
    }

    [Theory]
    [InlineData("zz\r\nabc\r\n")]
    [InlineData("5\r\nabcdefgh\r\n0\r\n\r\n")]
    [InlineData("-1\r\n")]
    public async Task Chunks_ThatAreBroken_Are400(string chunks)
    {
        using var socket = await ConnectAsync();
        await SendAsync(socket, Head("Transfer-Encoding: chunked"));
        await SendAsync(socket, chunks);
        var answer = await ReadToEndAsync(socket);
        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.Contains("\"error\":{\"message\":", answer, StringComparison.Ordinal);
        await NothingHeldAsync();
    }

    [Fact]
    public async Task Body_ShorterThanItsLength_IsAnsweredOrDroppedAndLeavesNothing()
    {
        using var socket = await ConnectAsync();
        await SendAsync(socket, Head("Content-Length: 5000"));
        await SendAsync(socket, Wire.Chat("gpt"));
        socket.Shutdown(SocketShutdown.Send);
        var answer = await ReadToEndAsync(socket);
        Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.1 400 ", StringComparison.Ordinal), answer);
        await NothingHeldAsync();
    }

    [Fact]
    public async Task PartialBodies_WhoseCallersVanish_LeaveNothing()
    {
        for (var i = 0; i < 20; i++)
        {
            using var socket = await ConnectAsync();
            await SendAsync(socket, Head(i % 2 == 0 ? "Content-Length: 5000" : "Transfer-Encoding: chunked"));
            await SendAsync(socket, i % 2 == 0 ? Wire.Chat("gpt") : "100\r\n{\"model\"");
            if (i % 3 == 0) socket.LingerState = new LingerOption(true, 0);
        }

        await NothingHeldAsync();
        Assert.Equal(200, (await _gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("gpt"))).Status);
    }

    private static string Head(params string[] headers) =>
        $"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {GatewayHost.AdminKey}\r\nContent-Type: application/json\r\n{string.Join("\r\n", headers)}\r\n\r\n";

    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(_gateway.Address.Host, _gateway.Address.Port, _soon);
        return socket;
    }

    private async Task SendAsync(Socket socket, string text) => await socket.SendAsync(Encoding.UTF8.GetBytes(text), _soon);

    private async Task<string> ReadToEndAsync(Socket socket)
    {
        var answer = new StringBuilder();
        var buffer = new byte[4096];
        try
        {
            // The head is enough where the connection stays open until the rest of the body would have come.
            while (!answer.ToString().Contains('}') && await socket.ReceiveAsync(buffer, _soon) is > 0 and var read)
                answer.Append(Encoding.UTF8.GetString(buffer, 0, read));
        }
        catch (SocketException)
        {
            // Reset by the server: it has said what it had to say.
        }

        return answer.ToString();
    }

    private Task NothingHeldAsync()
    {
        var budget = _gateway.Services.GetRequiredService<BufferedBytesBudget>();
        var metrics = _gateway.Services.GetRequiredService<GatewayMetrics>();
        return UntilAsync(() => budget.Reserved == 0 && metrics.InFlight == 0);
    }

    private async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            _soon.ThrowIfCancellationRequested();
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, _soon);
        }
    }
}
