using Microsoft.AspNetCore.Http.Features;
using Parley.Gateway.Exchange;

namespace Parley.Gateway.Relay;

/// <summary>What keeps servers on the way from holding a stream back.</summary>
internal static class StreamHeaders
{
    internal static void Set(GatewayExchange exchange)
    {
        var response = exchange.Http.Response;
        response.Headers.CacheControl = "no-cache, no-transform";
        // nginx and its kin buffer answers unless they are told not to.
        response.Headers["X-Accel-Buffering"] = "no";
        exchange.Http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
    }
}
