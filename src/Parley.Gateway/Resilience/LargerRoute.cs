using Parley.Gateway.Exchange;
using Parley.Gateway.Routing;
using Parley.Gateway.Routing.Affinity;

namespace Parley.Gateway.Resilience;

/// <summary>Goes on to the model that answers what is too long for another one (<c>retry.contextLengthModel</c>).</summary>
internal static class LargerRoute
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
        if (error.Refusal != RefusalReason.ContextLength || LargerModel.PlanFor(exchange, plan) is not { } larger) return null;
        // Two models that name each other: neither takes it.
        if (outgrown?.Contains(larger.Model.Id) == true) return null;
        larger = MakerPins.PinAgain(exchange, larger);
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
