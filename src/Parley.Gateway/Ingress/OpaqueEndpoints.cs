using Microsoft.AspNetCore.Routing;
using Parley.Dialects;
using Parley.Gateway.Exchange;
using Parley.Gateway.Providers;

namespace Parley.Gateway.Ingress;

/// <summary>
/// Text completions, images, audio and moderations: routed, called, recorded and failed over as chat is, but never translated (contracts §5). Under OpenAI's
/// prefixes and under Azure's classic paths (wire/azure.md §2.1).
/// </summary>
internal static class OpaqueEndpoints
{
    internal static void MapOpaqueSurfaces(this IEndpointRouteBuilder routes, ExchangePipeline pipeline)
    {
        foreach (var path in OpaquePaths.All)
        {
            var relative = OpaquePaths.PathOf(path);
            foreach (var prefix in SurfaceEndpoints.OpenAIPrefixes)
                routes.MapSurface(pipeline, $"{prefix}/{relative}", Surface(prefix, path, ErrorShape.OpenAI) with { UsesProxyDeployment = prefix == "/api/v1" });

            routes.MapSurface(pipeline, $"/openai/deployments/{{deployment}}/{relative}", Surface("/openai", path, ErrorShape.Azure) with { IsDeploymentPath = true });
        }
    }

    private static Surface Surface(string prefix, OpaquePath path, ErrorShape shape) =>
        new(prefix, OpaquePaths.OperationOf(path), Dialect.Opaque, shape) { Path = path, TakesForm = OpaquePaths.TakesForm(path) };
}
