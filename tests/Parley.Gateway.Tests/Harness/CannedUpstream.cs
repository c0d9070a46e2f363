using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Parley.Gateway.Tests.Harness;

/// <summary>
/// A provider that answers exactly what a test tells it to, byte by byte and step by step: a real Kestrel on the loopback.
/// <code>
/// await using var upstream = await CannedUpstream.StartAsync();
/// await using var gateway = await upstream.StartGatewayAsync();        // model "gpt" → this provider's "canned"
/// upstream.Answer = async context => await context.Response.WriteAsync("data: …\n\n");
/// </code>
/// </summary>
internal sealed class CannedUpstream : IAsyncDisposable
{
    private readonly WebApplication _app;
    private byte[] _received = [];

    private CannedUpstream(WebApplication app, HttpProtocols protocols)
    {
        _app = app;
        IsHttp2 = protocols == HttpProtocols.Http2;
        Address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/";
    }

    internal string Address { get; }

    internal bool IsHttp2 { get; }

    /// <summary>What happens to a request; its body is read before, unless <see cref="ReadsBody"/> is false.</summary>
    internal RequestDelegate Answer { get; set; } = static _ => Task.CompletedTask;

    internal bool ReadsBody { get; set; } = true;

    /// <summary>The body of the newest request.</summary>
    internal byte[] Received => Volatile.Read(ref _received);

    /// <summary>The body of one request, for answers to several that run at a time.</summary>
    internal static byte[] BodyOf(HttpContext context) => (byte[])context.Items[typeof(CannedUpstream)]!;

    internal static async Task<CannedUpstream> StartAsync(HttpProtocols protocols = HttpProtocols.Http1)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = protocols);
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinResponseDataRate = null;
        });
        var app = builder.Build();
        CannedUpstream? upstream = null;
        app.Run(context => upstream!.RunAsync(context));
        await app.StartAsync();
        return upstream = new CannedUpstream(app, protocols);
    }

    /// <summary>A gateway whose model <c>gpt</c> is this provider's <c>canned</c>, and which asks nothing of its own of it beyond usage.</summary>
    internal Task<GatewayHost> StartGatewayAsync(TimeProvider? time = null, string http = "") => GatewayHost.StartAsync(new GatewayHostOptions
    {
        Time = time,
        Config = _ => $$"""
            {
              "providers": { "canned": { "type": "openai-compatible", "baseUrl": "{{Address}}v1", "apiKey": "sk-canned",
                                         "http": { "version": "{{(IsHttp2 ? "2" : "1.1")}}"{{http}} } } },
              "models": [ { "modelId": "gpt", "targets": [ { "provider": "canned", "model": "canned" } ] } ]
            }
            """,
    });

    /// <summary>Answers with these bytes, in pieces of the given length, each flushed by itself.</summary>
    internal static RequestDelegate Bytes(ReadOnlyMemory<byte> body, string contentType = "text/event-stream", int piece = int.MaxValue, int status = 200) => async context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        for (var at = 0; at < body.Length; at += piece)
        {
            await context.Response.Body.WriteAsync(body.Slice(at, Math.Min(piece, body.Length - at)), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            if (piece >= body.Length) break;
        }
    };

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task RunAsync(HttpContext context)
    {
        context.Features.Get<IHttpResponseBodyFeature>()!.DisableBuffering();
        if (ReadsBody)
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            var received = body.ToArray();
            context.Items[typeof(CannedUpstream)] = received;
            Volatile.Write(ref _received, received);
        }

        await Answer(context);
    }
}
