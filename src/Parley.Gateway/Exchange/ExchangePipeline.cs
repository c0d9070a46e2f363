using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Parley.Gateway.Access;
using Parley.Gateway.Configuration;
using Parley.Gateway.Ingress;
using Parley.Gateway.Ledger;
using Parley.Gateway.PassThrough.Files;
using Parley.Gateway.Relay;
using Parley.Gateway.Resilience;
using Parley.Gateway.Resilience.Queueing;
using Parley.Gateway.Routing;
using Parley.Gateway.Routing.Affinity;
using Parley.Gateway.Telemetry;

namespace Parley.Gateway.Exchange;

/// <summary>
/// The way of every request, one way:
/// <code>
/// bytes → RequestEnvelope → Caller → RoutePlan → [ Attempt → provider's answer ]+ → relay → settlement
/// </code>
/// 1. Admit: the ledger can write, the caller is known (the access check ran before). 2. Ingress: the body in memory, scanned once.
/// 3. Route: model → targets, by the snapshot that the request started with; the model has room. 4. Attempts: splice, sign, send, judge, relay; the
/// record is written before the last frame. 5. What is left is an error, written in the caller's dialect.
/// </summary>
internal sealed class ExchangePipeline(
    SnapshotHolder snapshots,
    BufferedBytesBudget budget,
    Router router,
    MakerPins pins,
    StoredFileGuard files,
    AttemptRunner attempts,
    UsageLedger ledger,
    GatewayMetrics metrics,
    TimeProvider time)
{
    internal async Task RunAsync(HttpContext context, Surface surface)
    {
        var snapshot = snapshots.Current;
        var limits = snapshot.Config.Limits;
        var identity = context.GetRequestIdentity();
        using var exchange = new GatewayExchange(context, surface, context.GetCaller(), snapshot, new RequestBody(budget, limits.BufferedBytes))
        {
            RequestId = identity.Id,
            RequestIdText = identity.Text,
            Started = time.GetTimestamp(),
        };
        metrics.Begin();
        var place = default(GatePlace);
        try
        {
            var (plan, refused) = await AdmitAsync(exchange, limits);
            if (plan is null)
            {
                metrics.CountRejected(refused!.Kind);
                await AnswerAsync(exchange, new AttemptOutcome(refused));
                return;
            }

            exchange.Plan = plan;
            exchange.ModelLabel = LabelOf(plan, snapshot);
            if (plan.Model.Timeouts.Total is { } total) exchange.TotalUntil = exchange.Started + (long)(total.TotalSeconds * time.TimestampFrequency);
            exchange.Heartbeat = StreamHeartbeat.For(exchange, time);
            if (plan.Model.State.Gate is { } gate)
            {
                (place, var busy) = await RequestQueue.EnterAsync(gate, exchange, time, exchange.Aborted);
                if (busy is not null)
                {
                    metrics.CountRejected(busy.Kind);
                    await AnswerAsync(exchange, new AttemptOutcome(busy));
                    return;
                }
            }

            await AnswerAsync(exchange, await attempts.RunAsync(exchange, plan));
        }
        catch (BadHttpRequestException)
        {
            metrics.CountRejected(GatewayErrorKind.BadRequest);
            throw;
        }
        catch (Exception exception) when (IsCallerGone(context, exception))
        {
            // Without this Kestrel looks for the rest of a body that will never come, and logs that it failed.
            context.Abort();
            if (exchange.Attempts == 0) metrics.CountRejected(GatewayErrorKind.ClientAborted);
        }
        finally
        {
            if (exchange.Heartbeat is { } heart) await heart.DisposeAsync();
            place.Release();
            metrics.End();
        }
    }

    // A reset may be read before Kestrel has told it as the request's abort.
    private static bool IsCallerGone(HttpContext context, Exception exception) =>
        exception is ConnectionResetException or ConnectionAbortedException
        || (context.RequestAborted.IsCancellationRequested && exception is OperationCanceledException or IOException);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<(RoutePlan? Plan, GatewayError? Refused)> AdmitAsync(GatewayExchange exchange, LimitsConfig limits)
    {
        using var activity = GatewayActivities.Ingress();
        if (!ledger.IsAccepting) return (null, LedgerAway);
        var content = exchange.Surface.TakesForm ? BodyContent.JsonOrForm : BodyContent.Json;
        var refused = await RequestBodyReader.ReadAsync(exchange.Http, exchange.Body, limits, content) ?? EnvelopeReader.Read(exchange);
        if (refused is not null) return (null, refused);
        var (plan, unroutable) = router.Plan(exchange);
        if (plan is null) return (null, unroutable);
        return await files.CheckAsync(exchange, plan) is { } hidden ? (null, hidden) : (await pins.PinAsync(exchange, plan), null);
    }

    // A name outside the catalogue is the caller's own text: it must not become a label.
    private static string LabelOf(RoutePlan plan, GatewaySnapshot snapshot) =>
        snapshot.Catalog.Ids.Contains(plan.Model.Id) ? plan.Model.Id : plan.Any.Provider.Name;

    private static async ValueTask AnswerAsync(GatewayExchange exchange, AttemptOutcome outcome)
    {
        var context = exchange.Http;
        if (outcome.Error is not { } error || error.Kind == GatewayErrorKind.ClientAborted) return;
        if (exchange.Heartbeat is { } heart)
        {
            await heart.StopAsync();
            if (heart is { HasBegun: true, HasAnswer: false }) await heart.FailAsync(error, outcome.Body);
        }

        if (context.Response.HasStarted) return;
        ExchangeHeaders.SetFailed(exchange, outcome);
        if (outcome.Reply is { } reply) AnswerHeaders.CopyFrom(reply, context.Response.Headers);
        if (error.RetryAfter is { } wait && exchange.Plan is { Pool.HasOneWay: false })
        {
            // One target's own wait, in the unit that SDKs look at first, says nothing of a pool.
            context.Response.Headers.Remove("retry-after-ms");
            ErrorWriter.SetRetryAfter(context, wait);
        }

        if (context.Features.Get<CallFailure>() is { } failure) failure.Note(error, outcome.Body, exchange.Surface.Dialect);
        else if (outcome.Body is { } body) await body.WriteAsync(context);
        else await ErrorWriter.WriteAsync(context, error, exchange.Surface.ErrorShape);
    }

    internal static readonly GatewayError LedgerAway = new(
        GatewayErrorKind.Overloaded,
        "Parley cannot write its usage records right now and therefore takes no requests. Try again in a moment.")
    {
        Code = "ledger_unavailable",
        RetryAfter = TimeSpan.FromSeconds(5),
    };
}
