using Microsoft.AspNetCore.Http;

namespace Parley.Gateway.Ingress;

/// <summary>Which error shape belongs to a path, also to one that nobody serves.</summary>
internal static class ErrorShapes
{
    internal static ErrorShape ForPath(PathString path)
    {
        if (path.StartsWithSegments("/admin") || path.StartsWithSegments("/parley/admin")) return ErrorShape.Admin;
        if (path.StartsWithSegments("/api")) return path.StartsWithSegments("/api/v1") ? ErrorShape.OpenAI : ErrorShape.Simple;
        // Azure's v1 paths answer in OpenAI's shape; its deployment paths and dated paths in Azure's.
        if (path.StartsWithSegments("/openai")) return path.StartsWithSegments("/openai/v1") ? ErrorShape.OpenAI : ErrorShape.Azure;
        return ErrorShape.OpenAI;
    }
}
