using Microsoft.AspNetCore.Builder;
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
        services.AddSingleton<SimulatorState>();
        services.AddSingleton<SimulatorPipeline>();
        return services;
    }

    /// <summary>
    /// Maps the paths of every simulated vendor: <c>/v1</c> (OpenAI, Anthropic), <c>/openai</c> and <c>/anthropic</c> (Azure), <c>/v1beta</c> (Gemini)
    /// <c>/model</c> (Bedrock) and <c>/api/projects</c> (Foundry's agents) whole, unknown paths below them and every other path that nothing else answers refused as the vendor refuses them.
    /// </summary>
    /// <exception cref="InvalidOperationException"><see cref="AddSimulator"/> was not called.</exception>
    public static IEndpointRouteBuilder MapSimulator(this IEndpointRouteBuilder endpoints)
    {
        var pipeline = endpoints.ServiceProvider.GetService<SimulatorPipeline>()
            ?? throw new InvalidOperationException("Call services.AddSimulator(new SimulatorOptions()) before endpoints.MapSimulator().");
        foreach (var vendor in (string[])["v1", "openai", "anthropic", "v1beta", "model", "api/projects"])
            endpoints.Map($"/{vendor}/{{**rest}}", pipeline.InvokeAsync);
        endpoints.MapFallback("/{**rest}", pipeline.InvokeAsync);
        return endpoints;
    }
}
