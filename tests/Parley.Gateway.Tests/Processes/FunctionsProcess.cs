using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Processes;

/// <summary>The real program, started as the host of Azure Functions starts a custom handler: in the deployed folder, without arguments, its port in a variable.</summary>
internal sealed class FunctionsProcess : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource _listens = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private FunctionsProcess(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Note(line.Data);
        _process.ErrorDataReceived += (_, line) => Note(line.Data);
        _process.Exited += (_, _) => _listens.TrySetException(new InvalidOperationException("it ended at its start"));
    }

    internal HttpClient Client { get; private init; } = new();

    internal string Output
    {
        get
        {
            lock (_output) return _output.ToString();
        }
    }

    /// <param name="directory">The deployed folder.</param>
    /// <param name="portVariable">The variable that the host gives the port by.</param>
    /// <param name="variables">The app's settings.</param>
    internal static async Task<FunctionsProcess> StartAsync(string directory, string portVariable, IReadOnlyDictionary<string, string> variables)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
        var program = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "Parley", configuration, "Parley.dll"));
        Assert.True(File.Exists(program), $"{program} is not built");
        var port = FreePort().ToString(CultureInfo.InvariantCulture);
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { program },
            // What base images set; the host's port has the last word.
            Environment = { [portVariable] = port, ["ASPNETCORE_URLS"] = "http://+:80", ["FUNCTIONS_WORKER_RUNTIME"] = "custom", ["DOTNET_gcServer"] = "0" },
        };
        foreach (var (name, value) in variables) start.Environment[name] = value;
        var parley = new FunctionsProcess(start) { Client = new HttpClient(new SocketsHttpHandler()) { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(60) } };
        parley._process.Start();
        parley._process.BeginOutputReadLine();
        parley._process.BeginErrorReadLine();
        try
        {
            await parley._listens.Task.WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System);
            return parley;
        }
        catch (Exception exception)
        {
            var said = parley.Output;
            parley.Dispose();
            throw new InvalidOperationException("Parley did not start: " + said, exception);
        }
    }

    /// <summary>Sends a request as the Functions host does: with the headers that it and the front end before it add.</summary>
    internal async Task<HttpResponseMessage> SendAsync(string path, string? body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, path);
        if (body is not null) request.Content = Wire.Json(body);
        foreach (var (name, value) in HostHeaders.Concat(headers)) request.Headers.TryAddWithoutValidation(name, value);
        return await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, GatewayCalls.Limit());
    }

    /// <summary>What the Functions host and App Service's front end add to a request.</summary>
    internal static (string Name, string Value)[] HostHeaders { get; } =
    [
        ("x-azure-functions-hostversion", "4.1048.200.26180"), ("x-azure-functions-invocationid", "5f7c0e4e-0000-4000-8000-marker-of-host"),
        ("x-forwarded-for", "203.0.113.7:51234"), ("x-forwarded-proto", "https"), ("x-forwarded-host", "app.azurewebsites.net"), ("x-forwarded-tlsversion", "1.3"),
        ("x-original-url", "/api/v1/marker-of-host"), ("x-waws-unencoded-url", "/api/v1/marker-of-host"), ("disguised-host", "marker-of-host.azurewebsites.net"),
        ("x-site-deployment-id", "marker-of-host"), ("was-default-hostname", "marker-of-host.azurewebsites.net"), ("x-arr-log-id", "marker-of-host"), ("x-arr-ssl", "2048|marker-of-host"),
        ("client-ip", "203.0.113.7:51234"), ("max-forwards", "9"), ("x-appservice-proto", "https"), ("x-ms-client-principal-name", "marker-of-host"),
    ];

    public void Dispose()
    {
        Client.Dispose();
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }

    private void Note(string? line)
    {
        if (line is null) return;
        lock (_output) _output.AppendLine(line);
        // The last word of a start is an empty line behind all else.
        if (line.StartsWith("Try it", StringComparison.Ordinal)) _listens.TrySetResult();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
