using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Parley.Gateway.Access;

namespace Parley.Gateway.Mcp;

/// <summary>
/// What a client that got 401 reads next (RFC 9728): which resource it is, and how a key is presented. It names no authorization server
/// (a member without elements is left out, §3.2), because Parley's keys are not got from one.
/// </summary>
internal static class ProtectedResourceEndpoint
{
    private const string WellKnown = "/.well-known/oauth-protected-resource";

    public static void Map(IEndpointRouteBuilder routes)
    {
        // The resource's own path comes behind the well-known one (§3.1); clients that find nothing there ask without it.
        foreach (var resource in (string[])["", McpEndpoint.Path])
            routes.MapGet(WellKnown + resource, context => AnswerAsync(context, resource)).AllowWithoutKey();
    }

    /// <summary>What <c>WWW-Authenticate</c> says on a path (§5.1).</summary>
    public static string Challenge(HttpRequest request) =>
        request.Path.StartsWithSegments(McpEndpoint.Path) ? $"Bearer resource_metadata=\"{Origin(request)}{WellKnown}{McpEndpoint.Path}\"" : "Bearer";

    private static async Task AnswerAsync(HttpContext context, string resource)
    {
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        await using var writer = new Utf8JsonWriter(context.Response.BodyWriter);
        writer.WriteStartObject();
        writer.WriteString("resource", Origin(context.Request) + resource);
        writer.WriteString("resource_name", "Parley");
        writer.WriteStartArray("bearer_methods_supported");
        writer.WriteStringValue("header");
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static string Origin(HttpRequest request) => $"{request.Scheme}://{request.Host.Value}";
}
