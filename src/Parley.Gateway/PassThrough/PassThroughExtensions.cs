using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Parley.Gateway.PassThrough.Files;
using Parley.Gateway.PassThrough.Raw;

namespace Parley.Gateway.PassThrough;

/// <summary>Files, batches and raw calls: their parts, and their paths.</summary>
internal static class PassThroughExtensions
{
    internal static IServiceCollection AddPassThrough(this IServiceCollection services)
    {
        services.AddSingleton<PassThroughSettlement>();
        services.AddSingleton<PassThroughPipeline>();
        services.AddSingleton<PassThroughCourse>();
        services.AddSingleton<StoredOwners>();
        services.AddSingleton<StoredFileGuard>();
        services.AddSingleton<StoredObject>();
        services.AddSingleton<StoredList>();
        services.AddSingleton<StoredEndpoints>();
        services.AddSingleton<RawEndpoint>();
        return services;
    }

    internal static void MapPassThrough(this IEndpointRouteBuilder routes)
    {
        routes.ServiceProvider.GetRequiredService<StoredEndpoints>().Map(routes);
        routes.ServiceProvider.GetRequiredService<RawEndpoint>().Map(routes);
    }
}
