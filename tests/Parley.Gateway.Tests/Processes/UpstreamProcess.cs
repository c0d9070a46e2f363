using System.Diagnostics;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Processes;

/// <summary>The simulated providers in a process of their own, on a port that stays the same when it is killed and started again.</summary>
internal sealed class UpstreamProcess : IDisposable
{
    private readonly int _port;
    private Process? _process;

    private UpstreamProcess(int port) => _port = port;

    internal Uri Address => new($"http://127.0.0.1:{_port}/");

    internal static async Task<UpstreamProcess> StartAsync()
    {
        var upstream = new UpstreamProcess(FreePort());
        await upstream.RestartAsync();
        return upstream;
    }

    /// <summary>Starts it, and returns when it answers.</summary>
    internal async Task RestartAsync()
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
        var program = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "Parley.Simulator", configuration, "Parley.Simulator.dll"));
        Assert.True(File.Exists(program), $"{program} is not built");
        _process = Process.Start(new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            ArgumentList = { program, "--urls", Address.AbsoluteUri, "--pace", "5ms" },
            Environment = { ["DOTNET_gcServer"] = "0" },
        })!;
        Assert.NotNull(await _process.StandardOutput.ReadLineAsync(GatewayCalls.Limit()));
    }

    /// <summary>SIGKILL: connections are reset in the middle of whatever they carry.</summary>
    internal async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync(GatewayCalls.Limit());
        _process.Dispose();
        _process = null;
    }

    public void Dispose()
    {
        if (_process is null) return;
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }

    // Free at this moment; nobody else on the machine takes ports of this range one by one.
    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }
}
