using System.Runtime.InteropServices;
using Parley.Load;

GeneratorSockets.RunInline();

if (args.Contains("--help"))
{
    Console.WriteLine(LoadOptions.Usage);
    return 0;
}

var faults = SelfTest.Run();
foreach (var fault in faults)
    await Console.Error.WriteLineAsync($"self test: {fault}");
if (faults.Count > 0 || args.Contains("--self-test"))
    return faults.Count > 0 ? 1 : 0;

LoadOptions options;
try
{
    options = LoadOptions.Parse(args);
}
catch (ArgumentException e)
{
    await Console.Error.WriteLineAsync($"{e.Message}\n\n{LoadOptions.Usage}");
    return 2;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, press) => { press.Cancel = true; stop.Cancel(); };
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => { signal.Cancel = true; stop.Cancel(); });
try
{
    return await new LoadRun(options, TimeProvider.System).RunAsync(stop.Token);
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    await Console.Error.WriteLineAsync("stopped");
    return 130;
}
