using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Parley.Gateway.Tests.Harness;
using Parley.Testing;

namespace Parley.Gateway.Tests.PassThrough;

/// <summary>Bodies flow as they come, in both directions; and whoever leaves, refuses or falls silent ends the call for both sides.</summary>
public sealed class PassThroughFlowTests
{
    [Theory]
    [Trait("Contract", "5.files")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Upload_ReachesTheProvider_WhileTheCallerStillSends(bool declared)
    {
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream);
        var first = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var whole = "";
        upstream.ReadsBody = false;
        upstream.Answer = async context =>
        {
            var buffer = new byte[100];
            var length = await context.Request.Body.ReadAsync(buffer);
            first.TrySetResult(Encoding.ASCII.GetString(buffer, 0, length));
            length += await context.Request.Body.ReadAtLeastAsync(buffer.AsMemory(length), buffer.Length - length, throwOnEndOfStream: false);
            whole = Encoding.ASCII.GetString(buffer, 0, length);
            await context.Response.WriteAsync("{\"id\":\"file-1\"}");
        };
        var content = new PieceContent(
            async (send, cancellation) =>
            {
                await send("first"u8.ToArray());
                Assert.Equal("first", await first.Task.WaitAsync(cancellation));
                await send("second"u8.ToArray());
            },
            declared ? 11 : null);
        var answer = await gateway.Client.FetchAsync(Upload(content));
        Assert.Equal((200, "firstsecond"), (answer.Status, whole));
        await gateway.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task CallerLeavesInMidUpload_TheProviderIsLetGo()
    {
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream);
        upstream.ReadsBody = false;
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var isWhole = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        upstream.Answer = async context =>
        {
            try
            {
                await context.Request.Body.ReadExactlyAsync(new byte[3]);
                begun.SetResult();
                await context.Request.Body.CopyToAsync(Stream.Null);
                isWhole.TrySetResult(true);
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException)
            {
                isWhole.TrySetResult(false);
            }
        };
        using var socket = new TcpClient();
        await socket.ConnectAsync(gateway.Address.Host, gateway.Address.Port, GatewayCalls.Limit());
        await socket.GetStream().WriteAsync(
            Encoding.ASCII.GetBytes($"POST /v1/files HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {GatewayHost.AdminKey}\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"), GatewayCalls.Limit());
        await begun.Task.WaitAsync(GatewayCalls.Limit());
        socket.Client.LingerState = new LingerOption(true, 0);
        socket.Close();
        Assert.False(await isWhole.Task.WaitAsync(GatewayCalls.Limit()));
        await gateway.AssertNothingLeftAsync();
        Assert.Equal("aborted client_aborted", (await gateway.RecordAsync()).Flags());
    }

    [Fact]
    public async Task CallerLeavesInMidDownload_TheProviderIsLetGo()
    {
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream);
        var left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        upstream.Answer = async context =>
        {
            context.RequestAborted.Register(() => left.TrySetResult());
            try
            {
                while (true) await context.Response.Body.WriteAsync(new byte[64 * 1024], context.RequestAborted);
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException)
            {
                left.TrySetResult();
            }
        };
        using (var answer = await gateway.Client.GetAsync(new Uri("/v1/files/x/content", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, GatewayCalls.Limit()))
        {
            await using var body = await answer.Content.ReadAsStreamAsync();
            await body.ReadExactlyAsync(new byte[1_000_000], GatewayCalls.Limit());
        }

        await left.Task.WaitAsync(GatewayCalls.Limit());
        await gateway.AssertNothingLeftAsync();
        Assert.Equal("aborted client_aborted", (await gateway.RecordAsync()).Flags());
    }

    [Theory]
    [InlineData(HttpProtocols.Http1, true)]
    [InlineData(HttpProtocols.Http1, false)]
    [InlineData(HttpProtocols.Http2, true)]
    [InlineData(HttpProtocols.Http2, false)]
    public async Task ProviderRefusesByTheHeaders_ItsWordsArrive_AndNothingHangs(HttpProtocols protocols, bool declared)
    {
        await using var upstream = await CannedUpstream.StartAsync(protocols);
        await using var gateway = await StartAsync(upstream);
        upstream.ReadsBody = false;
        upstream.Answer = CannedUpstream.Bytes("{\"error\":{\"message\":\"too large for us\"}}"u8.ToArray(), "application/json", status: 413);
        var content = PieceContent.Of(3_000_000, declared);
        var answer = await gateway.Client.FetchAsync(Upload(content));
        Assert.Equal((413, "{\"error\":{\"message\":\"too large for us\"}}"), (answer.Status, answer.Body));
        await gateway.AssertNothingLeftAsync();
        Assert.Equal("upstream_rejected", (await gateway.RecordAsync(answer.Header("x-request-id"))).Flags());
    }

    [Theory]
    [InlineData(HttpProtocols.Http1)]
    [InlineData(HttpProtocols.Http2)]
    public async Task ProviderBreaksInMidUpload_Is502_AndSaysWhatMayBeWrong(HttpProtocols protocols)
    {
        await using var upstream = await CannedUpstream.StartAsync(protocols);
        await using var gateway = await StartAsync(upstream);
        upstream.ReadsBody = false;
        upstream.Answer = async context =>
        {
            await context.Request.Body.ReadAtLeastAsync(new byte[100_000], 100_000);
            context.Abort();
        };
        var answer = await gateway.Client.FetchAsync(Upload(PieceContent.Of(3_000_000)));
        Assert.Equal((502, "stream_broken"), (answer.Status, (string)answer.Error["code"]!));
        Assert.Contains("before it had taken the whole body", (string)answer.Error["message"]!, StringComparison.Ordinal);
        await gateway.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task ProviderThatCannotBeReached_Is502()
    {
        var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream);
        await upstream.DisposeAsync();
        var answer = await gateway.Client.FetchAsync(Upload(PieceContent.Of(100_000)));
        Assert.Equal((502, "upstream_failed", "a"), (answer.Status, (string)answer.Error["code"]!, answer.Header("x-parley-provider")));
        await gateway.AssertNothingLeftAsync();
    }

    [Theory]
    [InlineData("/v1/files/x/content", true)]
    [InlineData("/v1/files/x/content", false)]
    [InlineData("/raw/a/x", true)]
    public async Task ProviderCutsADownload_TheCallersIsCutToo(string path, bool declared)
    {
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream);
        upstream.Answer = async context =>
        {
            if (declared) context.Response.ContentLength = 1_000_000;
            await context.Response.Body.WriteAsync(new byte[100_000]);
            await context.Response.Body.FlushAsync();
            context.Abort();
        };
        using var answer = await gateway.Client.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, GatewayCalls.Limit());
        Assert.Equal(200, (int)answer.StatusCode);
        await Assert.ThrowsAnyAsync<Exception>(() => answer.Content.CopyToAsync(Stream.Null, GatewayCalls.Limit()));
        await gateway.AssertNothingLeftAsync();
        Assert.Equal("truncated stream_broken", (await gateway.RecordAsync()).Flags());
    }

    [Fact]
    public async Task ProviderThatTakesNothing_HoldsTheCallerBack_AndIsGivenUpAfterTheIdleLimit()
    {
        var time = new ManualTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56));
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream, time);
        upstream.ReadsBody = false;
        using var released = new SemaphoreSlim(0);
        upstream.Answer = async context =>
        {
            await context.Request.Body.ReadExactlyAsync(new byte[10]);
            await released.WaitAsync(GatewayCalls.Limit());
        };
        var content = PieceContent.Of(500_000_000);
        var sending = gateway.Client.FetchAsync(Upload(content));
        // Until nothing moves any more: all buffers on the way are full.
        for (var (before, same) = (-1L, 0); same < 20; await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System))
        {
            (before, same) = (content.Sent, content.Sent == before && before > 0 ? same + 1 : 0);
            Assert.False(sending.IsCompleted);
        }

        Assert.InRange(content.Sent, 1, 50_000_000);
        time.Advance(TimeSpan.FromSeconds(601));
        var answer = await sending;
        Assert.Equal((504, "upstream_idle_timeout"), (answer.Status, (string)answer.Error["code"]!));
        released.Release();
        await gateway.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task ProviderThatSaysNothing_IsGivenUp_BeforeAndInsideTheAnswer()
    {
        var time = new ManualTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56));
        await using var upstream = await HeldUpstream.StartAsync();
        await using var gateway = await FileCalls.StartAsync($$""" "a": { "type": "openai", "baseUrl": "{{upstream.Address}}v1", "apiKey": "k" } """, time: time);
        var silent = gateway.Client.AskAsync("/v1/files/x");
        var call = await upstream.NextAsync();
        time.Advance(TimeSpan.FromSeconds(601));
        Assert.Equal((504, "upstream_timeout"), ((await silent).Status, (string)(await silent).Error["code"]!));
        await call.Left;

        using var request = new HttpRequestMessage(HttpMethod.Get, "/raw/a/x");
        var sending = gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, GatewayCalls.Limit());
        call = await upstream.NextAsync();
        await call.SendAsync("data: 1\n\n");
        using var begun = await sending;
        await using var body = await begun.Content.ReadAsStreamAsync();
        Assert.Equal(9, await body.ReadAsync(new byte[100], GatewayCalls.Limit()));
        var ended = Assert.ThrowsAnyAsync<IOException>(async () => await body.ReadExactlyAsync(new byte[100], GatewayCalls.Limit()));
        while (!call.Ended.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(601));
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }

        await ended;
        await gateway.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task ManyUploadsOverOneCallersConnection_LeaveItWhole()
    {
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream);
        var seed = new Random(20261121);
        for (var round = 0; round < 60; round++)
        {
            var body = new byte[seed.Next(0, 200_000)];
            seed.NextBytes(body);
            var refuses = seed.Next(3) == 0;
            upstream.ReadsBody = !refuses || seed.Next(2) == 0;
            upstream.Answer = refuses
                ? CannedUpstream.Bytes("{\"error\":{}}"u8.ToArray(), "application/json", status: 400)
                : context => context.Response.WriteAsync("{\"id\":\"f\"}");
            using var request = new HttpRequestMessage(HttpMethod.Put, "/raw/a/x") { Content = new ByteArrayContent(body) };
            request.Headers.TransferEncodingChunked = seed.Next(2) == 0 ? true : null;
            var answer = await gateway.Client.FetchAsync(request);
            Assert.Equal(refuses ? 400 : 200, answer.Status);
            if (!refuses) Assert.Equal(body, upstream.Received);
        }

        await gateway.AssertNothingLeftAsync();
    }

    private static Task<GatewayHost> StartAsync(CannedUpstream upstream, TimeProvider? time = null) => FileCalls.StartAsync(
        $$""" "a": { "type": "openai", "baseUrl": "{{upstream.Address}}v1", "apiKey": "k", "http": { "version": "{{(upstream.IsHttp2 ? "2" : "1.1")}}" } } """, time: time);

    private static HttpRequestMessage Upload(HttpContent content) => new(HttpMethod.Post, "/v1/files") { Content = content };
}
