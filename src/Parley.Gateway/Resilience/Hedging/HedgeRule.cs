using Parley.Gateway.Exchange;
using Parley.Gateway.Routing;

namespace Parley.Gateway.Resilience.Hedging;

/// <summary>Whether, and when, a second target is called for a request (a model's <c>hedge</c>).</summary>
internal static class HedgeRule
{
    /// <summary>How long the target that <paramref name="cursor"/> is at has to show content; null when no other one is called.</summary>
    internal static TimeSpan? DelayOf(GatewayExchange exchange, RoutePlan plan, in RouteCursor cursor, TimeProvider time)
    {
        if (plan.Model.Hedge is not { } hedge) return null;
        if (plan.IsPinned || !cursor.HasOtherTarget || exchange.Surface.Operation == Operation.CountTokens) return null;
        return hedge.After ?? plan.Model.State.FirstTokens(exchange.IsStream, time).Percentile95(time.GetTimestamp());
    }

    /// <summary>What an attempt carries that has no rival: where its time to first token is noted. Null for models without a hedge.</summary>
    internal static HedgeLane? LaneOf(GatewayExchange exchange, RoutePlan plan, TimeProvider time) =>
        TimesOf(exchange, plan, time) is { } times ? new HedgeLane(null, times, exchange.Aborted) : null;

    /// <summary>Where times to first token are noted; null when nobody asks for them. A token counter's answers say nothing of the model's.</summary>
    internal static FirstTokenTimes? TimesOf(GatewayExchange exchange, RoutePlan plan, TimeProvider time) =>
        plan.Model.Hedge is { After: null } && exchange.Surface.Operation != Operation.CountTokens ? plan.Model.State.FirstTokens(exchange.IsStream, time) : null;
}
