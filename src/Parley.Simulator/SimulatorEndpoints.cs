using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Parley.Simulator;

/// <summary>Puts the simulated providers into an application of its own or beside other endpoints.</summary>
public static class SimulatorEndpoints
{
    /// <summary>What <see cref="MapSimulator"/> needs.</summary>
    public static IServiceCollection AddSimulator(this IServiceCollection services, SimulatorOptions options)
    {
        services.AddRoutingCore();
        services.AddSingleton(options);
        services.AddSingleton<SimulatorLog>();
        return services;
    }

    /// <summary>Maps the paths of every simulated vendor.</summary>
    /// <exception cref="InvalidOperationException"><see cref="AddSimulator"/> was not called.</exception>
    public static IEndpointRouteBuilder MapSimulator(this IEndpointRouteBuilder endpoints) => throw new NotImplementedException();
}
