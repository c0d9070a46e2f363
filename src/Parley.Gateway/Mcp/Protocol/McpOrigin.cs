using System.Net;
using Microsoft.AspNetCore.Http;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;

namespace Parley.Gateway.Mcp.Protocol;

/// <summary>
/// Keeps pages of the web away from the MCP server. A page on a foreign origin is refused by its <c>Origin</c>; a page whose own name was
/// made to lead to this machine (DNS rebinding) looks like the same origin, and is refused by its <c>Host</c>.
/// </summary>
internal static class McpOrigin
{
    private static readonly GatewayError ForeignHost = new(
        GatewayErrorKind.Forbidden,
        "Calls from this machine must name it as localhost, 127.0.0.1 or [::1]. If a reverse proxy on this machine passes the request on, the operator lists it in access.trustedProxies.")
    {
        Code = "host_not_allowed",
    };

    private static readonly GatewayError ForeignOrigin = new(
        GatewayErrorKind.Forbidden, "Pages of this origin may not call the MCP server. The operator allows an origin in access.cors.origins.")
    {
        Code = "origin_not_allowed",
    };

    /// <summary>Why the request is refused, or null.</summary>
    public static GatewayError? Check(HttpContext context, AccessConfig access)
    {
        var request = context.Request;
        var isLocalHost = IsLoopback(request.Host.Host);
        if (IsFromThisMachine(context.Connection) && !isLocalHost) return ForeignHost;
        if (request.Headers.Origin.Count == 0) return null;
        var origin = request.Headers.Origin.ToString();
        if (access.CorsOrigins.Contains("*") || access.CorsOrigins.Contains(origin, StringComparer.OrdinalIgnoreCase)) return null;
        if (!Uri.TryCreate(origin, UriKind.Absolute, out var from) || from.Host.Length == 0) return ForeignOrigin;
        // Some other program of this machine that shows pages: its port is its own.
        if (isLocalHost && IsLoopback(from.Host)) return null;
        return string.Equals(origin, $"{request.Scheme}://{request.Host.Value}", StringComparison.OrdinalIgnoreCase) ? null : ForeignOrigin;
    }

    // A trusted proxy on this machine has been put aside by its X-Forwarded-For: the address is the client's then.
    private static bool IsFromThisMachine(ConnectionInfo connection) =>
        connection.LocalIpAddress is { } local && IPAddress.IsLoopback(local) && connection.RemoteIpAddress is { } remote && IPAddress.IsLoopback(remote);

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
