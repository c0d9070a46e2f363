using Microsoft.AspNetCore.Http;
using Parley.Gateway.Exchange;
using Parley.Gateway.Routing;

namespace Parley.Gateway.Relay;

/// <summary>The headers of Parley's own on every answer (contracts §7): <c>x-request-id</c> and who really answered.</summary>
internal static class ExchangeHeaders
{
    private static readonly string[] SmallNumbers = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

    internal static void SetRequestId(HttpContext context, Ulid requestId) => context.Response.Headers["x-request-id"] = requestId.ToString();

    internal static void SetAnswered(GatewayExchange exchange, RouteTarget target)
    {
        var headers = exchange.Http.Response.Headers;
        headers["x-parley-provider"] = target.Provider.Name;
        headers["x-parley-model"] = HeaderText.Printable(target.UpstreamModel);
        SetAttempts(exchange);
    }

    internal static void SetAttempts(GatewayExchange exchange) =>
        exchange.Http.Response.Headers["x-parley-attempts"] =
            exchange.Attempts < SmallNumbers.Length ? SmallNumbers[exchange.Attempts] : exchange.Attempts.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
