using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Parley.Gateway.Hosting;

namespace Parley.CommandLine;

/// <summary>What a start prints: the address, the admin key (once), and a line that works as pasted.</summary>
internal static class Banner
{
    internal static void Print(WebApplication app, ServerOptions options, TextWriter output)
    {
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        var address = (addresses.FirstOrDefault() ?? ServerOptions.DefaultUrl).Replace("[::]", "localhost", StringComparison.Ordinal).Replace("0.0.0.0", "localhost", StringComparison.Ordinal);
        var report = app.Services.GetRequiredService<StartReport>();
        var model = report.ExampleModel;
        var newKey = report.NewAdminKey?.Reveal();

        output.WriteLine();
        output.WriteLine($"Parley listens on {string.Join(", ", addresses)}");
        foreach (var line in options.Functions?.Lines(report.Heartbeat) ?? []) output.WriteLine(line);
        if (newKey is not null)
        {
            output.WriteLine($"Admin key: {newKey}");
            output.WriteLine("           It is shown this once and stored hashed. Keep it.");
        }

        output.WriteLine();
        output.WriteLine(newKey is not null ? "Try it:" : "Try it, with a key of yours in PARLEY_KEY (a new one: dotnet run --project src/Parley -- keys create --name me" + DataOption(options) + "):");
        if (model is null) output.WriteLine($"  curl {address}/v1/models -H \"Authorization: Bearer {newKey ?? "$PARLEY_KEY"}\"");
        else
        {
            output.WriteLine($"  curl {address}/v1/chat/completions -H \"Authorization: Bearer {newKey ?? "$PARLEY_KEY"}\" -H \"Content-Type: application/json\" \\");
            output.WriteLine($"    -d '{{\"model\":\"{model}\",\"messages\":[{{\"role\":\"user\",\"content\":\"Hello\"}}]}}'");
        }

        output.WriteLine();
        output.Flush();
    }

    private static string DataOption(ServerOptions options) => options.Data == "data" ? "" : $" --data {options.Data}";
}
