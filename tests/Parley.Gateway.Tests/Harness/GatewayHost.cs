using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Parley.Gateway.Configuration;
using Parley.Gateway.Hosting;
using Parley.Gateway.Providers.Transport;
using Parley.Simulator;

namespace Parley.Gateway.Tests.Harness;

/// <summary>
/// A whole gateway on a real Kestrel and real sockets of the loopback, in front of a simulated provider on sockets of its own.
/// <code>
/// await using var gateway = await GatewayHost.StartAsync();                          // model "gpt" → the simulator's gpt-4o
/// await using var gateway = await GatewayHost.StartAsync(new() { Config = up => $$"""{ "providers": { … "{{up}}v1" … } }""" });
/// var answer = await gateway.Client.PostAsync("/v1/chat/completions", …);            // with the admin key
/// gateway.Upstream.Faults …                                                          // make the provider fail
/// </code>
/// Disposing stops both and deletes the data.
/// </summary>
internal sealed class GatewayHost : IAsyncDisposable
{
    /// <summary>The admin key of every test gateway.</summary>
    internal const string AdminKey = "test-admin-key-0123456789";

    private readonly WebApplication _app;
    private readonly bool _ownsUpstream;
    private readonly bool _ownsDirectory;

    private GatewayHost(WebApplication app, SimulatorHost upstream, bool ownsUpstream, bool ownsDirectory, string directory, CapturedLog log)
    {
        _app = app;
        _ownsUpstream = ownsUpstream;
        _ownsDirectory = ownsDirectory;
        Upstream = upstream;
        Directory = directory;
        Log = log;
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        Client = CreateClient(AdminKey);
    }

    internal SimulatorHost Upstream { get; }

    /// <summary>Working directory with <c>parley.json</c> and <c>data/</c>.</summary>
    internal string Directory { get; }

    internal string ConfigFile => Path.Combine(Directory, "parley.json");

    internal CapturedLog Log { get; }

    internal Uri Address { get; }

    /// <summary>A client with the admin key.</summary>
    internal HttpClient Client { get; }

    internal IServiceProvider Services => _app.Services;

    internal static async Task<GatewayHost> StartAsync(GatewayHostOptions? options = null)
    {
        options ??= new GatewayHostOptions();
        var upstream = options.Upstream ?? await SimulatorHost.StartOnLoopbackAsync(options.Simulator, 0, CancellationToken.None);
        var directory = options.Directory ?? System.IO.Directory.CreateTempSubdirectory("parley-test-").FullName;
        if (options.Config is { } config) await File.WriteAllTextAsync(Path.Combine(directory, "parley.json"), config(upstream.BaseAddress.AbsoluteUri));
        if (options.ModelsConfig is { } models) await File.WriteAllTextAsync(Path.Combine(directory, "models_config.json"), models);
        var environment = options.Variables.ToDictionary(v => v.Key, v => v.Value.Replace("{upstream}", upstream.BaseAddress.AbsoluteUri, StringComparison.Ordinal));
        environment["PARLEY_ADMIN_KEY"] = AdminKey;

        var log = new CapturedLog();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "Parley" });
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MaxRequestHeadersTotalSize = 128 * 1024;
        });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.AddProvider(log).SetMinimumLevel(LogLevel.Debug);
        // As in the executable: otherwise ASP.NET makes an Activity per request, only to be able to log it.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        builder.Services.AddRouting();
        options.Services?.Invoke(builder.Services);
        if (options.Time is not null) builder.Services.AddSingleton(options.Time);
        if (options.Credentials is not null) builder.Services.AddSingleton(options.Credentials);
        if (options.Network is not null) builder.Services.AddSingleton(options.Network);
        builder.Services.AddParley(new ParleyOptions
        {
            Sources = ConfigurationSources.From(null, null, environment, directory),
            DataDirectory = Path.Combine(directory, "data"),
            Simulator = new Loopback(upstream),
        });
        var app = builder.Build();
        app.UseParley();
        app.MapParley();
        options.Map?.Invoke(app);
        await app.StartAsync();
        return new GatewayHost(app, upstream, options.Upstream is null, options.Directory is null, directory, log);
    }

    /// <summary>A client that presents this key as a bearer token; none when null.</summary>
    internal HttpClient CreateClient(string? key)
    {
        var handler = new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8 };
        var client = new HttpClient(handler) { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(30) };
        if (key is not null) client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    /// <summary>Stops the gateway as SIGTERM does.</summary>
    internal Task StopAsync(CancellationToken cancellation) => _app.StopAsync(cancellation);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        if (_ownsUpstream) await Upstream.DisposeAsync();
        if (_ownsDirectory) System.IO.Directory.Delete(Directory, recursive: true);
    }

    private sealed class Loopback(SimulatorHost host) : InProcessUpstream
    {
        public override ValueTask<Stream> ConnectAsync(CancellationToken cancellation) => host.ConnectAsync(cancellation);
    }
}
