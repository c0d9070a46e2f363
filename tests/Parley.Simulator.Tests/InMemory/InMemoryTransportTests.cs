using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Parley.Simulator.InMemory;
using static Parley.Simulator.Tests.SimulatorClient;

namespace Parley.Simulator.Tests.InMemory;

public sealed class InMemoryTransportTests
{
    [Fact]
    public async Task ClientDisposes_WhileTheServerWorks_RequestAbortedFires()
    {
        var aborted = new TaskCompletionSource();
        var (app, transport) = await ServeAsync(async context =>
        {
            context.RequestAborted.Register(() => aborted.TrySetResult());
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        });
        await using var _ = app;
        var stream = await transport.ConnectAsync(Soon);
        await stream.WriteAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(), Soon);
        await stream.DisposeAsync();
        await aborted.Task.WaitAsync(Soon);
    }

    [Fact]
    public async Task ServerAborts_ClientReadsWhatCameAndThenThrows()
    {
        var (app, transport) = await ServeAsync(async context =>
        {
            await context.Response.WriteAsync("part", context.RequestAborted);
            context.Abort();
        });
        await using var _ = app;
        await using var stream = await transport.ConnectAsync(Soon);
        await stream.WriteAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(), Soon);
        var read = new StringBuilder();
        await Assert.ThrowsAsync<IOException>(async () =>
        {
            var buffer = new byte[4096];
            for (int n; (n = await stream.ReadAsync(buffer, Soon)) > 0;)
                read.Append(Encoding.ASCII.GetString(buffer, 0, n));
        });
        Assert.Contains("part", read.ToString(), StringComparison.Ordinal);
        await Assert.ThrowsAsync<IOException>(async () => await stream.WriteAsync(new byte[1], Soon));
    }

    [Fact]
    public async Task ServerWrites_ClientDoesNotRead_WriterWaits()
    {
        var blocked = new TaskCompletionSource<long>();
        var (app, transport) = await ServeAsync(async context =>
        {
            long written = 0;
            while (written < 16 * 1024 * 1024)
            {
                var write = context.Response.BodyWriter.WriteAsync(new byte[32 * 1024], context.RequestAborted).AsTask();
                if (await Task.WhenAny(write, Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, Soon)) != write)
                    blocked.TrySetResult(written);
                await write;
                written += 32 * 1024;
            }
            blocked.TrySetResult(written);
        });
        await using var _ = app;
        await using var stream = await transport.ConnectAsync(Soon);
        await stream.WriteAsync("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"u8.ToArray(), Soon);
        // The pipe's 64 KB and Kestrel's own output buffer, not the 16 MB of the answer.
        Assert.InRange(await blocked.Task.WaitAsync(Soon), 1, 1024 * 1024);
        long total = 0;
        var buffer = new byte[65536];
        for (int n; (n = await stream.ReadAsync(buffer, Soon)) > 0;)
            total += n;
        Assert.True(total > 16 * 1024 * 1024, "the whole answer came once it was read");
    }

    [Fact]
    public async Task Close_RefusesNewConnections()
    {
        var transport = new InMemoryTransport();
        transport.Close();
        await Assert.ThrowsAsync<IOException>(async () => await transport.ConnectAsync(Soon));
    }

    private static async Task<(WebApplication App, InMemoryTransport Transport)> ServeAsync(RequestDelegate handler)
    {
        var transport = new InMemoryTransport();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseInMemoryTransport(transport);
        builder.Services.AddRoutingCore();
        var app = builder.Build();
        app.Run(handler);
        await app.StartAsync(Soon);
        return (app, transport);
    }
}
