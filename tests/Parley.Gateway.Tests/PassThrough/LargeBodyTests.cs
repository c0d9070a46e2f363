using Parley.Gateway.Tests.Harness;
using Parley.Gateway.Tests.Processes;

namespace Parley.Gateway.Tests.PassThrough;

/// <summary>A gigabyte up, and one down to a reader who takes his time: the memory of the real program stays what it was.</summary>
[Trait("Category", "Long")]
public sealed class LargeBodyTests
{
    private const long Gigabyte = 1024L * 1024 * 1024;
    private const long MostGrowth = 96L * 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [Fact]
    [Trait("Contract", "5.files")]
    public async Task OneGigabyte_UpAndDown_KeepsMemoryFlat()
    {
        long received = 0, sent = 0;
        await using var upstream = await CannedUpstream.StartAsync();
        upstream.ReadsBody = false;
        upstream.Answer = async context =>
        {
            var block = new byte[256 * 1024];
            if (context.Request.Method == "POST")
            {
                for (int read; (read = await context.Request.Body.ReadAsync(block, context.RequestAborted)) > 0;) Interlocked.Add(ref received, read);
                await context.Response.Body.WriteAsync("""{"id":"file-1","object":"file"}"""u8.ToArray());
                return;
            }

            var size = long.Parse(context.Request.Query["size"]!, System.Globalization.CultureInfo.InvariantCulture);
            context.Response.ContentLength = size;
            for (var left = size; left > 0; left -= block.Length)
            {
                await context.Response.Body.WriteAsync(block.AsMemory(0, (int)Math.Min(left, block.Length)), context.RequestAborted);
                Interlocked.Add(ref sent, Math.Min(left, block.Length));
            }
        };
        var directory = Directory.CreateTempSubdirectory("parley-test-").FullName;
        using var parley = await ParleyProcess.StartAsync(directory, Path.Combine(directory, "data"), new Uri(upstream.Address));
        using var client = new HttpClient(new SocketsHttpHandler()) { BaseAddress = parley.Client.BaseAddress, Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.Authorization = parley.Client.DefaultRequestHeaders.Authorization;
        using var limit = new CancellationTokenSource(Patience, TimeProvider.System);

        // As warm as it gets: code compiled, buffers made.
        await UploadAsync(client, 50_000_000, limit.Token);
        await DownloadAsync(client, 50_000_000, limit.Token);
        (received, sent) = (0, 0);
        var before = parley.PeakMemory;

        await UploadAsync(client, Gigabyte, limit.Token);
        Assert.Equal(Gigabyte, Interlocked.Read(ref received));
        var afterUpload = parley.PeakMemory;

        await DownloadAsync(client, Gigabyte, limit.Token, async () =>
        {
            // The reader waits until nothing moves any more: what he does not take, the provider is not asked for.
            for (var (last, same) = (-1L, 0); same < 20; await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, limit.Token))
            {
                var now = Interlocked.Read(ref sent);
                (last, same) = (now, now == last && now > 0 ? same + 1 : 0);
            }

            Assert.InRange(Interlocked.Read(ref sent), 1, 64L * 1024 * 1024);
        });
        var growth = (afterUpload - before, parley.PeakMemory - before);
        Assert.True(growth.Item1 < MostGrowth && growth.Item2 < MostGrowth, $"{before} bytes before; {growth.Item1} more after the upload, {growth.Item2} after the download");
        Directory.Delete(directory, recursive: true);
    }

    private static async Task UploadAsync(HttpClient client, long size, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/files") { Content = PieceContent.Of(size) };
        request.Content.Headers.ContentType = new("multipart/form-data");
        using var answer = await client.SendAsync(request, cancellation);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(cancellation));
    }

    private static async Task DownloadAsync(HttpClient client, long size, CancellationToken cancellation, Func<Task>? first = null)
    {
        using var answer = await client.GetAsync(new Uri($"/v1/files/x/content?size={size}", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancellation);
        Assert.Equal((200, size), ((int)answer.StatusCode, answer.Content.Headers.ContentLength));
        if (first is not null) await first();
        await using var body = await answer.Content.ReadAsStreamAsync(cancellation);
        var block = new byte[256 * 1024];
        long total = 0;
        for (int read; (read = await body.ReadAsync(block, cancellation)) > 0;) total += read;
        Assert.Equal(size, total);
    }
}
