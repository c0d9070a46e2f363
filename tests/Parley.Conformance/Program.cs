using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Parley.Conformance;
using Parley.Gateway.Configuration;
using Parley.Gateway.Hosting;
using Parley.Gateway.Mcp;

// The gateway with the tools, prompts and resources that the conformance suite of the Model Context Protocol calls by name, beside its own.
// Prints its address; ends when its standard input does, or on a signal.
var directory = Directory.CreateTempSubdirectory("parley-conformance-").FullName;
try
{
    var key = Environment.GetEnvironmentVariable("PARLEY_ADMIN_KEY") ?? throw new InvalidOperationException("PARLEY_ADMIN_KEY is the key that the calls of the suite are given.");
    var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "Parley" });
    builder.WebHost.UseKestrelCore();
    builder.WebHost.UseUrls("http://127.0.0.1:0");
    builder.Services.AddRouting();
    builder.Services.AddParley(new ParleyOptions
    {
        Sources = ConfigurationSources.From(null, null, new Dictionary<string, string> { ["PARLEY_ADMIN_KEY"] = key }, directory),
        DataDirectory = Path.Combine(directory, "data"),
    });
    builder.Services.AddSingleton<McpFeature, FixtureFeature>();

    await using var app = builder.Build();
    // The suite presents no key.
    app.Use((context, next) =>
    {
        context.Request.Headers.Authorization = $"Bearer {key}";
        return next(context);
    });
    app.UseParley();
    app.MapParley();
    await app.StartAsync();
    Console.WriteLine(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    await Task.WhenAny(Console.In.ReadToEndAsync(), app.WaitForShutdownAsync());
    await app.StopAsync();
}
finally
{
    Directory.Delete(directory, recursive: true);
}
