using Microsoft.AspNetCore.Http;
using Parley.Gateway.Configuration;

namespace Parley.Gateway.Ingress;

/// <summary>
/// Serves the unified model API where <c>surfaces.unified.path</c> says. Its routes stand at one fixed prefix; a request for the
/// configured one is led there before routing, so that a reload can move it.
/// </summary>
internal sealed class UnifiedPathMiddleware(RequestDelegate next, SnapshotHolder snapshots)
{
    private static readonly PathString Served = new(SurfaceEndpoints.UnifiedPrefix);

    // Nothing is mapped here: after a move the old prefix is a path like any other that nobody serves.
    private static readonly PathString Nowhere = new("/llm");

    public Task InvokeAsync(HttpContext context)
    {
        var configured = snapshots.Current.Config.UnifiedPath;
        if (configured != SurfaceEndpoints.UnifiedPrefix) Lead(context.Request, configured);
        return next(context);
    }

    private static void Lead(HttpRequest request, string configured)
    {
        if (request.Path.StartsWithSegments(configured, out var rest)) request.Path = Served + rest;
        else if (request.Path.StartsWithSegments(Served)) request.Path = Nowhere;
    }
}
