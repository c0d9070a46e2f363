using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;

namespace Parley.Gateway.Routing;

/// <summary>
/// Chooses the side of an alias that a request goes to, by weight: at random, or the same for the same caller. Only sides that the key may
/// use are chosen from, so that a key of one side is never refused by chance. Allocates nothing.
/// </summary>
/// <remarks>
/// The stable choice is weighted rendezvous hashing (<see cref="StableHash.Draw"/>) of the caller's hash and the side's own. Nothing is
/// remembered: every replica finds the same.
/// </remarks>
/// <param name="random">A number from 0 up to, but not including, 1.</param>
internal sealed class AliasSplit(Func<double> random)
{
    /// <summary>The side for this request. The first one when the key may use none: then it is refused for its grants.</summary>
    internal CatalogModel Choose(CatalogAlias alias, GatewayExchange exchange)
    {
        var sides = alias.Sides;
        if (sides.Count == 1) return sides[0].Model;
        return alias.Stable == AliasStability.None ? AtRandom(sides, exchange) : Choose(sides, exchange, CallerOf(alias, exchange));
    }

    /// <summary>The draw of one side for one caller: the side with the least has the caller.</summary>
    internal static double Draw(AliasSide side, ulong caller) => StableHash.Draw(StableHash.Of(side.Seed, caller), side.Weight);

    private static CatalogModel Choose(IReadOnlyList<AliasSide> sides, GatewayExchange exchange, ulong caller)
    {
        var (chosen, least) = (sides[0].Model, double.PositiveInfinity);
        for (var index = 0; index < sides.Count; index++)
        {
            if (!sides[index].Model.IsGrantedTo(exchange.Caller, exchange.ModelAsked)) continue;
            var draw = Draw(sides[index], caller);
            if (draw < least) (chosen, least) = (sides[index].Model, draw);
        }

        return chosen;
    }

    private CatalogModel AtRandom(IReadOnlyList<AliasSide> sides, GatewayExchange exchange)
    {
        var total = 0L;
        for (var index = 0; index < sides.Count; index++)
        {
            if (sides[index].Model.IsGrantedTo(exchange.Caller, exchange.ModelAsked)) total += sides[index].Weight;
        }

        var chosen = sides[0].Model;
        var at = random() * total;
        for (var index = 0; index < sides.Count && at >= 0; index++)
        {
            if (!sides[index].Model.IsGrantedTo(exchange.Caller, exchange.ModelAsked)) continue;
            chosen = sides[index].Model;
            at -= sides[index].Weight;
        }

        return chosen;
    }

    private static ulong CallerOf(CatalogAlias alias, GatewayExchange exchange)
    {
        if (alias is { Stable: AliasStability.Header, StableHeader: { } header } && exchange.Http.Request.Headers[header] is [{ Length: > 0 } value, ..])
            return StableHash.Of(value);
        if (alias.Stable == AliasStability.User && RequestUser.Hash(exchange) is { } user) return user;
        return StableHash.Of(exchange.Caller.KeyId);
    }
}
