using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Processes;

/// <summary>The real program in a process of its own, as a person starts it: its own directory, a free port, an admin key by variable.</summary>
internal sealed class ParleyProcess : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource<Uri> _listens = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ParleyProcess(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Note(line.Data);
        _process.ErrorDataReceived += (_, line) => Note(line.Data);
        _process.Exited += (_, _) => _listens.TrySetException(new InvalidOperationException("it ended at its start"));
    }

    internal HttpClient Client { get; private set; } = new();

    internal string Output
    {
        get
        {
            lock (_output) return _output.ToString();
        }
    }

    /// <summary>The most memory that it has had since its start, in bytes.</summary>
    internal long PeakMemory
    {
        get
        {
            _process.Refresh();
            return _process.PeakWorkingSet64;
        }
    }

    /// <summary>Starts it in <paramref name="directory"/> with its data below <paramref name="data"/>, in front of the given provider.</summary>
    internal static async Task<ParleyProcess> StartAsync(string directory, string data, Uri upstream)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
        var program = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "Parley", configuration, "Parley.dll"));
        Assert.True(File.Exists(program), $"{program} is not built");
        await File.WriteAllTextAsync(Path.Combine(directory, "parley.json"), $$"""
            {
              "providers": { "lab": { "type": "openai-compatible", "baseUrl": "{{upstream}}v1", "apiKey": "sk-lab" } },
              "models": [ { "modelId": "gpt", "targets": [ { "provider": "lab", "model": "gpt-4o" } ] },
                          { "modelId": "long", "targets": [ { "provider": "lab", "model": "sim-events-40" } ] } ]
            }
            """);
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { program, "--urls", "http://127.0.0.1:0", "--data", data },
            Environment = { ["PARLEY_ADMIN_KEY"] = GatewayHost.AdminKey, ["DOTNET_gcServer"] = "0" },
        };
        var parley = new ParleyProcess(start);
        parley._process.Start();
        parley._process.BeginOutputReadLine();
        parley._process.BeginErrorReadLine();
        try
        {
            var address = await parley._listens.Task.WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System);
            parley.Client.Dispose();
            parley.Client = new HttpClient(new SocketsHttpHandler()) { BaseAddress = address, Timeout = TimeSpan.FromSeconds(60) };
            parley.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", GatewayHost.AdminKey);
            return parley;
        }
        catch (Exception exception)
        {
            var said = parley.Output;
            parley.Dispose();
            throw new InvalidOperationException("Parley did not start: " + said, exception);
        }
    }

    /// <summary>SIGKILL: no word of farewell.</summary>
    internal async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(GatewayCalls.Limit());
    }

    /// <summary>SIGTERM; returns at once.</summary>
    internal void Terminate()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>The exit code, once it has ended by itself.</summary>
    internal async Task<int> WaitAsync()
    {
        await _process.WaitForExitAsync(GatewayCalls.Limit());
        return _process.ExitCode;
    }

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
        const string Mark = "Parley listens on ";
        if (line.StartsWith(Mark, StringComparison.Ordinal)) _listens.TrySetResult(new Uri(line[Mark.Length..].Split(',')[0]));
    }
}
