using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Parley.Gateway.Access;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Ingress;
using Parley.Gateway.Ledger;
using Parley.Gateway.Telemetry;

namespace Parley.Gateway.PassThrough;

/// <summary>
/// The way of a call whose bytes pass unread to one provider:
/// <code>
/// caller → choose the provider → body up as it comes ⇄ answer down as it comes → settlement
/// </code>
/// Nothing is tried twice: a body that was passed on is gone. What is left is an error, written in the caller's shape.
/// </summary>
internal sealed class PassThroughPipeline(SnapshotHolder snapshots, UsageLedger ledger, PassThroughSettlement settlement, GatewayMetrics metrics, TimeProvider time)
{
    /// <summary>A call that has come through so many gateways goes in a circle.</summary>
    private const int MostHops = 8;

    private static readonly GatewayError LedgerAway = new(
        GatewayErrorKind.Overloaded, "Parley cannot write its usage records right now and therefore takes no requests. Try again in a moment.")
    {
        Code = "ledger_unavailable",
        RetryAfter = TimeSpan.FromSeconds(5),
    };

    private static readonly GatewayError Circle = new(
        GatewayErrorKind.BadRequest, "This call has come through Parley again and again: the provider's base URL leads back here. The operator has to mend it.")
    {
        Status = StatusCodes.Status508LoopDetected,
        Code = "loop_detected",
    };

    /// <param name="context">The request.</param>
    /// <param name="surface">What it asks for.</param>
    /// <param name="work">Chooses the provider, sends, and passes the answer on; null when it has answered.</param>
    internal async Task RunAsync(HttpContext context, Surface surface, Func<PassThroughExchange, ValueTask<GatewayError?>> work)
    {
        var exchange = new PassThroughExchange(context, surface, context.GetCaller(), snapshots.Current)
        {
            Identity = context.GetRequestIdentity(),
            Started = time.GetTimestamp(),
            Time = time.GetUtcNow(),
        };
        metrics.Begin();
        try
        {
            var error = !ledger.IsAccepting ? LedgerAway : PassThroughHeaders.HopsOf(context.Request) >= MostHops ? Circle : await work(exchange);
            if (error is not null) await FailAsync(exchange, error);
        }
        catch (Exception exception) when (IsCallerGone(context, exception))
        {
            exchange.IsAborted = true;
            await FailAsync(exchange, new GatewayError(GatewayErrorKind.ClientAborted, "The caller left."));
            context.Abort();
        }
        catch (Exception) when (exchange is { IsSent: true, IsSettled: false })
        {
            // A defect of ours: the call was made all the same, so it is recorded.
            exchange.Error = GatewayErrorKind.Internal;
            await settlement.SettleAsync(exchange, StatusCodes.Status500InternalServerError);
            throw;
        }
        finally
        {
            metrics.End();
        }
    }

    private async ValueTask FailAsync(PassThroughExchange exchange, GatewayError error)
    {
        var (context, status) = (exchange.Http, GatewayErrorTable.StatusOf(error));
        if (!exchange.IsSent)
        {
            metrics.CountRejected(error.Kind);
        }
        else if (!exchange.IsSettled)
        {
            exchange.Error = error.Kind;
            exchange.IsAborted = error.Kind == GatewayErrorKind.ClientAborted;
            exchange.IsTruncated = context.Response.HasStarted && !exchange.IsAborted;
            await settlement.SettleAsync(exchange, context.Response.HasStarted ? context.Response.StatusCode : status);
        }

        if (context.Response.HasStarted)
        {
            // The status is long sent: all that can still be said is that the answer is not whole.
            context.Abort();
            return;
        }

        if (error.Kind == GatewayErrorKind.ClientAborted) return;
        PassThroughHeaders.SetFailed(exchange);
        if (exchange.ErrorBody is not { } body)
        {
            await ErrorWriter.WriteAsync(context, error, exchange.ErrorShape);
            return;
        }

        if (error.RetryAfter is { } wait && context.Response.Headers.RetryAfter.Count == 0) ErrorWriter.SetRetryAfter(context, wait);
        await body.WriteAsync(context);
    }

    // A reset may be read before Kestrel has told it as the request's abort.
    private static bool IsCallerGone(HttpContext context, Exception exception) =>
        exception is ConnectionResetException or ConnectionAbortedException
        || (context.RequestAborted.IsCancellationRequested && exception is OperationCanceledException or IOException);
}
