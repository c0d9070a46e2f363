using Microsoft.Extensions.DependencyInjection;

namespace Parley.Gateway.SimpleApi;

/// <summary>How the feature is put into a host.</summary>
internal static class SimpleExtensions
{
    internal static IServiceCollection AddSimpleApi(this IServiceCollection services)
    {
        services.AddSingleton<SimpleChat>();
        services.AddSingleton<SimpleEndpoints>();
        return services;
    }
}
