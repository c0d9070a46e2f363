using System.Buffers;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Parley.Benchmarks;

/// <summary>The bare loop of <c>bench/Floor</c> inside this process: what is allocated beyond it is the gateway's.</summary>
internal static class GatewayBareLoop
{
    internal static GatewayUnderTest Start(int upstreamPort)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "Floor" });
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var client = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
        });
        app.Lifetime.ApplicationStopped.Register(client.Dispose);
        app.Run(context => CopyAsync(context, client, $"http://127.0.0.1:{upstreamPort}"));
        app.StartAsync().GetAwaiter().GetResult();
        return new GatewayUnderTest(app, directory: null);
    }

    private static async Task CopyAsync(HttpContext context, HttpMessageInvoker client, string upstream)
    {
        var (asked, answer, left) = (context.Request, context.Response, context.RequestAborted);
        using var request = new HttpRequestMessage(new HttpMethod(asked.Method), $"{upstream}{asked.Path}{asked.QueryString}");
        request.Content = new StreamContent(asked.Body);
        foreach (var (name, values) in asked.Headers)
        {
            if (!IsHopByHop(name) && !request.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
                request.Content.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
        }

        using var reply = await client.SendAsync(request, left);
        answer.StatusCode = (int)reply.StatusCode;
        foreach (var (name, values) in reply.Headers.NonValidated)
        {
            if (!IsHopByHop(name)) answer.Headers[name] = values.ToArray();
        }

        foreach (var (name, values) in reply.Content.Headers.NonValidated) answer.Headers[name] = values.ToArray();

        using var body = await reply.Content.ReadAsStreamAsync(left);
        var buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            for (int read; (read = await body.ReadAsync(buffer, left)) > 0;)
            {
                await answer.Body.WriteAsync(buffer.AsMemory(0, read), left);
                await answer.Body.FlushAsync(left);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static bool IsHopByHop(string name) =>
        name.Equals("Host", StringComparison.OrdinalIgnoreCase)
        || name.Equals("Connection", StringComparison.OrdinalIgnoreCase)
        || name.Equals("Keep-Alive", StringComparison.OrdinalIgnoreCase)
        || name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase)
        || name.Equals("Upgrade", StringComparison.OrdinalIgnoreCase);
}
