using System.Diagnostics;
using System.Text;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Users;

/// <summary>
/// A real Azurite (<c>tests/azurite</c>, which <c>./test.sh</c> installs) that keeps tables in memory, on a port of its own, for one class of tests.
/// Where it is not installed the tests say what they did not see; under <c>CI=true</c> they fail.
/// </summary>
public sealed class AzuriteProcess : IAsyncLifetime
{
    private const string Account = "devstoreaccount1";

    // Published by Microsoft: every emulator has it.
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private Process? _process;
    private int _port;

    /// <summary>False where it is not installed.</summary>
    internal bool IsHere => _process is not null;

    internal string Endpoint => $"http://127.0.0.1:{_port}/{Account}";

    internal string ConnectionString => $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};TableEndpoint={Endpoint};";

    public async Task InitializeAsync()
    {
        var program = Program();
        if (program is null)
        {
            Assert.False(
                string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase),
                "Azurite is not installed: npm ci --prefix tests/azurite");
            return;
        }

        _port = FreePort();
        _process = Process.Start(new ProcessStartInfo("node")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { program, "--tableHost", "127.0.0.1", "--tablePort", $"{_port}", "--inMemoryPersistence", "--silent", "--disableTelemetry" },
        })!;
        var said = new StringBuilder();
        _ = PumpAsync(_process.StandardOutput, said);
        _ = PumpAsync(_process.StandardError, said);
        using var client = new HttpClient();
        for (var limit = GatewayCalls.Limit(); ; await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, CancellationToken.None))
        {
            Assert.False(limit.IsCancellationRequested || _process.HasExited, $"Azurite does not answer: {said}");
            try
            {
                // Any answer will do; without a signature it is a refusal.
                using var answer = await client.GetAsync(new Uri(Endpoint + "/Tables"), limit);
                return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
        }
    }

    public async Task DisposeAsync()
    {
        if (_process is null) return;
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(GatewayCalls.Limit());
        _process.Dispose();
    }

    private static async Task PumpAsync(StreamReader from, StringBuilder to)
    {
        while (await from.ReadLineAsync(CancellationToken.None) is { } line)
        {
            lock (to) to.AppendLine(line);
        }
    }

    private static string? Program()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (!File.Exists(Path.Combine(at.FullName, "Parley.slnx"))) continue;
            var program = Path.Combine(at.FullName, "tests", "azurite", "node_modules", "azurite", "dist", "src", "table", "main.js");
            return File.Exists(program) ? program : null;
        }

        return null;
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }
}
