using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Parley.Gateway.Configuration;
using Parley.Gateway.Hosting;

namespace Parley.Benchmarks;

/// <summary>A server of this process on a free port of the loopback, and its data, until it is disposed.</summary>
internal sealed class GatewayUnderTest(WebApplication app, string? directory) : IDisposable
{
    internal const string Key = "parley-gate-key-0001";

    internal int Port { get; } = new Uri(
        app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;

    /// <summary>A gateway with one provider at that port and one model, <c>bench</c>.</summary>
    internal static GatewayUnderTest Start(int upstreamPort)
    {
        var directory = Directory.CreateTempSubdirectory("parley-gate-").FullName;
        File.WriteAllText(Path.Combine(directory, "parley.json"), $$"""
            {
              "providers": {
                "bench": { "type": "openai-compatible", "baseUrl": "http://127.0.0.1:{{upstreamPort}}/v1", "apiKey": "upstream-key" }
              },
              "models": [ { "modelId": "bench", "targets": [ { "provider": "bench", "model": "bench" } ] } ]
            }
            """);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "Parley" });
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddSimpleConsole();
        builder.Services.AddRouting();
        builder.Services.AddParley(new ParleyOptions
        {
            Sources = ConfigurationSources.From(null, null, new Dictionary<string, string> { ["PARLEY_ADMIN_KEY"] = Key }, directory),
            DataDirectory = Path.Combine(directory, "data"),
        });
        var app = builder.Build();
        app.UseParley();
        app.MapParley();
        app.StartAsync().GetAwaiter().GetResult();
        return new GatewayUnderTest(app, directory);
    }

    public void Dispose()
    {
        app.StopAsync().GetAwaiter().GetResult();
        ((IDisposable)app).Dispose();
        if (directory is not null) Directory.Delete(directory, recursive: true);
    }
}
