using Parley.Dialects;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Routing;

namespace Parley.Gateway.Relay;

/// <summary>
/// A provider's 401 or 403 that the caller's own headers may have caused: a bearer token of its own, or an organization or project of OpenAI's
/// that the operator's key has no part in. Counted as the target's, one caller could open the breaker that all share.
/// </summary>
internal static class CallersRefusal
{
    private static readonly string[] Choosing = ["OpenAI-Organization", "OpenAI-Project"];

    private static readonly GatewayError Token = new(
        GatewayErrorKind.UpstreamUnauthorized,
        "The provider refused the bearer token that your request brought. It may have expired, or may not be allowed to use this model: get a new one, and send it as Authorization: Bearer.")
    {
        IsCallersOwn = true,
    };

    private static readonly GatewayError Choice = new(
        GatewayErrorKind.UpstreamUnauthorized,
        "The provider refused Parley's credential together with the OpenAI-Organization or OpenAI-Project header of your request. Leave those headers out; if it is refused without them too, the operator has to look at the provider's key.")
    {
        IsCallersOwn = true,
    };

    /// <summary>The error itself, or what it is when the caller may have caused it.</summary>
    internal static GatewayError Mark(GatewayError error, GatewayExchange exchange, RouteTarget target, Dialect dialect)
    {
        if (error.Kind != GatewayErrorKind.UpstreamUnauthorized) return error;
        if (target.Provider.Config.Auth?.Kind == ProviderAuthKind.CallerBearer) return Token;
        // Only to where those headers travel.
        if (dialect is not (Dialect.OpenAIChat or Dialect.OpenAIResponses or Dialect.OpenAIEmbeddings or Dialect.Opaque)) return error;
        var headers = exchange.Http.Request.Headers;
        foreach (var name in Choosing)
        {
            if (headers.TryGetValue(name, out var value) && value.Count > 0) return Choice;
        }

        return error;
    }
}
