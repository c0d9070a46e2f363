using Parley.Gateway.Exchange;
using Parley.Gateway.Routing;

namespace Parley.Gateway.Resilience;

/// <summary>What a caller is told when no target of its plan has answered: it asked a pool, so it waits for the pool.</summary>
internal static class PoolErrors
{
    /// <summary>The failure with the wait for the first target that comes back, not for the one that was asked last.</summary>
    internal static GatewayError WithShortestWait(GatewayError error, RoutePlan plan, long now)
    {
        if (!GatewayErrorTable.Of(error.Kind).CountsAgainstTarget || plan.Pool.HasOneWay) return error;
        var wait = plan.ShortestWait(now);
        if (wait > TimeSpan.Zero) return error with { RetryAfter = wait };
        // Another one may be called at once (a bound on attempts or time has ended this request): the failed one's wait is not the pool's.
        return error.RetryAfter is null ? error : error with { RetryAfter = TimeSpan.FromSeconds(1) };
    }

    /// <summary>Nobody may be called now.</summary>
    internal static GatewayError AllOut(GatewayExchange exchange, RoutePlan plan, long now)
    {
        var wait = plan.ShortestWait(now);
        var who = plan.IsPinned
            ? $"The provider of '{exchange.ModelAsked}' that made what this request refers to (previous_response_id, encrypted_content or file_id), and alone can answer it,"
            : $"Every provider of the model '{exchange.ModelAsked}'";
        return new GatewayError(GatewayErrorKind.CircuitOpen, $"{who} is out for the moment. Try again after the time that Retry-After says.")
        {
            RetryAfter = wait > TimeSpan.Zero ? wait : TimeSpan.FromSeconds(1),
        };
    }
}
