using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Parley.Gateway.Ingress;

/// <summary>A model or deployment named in the path.</summary>
internal static class PathName
{
    /// <summary>The route's value. Kestrel decodes all of a path but <c>%2F</c>, so that it is no separator; in a name it is a slash.</summary>
    internal static string Read(HttpContext context, string parameter) =>
        (context.GetRouteValue(parameter) as string ?? "").Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
}
