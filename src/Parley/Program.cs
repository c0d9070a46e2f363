using Parley.CommandLine;
using Parley.Gateway.Access;
using Parley.Gateway.Configuration;
using Parley.Gateway.Storage;

// Completions of sockets run where they arrive; nothing in the pipeline blocks. Must be set before the first socket is made.
Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");

if (args is ["keys", .. var words])
    return await KeysCommand.RunAsync(words, Environment.GetEnvironmentVariable, TimeProvider.System, Console.Out, Console.Error, CancellationToken.None);

var options = ServerOptions.Parse(args, out var problem);
if (problem is not null) return await Startup.RefuseAsync(problem, exitCode: 2);
if (options.ShowsHelp) return await Startup.HelpAsync();

try
{
    await using var simulator = new SimulatedUpstream();
    var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { Args = [], ApplicationName = "Parley" });
    ServerHost.Configure(builder, options);
    builder.Services.AddParley(options.ToParleyOptions(simulator));

    var app = builder.Build();
    app.UseParley();
    app.MapParley();
    await app.StartAsync();
    Banner.Print(app, options, Console.Out);
    await app.WaitForShutdownAsync();
    return 0;
}
// Kestrel and the ledger say with InvalidOperationException what the operator has to mend: a missing certificate, a directory in use.
catch (Exception exception) when (exception is ConfigurationException or StorageException or IOException or InvalidOperationException or UnauthorizedAccessException)
{
    return await Startup.RefuseAsync(exception.Message, exitCode: 1);
}
