using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Parley.Simulator.InMemory;

/// <summary>Puts a web host on an <see cref="InMemoryTransport"/>.</summary>
public static class InMemoryWebHostBuilderExtensions
{
    /// <summary>Everything Kestrel binds in this host is reached through <paramref name="transport"/> and by no socket.</summary>
    public static IWebHostBuilder UseInMemoryTransport(this IWebHostBuilder builder, InMemoryTransport transport) =>
        builder.ConfigureServices(services =>
            // The last factory registered is the first one Kestrel asks, so this one wins over sockets in whatever order the host was built.
            services.AddSingleton<IConnectionListenerFactory>(new InMemoryConnectionListenerFactory(transport)));
}
