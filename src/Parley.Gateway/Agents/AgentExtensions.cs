using Microsoft.Extensions.DependencyInjection;
using Parley.Gateway.Agents.Foundry;

namespace Parley.Gateway.Agents;

/// <summary>How the feature is put into a host.</summary>
internal static class AgentExtensions
{
    internal static IServiceCollection AddAgents(this IServiceCollection services)
    {
        services.AddSingleton<FoundryPipeline>();
        services.AddSingleton<AgentFactory>();
        services.AddSingleton<AgentLedger>();
        services.AddSingleton<AgentRunner>();
        services.AddSingleton<AgentRequestReader>();
        services.AddSingleton<AgentEndpoints>();
        return services;
    }
}
