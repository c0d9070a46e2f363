using Parley.Gateway.Exchange;
using Parley.Gateway.Routing;
using Parley.Gateway.Routing.Affinity;

namespace Parley.Gateway.Resilience;

/// <summary>The model that answers what is too long for another one (<c>retry.contextLengthModel</c>).</summary>
internal static class LargerModel
{
    /// <summary>
    /// Where the request goes on; null when it does not: no such model, none that the caller's key may use, or one whose <c>concurrency</c> has no room. Its
    /// place there is held by the exchange. Nobody waits for it, because the refusal of the first model is an answer too.
    /// </summary>
    /// <param name="exchange">The request.</param>
    /// <param name="plan">Of the model that refused it.</param>
    /// <param name="error">The refusal.</param>
    /// <param name="outgrown">Ids of the models that have refused it before; null for none.</param>
    internal static RoutePlan? Of(GatewayExchange exchange, RoutePlan plan, GatewayError error, HashSet<string>? outgrown)
    {
        if (error.Refusal != RefusalReason.ContextLength || plan.Model.Retry.ContextLengthModel is not { } name) return null;
        if (!exchange.Snapshot.Catalog.TryFindCatalogued(name, out var model) || model.Id == plan.Model.Id) return null;
        // Two models that name each other: neither takes it.
        if (outgrown?.Contains(model.Id) == true || !model.IsGrantedTo(exchange.Caller, name)) return null;
        if (Router.PlanFor(exchange, model).Plan is not { } larger) return null;
        // It stands in for the model that was asked, so that one's defaults stay; the cookie's indexes say nothing about its pool.
        larger = MakerPins.PinAgain(exchange, larger with { Cookie = null, Preferred = -1, Defaults = plan.Defaults ?? larger.Defaults });
        // What this provider made no other one knows: its refusal is the answer.
        if (plan.IsPinned && !larger.IsPinned) return null;
        if (larger.Model.State.Gate is not { } gate)
        {
            exchange.Hold(default);
            return larger;
        }

        if (!gate.TryEnter(out var place)) return null;
        exchange.Hold(place);
        return larger;
    }
}
