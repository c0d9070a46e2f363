using Microsoft.AspNetCore.Http;
using Parley.Gateway.Access;
using Parley.Gateway.Calls;
using Parley.Gateway.Configuration;

namespace Parley.Gateway.Mcp;

/// <summary>One POST to the MCP server: who sent it, and the configuration that it is answered by.</summary>
/// <param name="Http">The request.</param>
/// <param name="Caller">Whose key it is.</param>
/// <param name="Snapshot">The configuration at its start.</param>
internal sealed record McpVisit(HttpContext Http, Caller Caller, GatewaySnapshot Snapshot)
{
    /// <summary>On whose behalf its tools call models.</summary>
    public CallOrigin Origin => new(Http, Caller);
}
