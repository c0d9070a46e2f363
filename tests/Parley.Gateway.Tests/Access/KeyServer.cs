using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Parley.Gateway.Access;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Storage;

namespace Parley.Gateway.Tests.Access;

/// <summary>The door and the admin API's keys on a real Kestrel, with a few endpoints behind it and every log line kept.</summary>
internal sealed class KeyServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private KeyServer(WebApplication app, CapturingLogger log)
    {
        _app = app;
        Log = log;
        Client = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = new Uri(app.Urls.First()) };
    }

    public HttpClient Client { get; }

    public CapturingLogger Log { get; }

    public string AdminKey { get; private set; } = "";

    public KeyIndex Index => _app.Services.GetRequiredService<KeyIndex>();

    public KeyAuthenticator Authenticator => _app.Services.GetRequiredService<KeyAuthenticator>();

    public static AccessConfig Access { get; } = new() { Anonymous = ["/health"] };

    public static async Task<KeyServer> StartAsync(string directory, ManualClock clock, IReadOnlyList<FixedKeyConfig>? fixedKeys = null)
    {
        var log = new CapturingLogger();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0));
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Trace).AddProvider(log);
        builder.Logging.AddFilter<CapturingLogger>(null, LogLevel.Trace);
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Services.AddSingleton(_ => SqliteDatabase.Open(Path.Combine(directory, "parley.db"), Schema.Migrations, clock));
        builder.Services.AddAccess(directory);
        var app = builder.Build();
        app.UseRouting();
        app.UseAccess(WriteErrorAsync, () => Access);
        app.MapKeyEndpoints();
        app.MapGet("/probe", context => context.Response.WriteAsync(context.GetCaller().Name)).RequireRole(KeyRole.Inference);
        app.MapGet("/open", context => context.Response.WriteAsync("open")).AllowWithoutKey();
        app.MapGet("/health", context => context.Response.WriteAsync("health")).RequireRoleUnlessListed(KeyRole.Metrics, "/health");
        app.MapGet("/metrics", context => context.Response.WriteAsync("metrics")).RequireRoleUnlessListed(KeyRole.Metrics, "/metrics");
        app.MapGet("/unguarded", context => context.Response.WriteAsync("unguarded"));
        app.Map("/any", context => context.Response.WriteAsync("any")).RequireRole(KeyRole.Inference);
        Assert.Empty(app.Services.GetRequiredService<KeyIndex>().SetFixedKeys(fixedKeys ?? [], null));
        var admin = await app.Services.GetRequiredService<FirstStart>().RunAsync(default);
        await app.StartAsync();
        return new KeyServer(app, log) { AdminKey = admin?.Reveal() ?? "" };
    }

    /// <summary>Sends a request; the answer is its status and body (parsed when it is JSON).</summary>
    public async Task<(int Status, string Body)> SendAsync(HttpMethod method, string path, string? body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await Client.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public async Task<(int Status, JsonNode? Body)> AdminAsync(HttpMethod method, string path, string? body = null)
    {
        var (status, text) = await SendAsync(method, path, body, ("Authorization", "Bearer " + AdminKey));
        return (status, text.Length == 0 ? null : JsonNode.Parse(text));
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }

    private static Task WriteErrorAsync(HttpContext context, GatewayError error)
    {
        context.Response.StatusCode = error.Kind switch
        {
            GatewayErrorKind.Unauthenticated => 401,
            GatewayErrorKind.Forbidden => 403,
            GatewayErrorKind.NotFound => 404,
            GatewayErrorKind.MethodNotAllowed => 405,
            GatewayErrorKind.Overloaded => 503,
            _ => 500,
        };
        return context.Response.WriteAsync($"{error.Code ?? error.Kind.ToString()}: {error.Message}");
    }
}
