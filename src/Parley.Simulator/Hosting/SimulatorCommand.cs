using System.Runtime.InteropServices;

namespace Parley.Simulator;

/// <summary>The simulator as a program: <c>--urls http://127.0.0.1:9100 [--key sk-sim]… [--pace 20ms]</c>.</summary>
internal static class SimulatorCommand
{
    private const string Usage = "usage: Parley.Simulator [--urls http://127.0.0.1:9100] [--key KEY]... [--pace 20ms]";

    public static async Task<int> RunAsync(string[] arguments, TextWriter output, TextWriter errors)
    {
        var (options, port, problem) = Parse(arguments);
        if (problem is not null)
        {
            await errors.WriteLineAsync($"{problem}\n{Usage}").ConfigureAwait(false);
            return 2;
        }
        using var stopping = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        var host = await SimulatorHost.StartOnLoopbackAsync(options, port, stopping.Token).ConfigureAwait(false);
        await using (host.ConfigureAwait(false))
        {
            await output.WriteLineAsync($"Simulated providers on {host.BaseAddress} (OpenAI: {host.BaseAddress}v1 · Azure OpenAI: {host.BaseAddress}openai · "
                    + $"Anthropic: {host.BaseAddress} · Claude on Azure: {host.BaseAddress}anthropic · Gemini: {host.BaseAddress}v1beta · Bedrock: {host.BaseAddress} · "
                    + $"Foundry: {host.BaseAddress}api/projects/p)")
                .ConfigureAwait(false);
            await Task.Delay(Timeout.InfiniteTimeSpan, options.TimeProvider, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        return 0;

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stopping.Cancel();
        }
    }

    internal static (SimulatorOptions Options, int Port, string? Problem) Parse(string[] arguments)
    {
        var options = new SimulatorOptions();
        var port = 9100;
        for (var i = 0; i < arguments.Length; i += 2)
        {
            if (i + 1 == arguments.Length)
                return (options, port, $"'{arguments[i]}' needs a value.");
            var value = arguments[i + 1];
            switch (arguments[i])
            {
                // It answers anybody who comes with any key: it is for this machine only.
                case "--urls" when Uri.TryCreate(value, UriKind.Absolute, out var url) && url is { Scheme: "http", IsLoopback: true }:
                    port = url.Port;
                    break;
                case "--urls":
                    return (options, port, $"'{value}' is not a loopback address such as http://127.0.0.1:9100.");
                case "--key":
                    options = options with { Keys = [.. options.Keys, value] };
                    break;
                case "--pace" when Durations.TryParse(value, out var pace):
                    options = options with { Pace = pace };
                    break;
                case "--pace":
                    return (options, port, $"'{value}' is not a duration such as 20ms or 1s.");
                default:
                    return (options, port, $"'{arguments[i]}' is no option.");
            }
        }
        return (options, port, null);
    }
}
