using Microsoft.Extensions.DependencyInjection;

namespace Parley.Gateway.Wrapper;

/// <summary>How the feature is put into a host.</summary>
internal static class WrapperExtensions
{
    internal static IServiceCollection AddWrapper(this IServiceCollection services)
    {
        services.AddSingleton<WrapperService>();
        services.AddSingleton<HealthCall>();
        services.AddSingleton<HealthCheck>();
        services.AddSingleton<WrapperEndpoints>();
        return services;
    }
}
