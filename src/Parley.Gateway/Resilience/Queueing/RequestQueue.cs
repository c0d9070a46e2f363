using Parley.Gateway.Exchange;
using Parley.Gateway.Relay;
using Parley.Gateway.Resilience.Hedging;

namespace Parley.Gateway.Resilience.Queueing;

/// <summary>Takes a request through a gate, and says in the caller's words why it did not get through.</summary>
internal static class RequestQueue
{
    /// <summary>What a client can tell it from other 429s by.</summary>
    internal const string Code = "concurrency_limit";

    /// <summary>A place, or the error; never both.</summary>
    internal static ValueTask<(GatePlace Place, GatewayError? Error)> EnterAsync(ConcurrencyGate gate, GatewayExchange exchange, TimeProvider time, CancellationToken cancellation) =>
        gate.TryEnter(out var place) ? ValueTask.FromResult<(GatePlace, GatewayError?)>((place, null)) : WaitAsync(gate, exchange, time, cancellation);

    private static async ValueTask<(GatePlace Place, GatewayError? Error)> WaitAsync(
        ConcurrencyGate gate, GatewayExchange exchange, TimeProvider time, CancellationToken cancellation)
    {
        var patience = exchange.TotalUntil == 0 ? Timeout.InfiniteTimeSpan : time.GetElapsedTime(time.GetTimestamp(), exchange.TotalUntil);
        if (exchange.TotalUntil != 0 && patience < TimeSpan.Zero) patience = TimeSpan.Zero;
        var (answer, place) = await gate.EnterAsync(exchange.Caller.KeyId, exchange.Caller.Priority, patience, cancellation);
        return answer switch
        {
            GateAnswer.Entered => (place, null),
            // Cancelled, but not by its caller: another attempt for the request has answered.
            GateAnswer.Left when !exchange.Aborted.IsCancellationRequested => (default, HedgeLane.Superseded),
            GateAnswer.Left => (default, new GatewayError(GatewayErrorKind.ClientAborted, "The caller left.")),
            GateAnswer.OutOfPatience => (default, UpstreamFault.TotalTimeout),
            _ => (default, Busy(gate, exchange, answer)),
        };
    }

    /// <summary>No place was free, and none came free in time.</summary>
    internal static GatewayError Busy(ConcurrencyGate gate, GatewayExchange exchange, GateAnswer answer)
    {
        var what = answer == GateAnswer.TimedOut
            ? "this request has waited for a free place as long as it may"
            : "all places are taken, and no more requests may wait";
        return new GatewayError(
            GatewayErrorKind.RateLimited,
            $"The model '{exchange.ModelAsked}' is as busy as its operator allows: {what}. Try again after the time that Retry-After says.")
        {
            Code = Code,
            RetryAfter = gate.Estimate(),
        };
    }
}
