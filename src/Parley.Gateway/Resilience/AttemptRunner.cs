using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Parley.Dialects.Conversations;
using Parley.Gateway.Exchange;
using Parley.Gateway.Relay;
using Parley.Gateway.Resilience.Breakers;
using Parley.Gateway.Resilience.Hedging;
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
        var isHedged = false;
        while (true)
        {
            var retry = plan.Model.Retry;
            var mayGoOn = exchange.Attempts + 1 < retry.Attempts && time.GetElapsedTime(exchange.Started) < retry.Deadline;
            var canFailOver = mayGoOn && (cursor.HasOtherTarget || cursor.HasOtherCredential);
            AttemptOutcome outcome;
            Attempt attempt;
            if (mayGoOn && !isHedged && HedgeRule.DelayOf(exchange, plan, in cursor, time) is { } patience)
            {
                var race = new HedgeRace(exchange, plan, cursor, this, services, time, logger);
                (outcome, attempt) = await race.RunAsync(patience, canFailOver);
                (cursor, isHedged) = (race.Cursor, race.IsHedged);
                if (race.Earlier.Error is not null) last = race.Earlier;
            }
            else
            {
                // Said now, so that a failure also tells who failed; the next attempt overwrites it.
                attempt = Begin(exchange, in cursor, exchange.Attempts++, HedgeRule.LaneOf(exchange, plan, time));
                ExchangeHeaders.SetAnswered(exchange, cursor.Target);
                outcome = await SendAsync(exchange, attempt, canFailOver);
            }

            if (outcome.Error is not { } error) return outcome;

            // A provider that is down is the better news: that request may succeed later, one that cannot be told never will.
            if (error.Kind != GatewayErrorKind.UnsupportedTranslation || last.Error is null) last = outcome;
            NoteFailure(attempt, error);

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

    /// <summary>An attempt has failed before anything of it was passed on: what its record will say, and what its breaker is told.</summary>
    internal void NoteFailure(Attempt attempt, GatewayError error)
    {
        attempt.Error = error.Kind;
        attempt.IsAborted = error.Kind == GatewayErrorKind.ClientAborted;
        attempt.IsTruncated = error.Kind == GatewayErrorKind.StreamBroken && attempt.UpstreamStatus is >= 200 and < 300;
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

    /// <summary>The attempt that is sent to where the cursor is.</summary>
    internal Attempt Begin(GatewayExchange exchange, in RouteCursor cursor, int ordinal, HedgeLane? lane)
    {
        var dialect = cursor.Target.Provider.DialectFor(exchange.Surface, cursor.Target.UpstreamModel)!.Value;
        return new Attempt(cursor.Target, cursor.Credential, ordinal, dialect, time.GetTimestamp(), time.GetUtcNow()) { Lane = lane };
    }

    /// <summary>Makes the call and passes the answer on. An error when nothing of it was: the record is then still to be written.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    internal async ValueTask<AttemptOutcome> SendAsync(GatewayExchange exchange, Attempt attempt, bool canFailOver)
    {
        var target = attempt.Target;
        using var activity = GatewayActivities.Attempt(target.Name);
        var call = new AttemptCall(exchange, attempt, services, time);
        target.State.Enter();
        try
        {
            var outcome = await call.RunAsync(attempt.Credential, canFailOver);
            if (outcome.Error is null) NoteEnd(attempt);
            return outcome;
        }
        catch (Exception exception) when (attempt.IsSettled && (exchange.Http.Response.HasStarted || exchange.Aborted.IsCancellationRequested))
        {
            // The record is written; what failed after it was the way to the caller.
            LogGone(logger, exception, exchange.RequestId);
            return AttemptOutcome.Answered;
        }
        catch
        {
            // A defect of ours: the call was made all the same, so it is recorded. It is the end of the request unless another answers it.
            attempt.Breaker.Abandon();
            attempt.Error = GatewayErrorKind.Internal;
            await services.Settlement.SettleAsync(exchange, attempt, isFinal: attempt.TryTakeAnswer(), 500);
            throw;
        }
        finally
        {
            target.State.Exit();
            CountLosses(exchange, attempt, call.Losses);
            call.Dispose();
        }
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
