using Parley.Gateway.Exchange;

namespace Parley.Gateway.Routing;

/// <summary>The model that stands in for one whose context is too small (<c>retry.contextLengthModel</c>).</summary>
internal static class LargerModel
{
    /// <summary>Its targets for this request; null when there is none, the key may not use it, or none of them can take it.</summary>
    internal static RoutePlan? PlanFor(GatewayExchange exchange, RoutePlan plan)
    {
        if (plan.Model.Retry.ContextLengthModel is not { } name) return null;
        if (!exchange.Snapshot.Catalog.TryFindCatalogued(name, out var model) || model.Id == plan.Model.Id) return null;
        if (!model.IsGrantedTo(exchange.Caller, name)) return null;
        // The defaults of the model that was asked for stay; the cookie's indexes say nothing about this one's pool.
        return Router.PlanFor(exchange, model).Plan is { } larger
            ? larger with { StandsIn = true, Cookie = null, Preferred = -1, Defaults = plan.Defaults ?? larger.Defaults }
            : null;
    }
}
