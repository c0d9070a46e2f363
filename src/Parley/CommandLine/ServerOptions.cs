using System.Collections;
using Parley.Gateway.Configuration;
using Parley.Gateway.Hosting;
using Parley.Gateway.Providers.Transport;

namespace Parley.CommandLine;

/// <summary>The options of the server (contracts §7): each is a command line option, else a variable, else a default.</summary>
internal sealed record ServerOptions
{
    internal const string DefaultUrl = "http://localhost:8080";

    internal string? Config { get; private init; }

    internal string? Models { get; private init; }

    internal string Data { get; private init; } = "data";

    internal string? Database { get; private init; }

    /// <summary>Addresses to listen on, separated by semicolons.</summary>
    internal string Urls { get; private init; } = DefaultUrl;

    internal bool ShowsHelp { get; private init; }

    /// <summary>Azure Functions, when that is where it runs; else null.</summary>
    internal FunctionsHost? Functions { get; private init; }

    /// <summary>Reads the command line and the environment. <paramref name="problem"/> says what is wrong with the command line.</summary>
    internal static ServerOptions Parse(IReadOnlyList<string> args, out string? problem)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        problem = null;
        for (var i = 0; i < args.Count; i++)
        {
            if (args[i] is "--help" or "-h") return new ServerOptions { ShowsHelp = true };
            var (name, inline) = Split(args[i]);
            if (name is not ("config" or "models" or "data" or "database" or "urls"))
                problem ??= $"Unknown option '{args[i]}'. Try: parley --help";
            else if (inline is not null) given[name] = inline;
            else if (i + 1 < args.Count) given[name] = args[++i];
            else problem ??= $"Option '--{name}' needs a value. Try: parley --help";
        }

        var port = AzureFunctions.PortOf(Variables());
        var data = given.GetValueOrDefault("data") ?? Variable("PARLEY_DATA") ?? (port is null ? "data" : FunctionsHost.WritableData("data"));
        var database = given.GetValueOrDefault("database") ?? Variable("PARLEY_DATABASE");
        return new ServerOptions
        {
            Config = given.GetValueOrDefault("config"),
            Models = given.GetValueOrDefault("models"),
            Data = data,
            Database = database,
            Functions = port is null ? null : new FunctionsHost(port, data, database),
            Urls = given.GetValueOrDefault("urls") ?? (port is null ? null : FunctionsHost.UrlOf(port)) ?? Variable("ASPNETCORE_URLS") ?? DefaultUrl,
        };
    }

    internal ParleyOptions ToParleyOptions(InProcessUpstream simulator) => new()
    {
        Sources = ConfigurationSources.From(Config, Models, Variables(), Directory.GetCurrentDirectory()),
        DataDirectory = Path.GetFullPath(Data),
        Database = Database,
        Simulator = simulator,
    };

    private static (string Name, string? Value) Split(string argument)
    {
        if (!argument.StartsWith("--", StringComparison.Ordinal)) return ("", null);
        var equals = argument.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? (argument[2..], null) : (argument[2..equals], argument[(equals + 1)..]);
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static Dictionary<string, string> Variables() =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string)entry.Value!, StringComparer.Ordinal);
}
