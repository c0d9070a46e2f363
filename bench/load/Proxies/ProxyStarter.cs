using System.Net;
using System.Net.Sockets;

namespace Parley.Load.Proxies;

/// <summary>
/// Starts each row as it is run in earnest, from the folder of built programs (<c>artifacts/bin</c>), with configurations and data in an
/// empty folder of this run.
/// </summary>
internal sealed class ProxyStarter(string artifacts, string temp, int upstreamPort)
{
    // Any 16 to 256 printable ASCII characters are an admin key; this one lives as long as the run, on loopback.
    private const string Key = "parley-load-run-key-0001";

    /// <summary>The program that is called nginx here, or null.</summary>
    public static string? NginxPath { get; } = (Environment.GetEnvironmentVariable("PATH") + ":/usr/sbin:/usr/local/sbin")
        .Split(':', StringSplitOptions.RemoveEmptyEntries).Select(folder => Path.Combine(folder, "nginx")).FirstOrDefault(File.Exists);

    public Proxy StartNginx()
    {
        var port = FreePort();
        var folder = Directory.CreateDirectory(Path.Combine(temp, "nginx")).FullName;
        var file = Path.Combine(folder, "nginx.conf");
        File.WriteAllText(file, NginxConfig.Text(port, upstreamPort, folder));
        return Start(RowNames.Nginx, port, NginxPath!, ["-p", folder, "-c", file, "-e", Path.Combine(folder, "error.log")]);
    }

    public Proxy StartFloor()
    {
        var port = FreePort();
        return Start(RowNames.Floor, port, "dotnet",
            [Built("Floor"), "--urls", $"http://127.0.0.1:{port}", "--upstream", $"http://127.0.0.1:{upstreamPort}"]);
    }

    /// <summary>With key check, ledger and metrics on, as they are unless someone turns them off.</summary>
    public Proxy StartParley()
    {
        var port = FreePort();
        var file = Path.Combine(temp, "parley.json");
        File.WriteAllText(file, $$"""
            {
              "providers": {
                "bench": { "type": "openai-compatible", "baseUrl": "http://127.0.0.1:{{upstreamPort}}/v1", "apiKey": "upstream-key" },
                "dead": { "type": "openai-compatible", "baseUrl": "http://127.0.0.1:{{FreePort()}}/v1", "apiKey": "upstream-key" },
                "tried": { "type": "openai-compatible", "baseUrl": "http://127.0.0.1:{{FreePort()}}/v1", "apiKey": "upstream-key", "breaker": { "rule": "off" } },
                "claude": { "type": "anthropic", "baseUrl": "http://127.0.0.1:{{upstreamPort}}", "apiKey": "upstream-key" }
              },
              "models": [
                { "modelId": "bench", "targets": [ { "provider": "bench", "model": "bench" } ] },
                { "modelId": "dead-each-time", "targets": [ { "provider": "tried", "model": "bench" }, { "provider": "bench", "model": "bench", "priority": 2 } ] },
                { "modelId": "dead-first", "targets": [ { "provider": "dead", "model": "bench" }, { "provider": "bench", "model": "bench", "priority": 2 } ] },
                { "modelId": "claude-bench", "targets": [ { "provider": "claude", "model": "claude-bench" } ] }
              ]
            }
            """);
        return Start(RowNames.Parley, port, "dotnet",
            [Built("Parley"), "--config", file, "--data", Path.Combine(temp, "data"), "--urls", $"http://127.0.0.1:{port}"], Key);
    }

    private static ProcessProxy Start(string name, int port, string program, string[] arguments, string? key = null)
    {
        KeyValuePair<string, string>[] environment = key is null ? [] : [new("PARLEY_ADMIN_KEY", key)];
        return new ProcessProxy(name, port, new ChildProcess(program, arguments, environment), key);
    }

    private string Built(string project) => Path.Combine(artifacts, project, "release", project + ".dll");

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
