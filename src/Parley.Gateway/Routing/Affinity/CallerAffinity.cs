using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;

namespace Parley.Gateway.Routing.Affinity;

/// <summary>By what a caller is kept on its target where that is not a cookie: a header's value, or the key.</summary>
internal static class CallerAffinity
{
    /// <summary>The hash that targets are chosen by; zero when the model has no such affinity, or the request lacks the header.</summary>
    internal static ulong KeyOf(GatewayExchange exchange, CatalogModel model) => model.Config?.Affinity switch
    {
        { Kind: AffinityKind.Header, Name: var name } => exchange.Http.Request.Headers.TryGetValue(name, out var value) && value.ToString() is { Length: > 0 } text
            ? StableHash.Of(text)
            : 0,
        { Kind: AffinityKind.Key } => StableHash.Of(exchange.Caller.KeyId),
        _ => 0,
    };
}
