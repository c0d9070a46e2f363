using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Parley.Gateway.Mcp;

/// <summary>How the MCP server is put into a host.</summary>
internal static class McpExtensions
{
    /// <summary>Registers the server and what Parley offers over it. A host may register further features.</summary>
    internal static IServiceCollection AddMcp(this IServiceCollection services)
    {
        services.AddSingleton<McpFeature, ModelFeature>();
        services.AddSingleton<McpFeature, PromptFeature>();
        services.AddSingleton<McpFeature, WrapperFeature>();
        services.AddSingleton<McpFeature, AgentFeature>();
        services.AddSingleton<McpFeature, ModelToolFeature>();
        services.AddSingleton<McpFeatures>();
        services.AddSingleton<McpCalls>();
        services.AddSingleton<McpEndpoint>();
        return services;
    }

    internal static IEndpointRouteBuilder MapMcp(this IEndpointRouteBuilder routes)
    {
        routes.ServiceProvider.GetRequiredService<McpEndpoint>().Map(routes);
        ProtectedResourceEndpoint.Map(routes);
        return routes;
    }
}
