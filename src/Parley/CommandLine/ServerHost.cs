using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Console;

namespace Parley.CommandLine;

/// <summary>Kestrel and logging as the gateway wants them (docs/benchmarks.md tells what each switch gives).</summary>
internal static class ServerHost
{
    internal static void Configure(WebApplicationBuilder builder, ServerOptions options)
    {
        builder.Services.AddRouting();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(60));
        builder.WebHost.UseKestrelCore();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.UseSockets(sockets => sockets.UnsafePreferInlineScheduling = true);
        // After UseKestrelCore, whose own registration would win otherwise.
        builder.Services.Replace(ServiceDescriptor.Singleton<IMemoryPoolFactory<byte>, LargeBlockMemoryPoolFactory>());
        builder.WebHost.UseUrls(options.Urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        builder.WebHost.ConfigureKestrel(Limit);
        // One JSON object per line where a machine reads the log, plain lines for people.
        var isJson = string.Equals(Environment.GetEnvironmentVariable("PARLEY_LOG_FORMAT"), "json", StringComparison.OrdinalIgnoreCase);
        builder.Logging.AddConsole(console => console.FormatterName = isJson ? ConsoleFormatterNames.Json : LineFormatter.FormatterName);
        builder.Logging.AddConsoleFormatter<LineFormatter, ConsoleFormatterOptions>();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Logging.SetMinimumLevel(LogLevel.Information);
        // Its messages hold paths and query strings (a key may be in one), and it makes an Activity per request only to log them.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        // A start that fails is told once, in our words, on the error stream.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
    }

    private static void Limit(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        // The gateway's own, configurable limit is checked by the reader of bodies; Kestrel's would answer without a body.
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.MaxRequestHeadersTotalSize = 128 * 1024;
        kestrel.Limits.MaxRequestHeaderCount = 200;
        kestrel.Limits.MaxRequestLineSize = 16 * 1024;
    }
}
