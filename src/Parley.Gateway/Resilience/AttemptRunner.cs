using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Parley.Dialects.Conversations;
using Parley.Gateway.Exchange;
using Parley.Gateway.Relay;
using Parley.Gateway.Resilience.Breakers;
using Parley.Gateway.Routing;
using Parley.Gateway.Telemetry;

namespace Parley.Gateway.Resilience;

/// <summary>
/// Calls the targets of a plan in turn until one has answered, or none is left, or the failure is the caller's own.
/// <code>
/// failed ─→ another credential of the target (refused, exhausted) ─→ another target ─→ a larger model (too long) ─→ the same target after a wait
/// </code>
/// Bounded by the model's <c>retry.attempts</c> and <c>retry.deadlineSeconds</c>; a repetition on the same target also by a budget.
/// </summary>
internal sealed partial class AttemptRunner(AttemptServices services, Router router, Backoff backoff, TimeProvider time, ILogger<AttemptRunner> logger)
{
    /// <summary>An error when no answer was passed on: what the caller is to be told.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    internal async ValueTask<AttemptOutcome> RunAsync(GatewayExchange exchange, RoutePlan plan)
    {
        var state = plan.Model.State;
        state.Retries.Earn();
        var cursor = new RouteCursor(plan);
        if (!cursor.MoveToTarget(time.GetTimestamp())) return new AttemptOutcome(AllOut(exchange, plan));
        var last = default(AttemptOutcome);
        var repetitions = 0;
        while (true)
        {
            var retry = plan.Model.Retry;
            var mayGoOn = exchange.Attempts + 1 < retry.Attempts && time.GetElapsedTime(exchange.Started) < retry.Deadline;
            var (outcome, attempt) = await SendAsync(exchange, cursor.Target, cursor.Credential, canFailOver: mayGoOn && (cursor.HasOtherTarget || cursor.HasOtherCredential));
            if (outcome.Error is not { } error) return outcome;

            // A provider that is down is the better news: that request may succeed later, one that cannot be told never will.
            if (error.Kind != GatewayErrorKind.UnsupportedTranslation || last.Error is null) last = outcome;
            attempt.Error = error.Kind;
            attempt.IsAborted = error.Kind == GatewayErrorKind.ClientAborted;
            attempt.IsTruncated = error.Kind == GatewayErrorKind.StreamBroken && attempt.UpstreamStatus is >= 200 and < 300;
            Report(attempt, error);

            var now = time.GetTimestamp();
            mayGoOn &= time.GetElapsedTime(exchange.Started, now) < retry.Deadline;
            var goesOn = mayGoOn && MoveOn(ref cursor, error, plan, now);
            if (!goesOn && mayGoOn && Larger(exchange, plan, error) is { } larger)
            {
                (plan, exchange.Plan, cursor) = (larger, larger, new RouteCursor(larger));
                goesOn = cursor.MoveToTarget(now);
            }

            var wait = TimeSpan.Zero;
            if (!goesOn && mayGoOn && repetitions < retry.SameTarget && AfterFailure.HelpsWaiting(error.Kind))
            {
                wait = backoff.Of(retry, ++repetitions, error.RetryAfter);
                goesOn = time.GetElapsedTime(exchange.Started, now) + wait < retry.Deadline && state.Retries.TrySpend();
            }

            if (!goesOn) last = last with { Error = WithShortestWait(last.Error!, plan, now) };
            await services.Settlement.SettleAsync(exchange, attempt, isFinal: !goesOn, GatewayErrorTable.StatusOf(last.Error!));
            if (!goesOn) return last;
            if (wait > TimeSpan.Zero && !await WaitedAsync(wait, exchange)) return new AttemptOutcome(Left);
        }
    }

    private static bool MoveOn(ref RouteCursor cursor, GatewayError error, RoutePlan plan, long now) =>
        (AfterFailure.HelpsAnotherCredential(error.Kind) && cursor.MoveToCredential(now))
        || (AfterFailure.HelpsAnotherTarget(error, plan.Model.Retry) && cursor.MoveToTarget(now));

    // The operator's choice for this model: no grant of the caller's is asked for again.
    private RoutePlan? Larger(GatewayExchange exchange, RoutePlan plan, GatewayError error)
    {
        if (error.Refusal != RefusalReason.ContextLength || plan.Model.Retry.ContextLengthModel is not { } name) return null;
        if (!exchange.Snapshot.Catalog.TryFindCatalogued(name, out var model) || ReferenceEquals(model, plan.Model)) return null;
        return router.PlanFor(exchange, model).Plan;
    }

    private void Report(Attempt attempt, GatewayError error)
    {
        if (!GatewayErrorTable.Of(error.Kind).CountsAgainstTarget)
        {
            // The provider refused the request, and that is an answer; an abort says nothing.
            if (error.Kind == GatewayErrorKind.UpstreamRejected) services.Events.Note(attempt.Target.State, attempt.Credential, attempt.Breaker.Succeed(time.GetTimestamp()));
            else attempt.Breaker.Abandon();
            return;
        }

        var failure = new TargetFailure(error.Kind, attempt.UpstreamStatus, error.RetryAfter);
        services.Events.Note(attempt.Target.State, attempt.Credential, attempt.Breaker.Fail(time.GetTimestamp(), in failure));
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<(AttemptOutcome Outcome, Attempt Attempt)> SendAsync(GatewayExchange exchange, RouteTarget target, int credential, bool canFailOver)
    {
        var dialect = target.Provider.DialectFor(exchange.Surface, target.UpstreamModel)!.Value;
        var attempt = new Attempt(target, credential, exchange.Attempts++, dialect, time.GetTimestamp(), time.GetUtcNow());
        // Said now, so that a failure also tells who failed; the next attempt overwrites it.
        ExchangeHeaders.SetAnswered(exchange, target);
        if (target.State.Gate is { } gate && await attempt.TakePlaceAsync(gate, exchange, canFailOver && HasRoomElsewhere(exchange, target), time) is { } busy)
            return (new AttemptOutcome(busy), attempt);
        using var activity = GatewayActivities.Attempt(target.Name);
        var call = new AttemptCall(exchange, attempt, services, time);
        target.State.Enter();
        try
        {
            var outcome = await call.RunAsync(credential, canFailOver);
            if (outcome.Error is null) NoteEnd(attempt);
            return (outcome, attempt);
        }
        catch (Exception exception) when (attempt.IsSettled && (exchange.Http.Response.HasStarted || exchange.Aborted.IsCancellationRequested))
        {
            // The record is written; what failed after it was the way to the caller.
            LogGone(logger, exception, exchange.RequestId);
            return (AttemptOutcome.Answered, attempt);
        }
        catch
        {
            // A defect of ours: the call was made all the same, so it is recorded.
            attempt.Breaker.Abandon();
            attempt.Error = GatewayErrorKind.Internal;
            await services.Settlement.SettleAsync(exchange, attempt, isFinal: true, 500);
            throw;
        }
        finally
        {
            target.State.Exit();
            attempt.Place.Release();
            CountLosses(exchange, attempt, call.Losses);
            call.Dispose();
        }
    }

    // A target that had room when it was chosen may have none a moment later.
    private bool HasRoomElsewhere(GatewayExchange exchange, RouteTarget target)
    {
        var plan = exchange.Plan!;
        var own = plan.Pool.PositionOf(target.Index);
        return plan.Pool.HasRoom(own < 0 ? plan.Left : plan.Left & ~(1UL << own), time.GetTimestamp());
    }

    // An answer that was begun: it mended the breaker when its headers were passed on; what broke it afterwards counts against the target.
    private void NoteEnd(Attempt attempt)
    {
        services.Events.Note(attempt.Target.State, attempt.Credential, attempt.Mended);
        if (attempt.Error is not { } kind) return;
        if (!GatewayErrorTable.Of(kind).CountsAgainstTarget)
        {
            attempt.Breaker.Abandon();
            return;
        }

        var failure = new TargetFailure(kind, attempt.UpstreamStatus, null);
        services.Events.Note(attempt.Target.State, attempt.Credential, attempt.Breaker.Fail(time.GetTimestamp(), in failure));
    }

    // A caller of a pool waits for the first target that comes back, not for the one that was asked last.
    private static GatewayError WithShortestWait(GatewayError error, RoutePlan plan, long now)
    {
        if (!GatewayErrorTable.Of(error.Kind).CountsAgainstTarget || plan.Pool.Members.Count == 1) return error;
        var wait = plan.Pool.ShortestWait(plan.Callable, now);
        return wait > TimeSpan.Zero ? error with { RetryAfter = wait } : error;
    }

    private GatewayError AllOut(GatewayExchange exchange, RoutePlan plan)
    {
        var wait = plan.Pool.ShortestWait(plan.Left, time.GetTimestamp());
        return new GatewayError(GatewayErrorKind.CircuitOpen, $"Every provider of the model '{exchange.ModelAsked}' is out for the moment. Try again after the time that Retry-After says.")
        {
            RetryAfter = wait > TimeSpan.Zero ? wait : TimeSpan.FromSeconds(1),
        };
    }

    private async ValueTask<bool> WaitedAsync(TimeSpan wait, GatewayExchange exchange)
    {
        await Task.Delay(wait, time, exchange.Aborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !exchange.Aborted.IsCancellationRequested;
    }

    private static readonly GatewayError Left = new(GatewayErrorKind.ClientAborted, "The caller left.");

    private void CountLosses(GatewayExchange exchange, Attempt attempt, LossReport? losses)
    {
        if (losses is null) return;
        foreach (var loss in losses.Losses) services.Metrics.CountLoss(exchange.Surface.Dialect, attempt.Dialect, loss.Label);
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Request {RequestId}: the caller left before the last bytes")]
    private static partial void LogGone(ILogger logger, Exception exception, Ulid requestId);
}
