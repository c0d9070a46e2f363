using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Parley.Dialects.Conversations;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Relay;
using Parley.Gateway.Resilience.Breakers;
using Parley.Gateway.Resilience.Hedging;
using Parley.Gateway.Resilience.Queueing;
using Parley.Gateway.Routing;
using Parley.Gateway.Telemetry;

namespace Parley.Gateway.Resilience;

/// <summary>
/// Calls the targets of a plan in turn until one has answered, or none is left, or the failure is the caller's own.
/// <code>
/// failed ─→ another credential of the target (refused, exhausted) ─→ another target ─→ a larger model (too long) ─→ the same target after a wait
/// </code>
/// Each target and each of its credentials is tried once, within <c>timeouts.totalSeconds</c> and <c>retry.attempts</c> where they are written; a repetition
/// on the same target also within <c>retry.deadlineSeconds</c> and a budget.
/// </summary>
internal sealed partial class AttemptRunner(AttemptServices services, Backoff backoff, TimeProvider time, ILogger<AttemptRunner> logger)
{
    /// <summary>An error when no answer was passed on: what the caller is to be told.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    internal async ValueTask<AttemptOutcome> RunAsync(GatewayExchange exchange, RoutePlan plan)
    {
        var state = plan.Model.State;
        state.Retries.Earn();
        var cursor = new RouteCursor(plan);
        if (!cursor.MoveToTarget(time.GetTimestamp())) return AllOut(exchange, plan);
        var last = default(AttemptOutcome);
        var repetitions = 0;
        HashSet<string>? outgrown = null;
        var isHedged = false;
        while (true)
        {
            var retry = plan.Model.Retry;
            var most = retry.Attempts ?? int.MaxValue;
            var mayGoOn = exchange.Attempts + 1 < most && HasTime(exchange, time.GetTimestamp());
            var canRecover = mayGoOn && (cursor.HasOtherTarget || cursor.HasOtherCredential || repetitions < retry.SameTarget || retry.ContextLengthModel is not null);
            AttemptOutcome outcome;
            Attempt attempt;
            if (mayGoOn && !isHedged && HedgeRule.DelayOf(exchange, plan, in cursor, time) is { } patience)
            {
                var race = new HedgeRace(exchange, plan, cursor, this, services, time, logger);
                (outcome, attempt) = await race.RunAsync(patience, canRecover);
                (cursor, isHedged) = (race.Cursor, race.IsHedged);
                if (race.Earlier.Error is not null) last = race.Earlier;
            }
            else
            {
                attempt = Begin(exchange, in cursor, exchange.Attempts++, HedgeRule.LaneOf(exchange, plan, time));
                ExchangeHeaders.SetAsked(exchange, attempt);
                outcome = await SendAsync(exchange, attempt, cursor, canRecover);
            }

            if (outcome.Error is not { } error) return outcome;

            // A provider that is down is the better news: that request may succeed later, one that cannot be told never will.
            if (error.Kind != GatewayErrorKind.UnsupportedTranslation || last.Error is null) last = outcome;
            var now = time.GetTimestamp();
            NoteFailure(attempt, error, now);

            // Of two that raced both count.
            mayGoOn = mayGoOn && exchange.Attempts < most && HasTime(exchange, now) && !exchange.Aborted.IsCancellationRequested;
            var goesOn = mayGoOn && MoveOn(ref cursor, error, plan, now);
            if (!goesOn && mayGoOn && LargerRoute.Of(exchange, plan, error, outgrown) is { } larger)
            {
                (outgrown ??= []).Add(plan.Model.Id);
                (plan, exchange.Plan, cursor) = (larger, larger, new RouteCursor(larger));
                goesOn = cursor.MoveToTarget(now);
            }
            else if (!goesOn && mayGoOn && WaitToRepeat(exchange, in cursor, error, retry, repetitions + 1, now) is { } wait && state.Retries.TrySpend())
            {
                repetitions++;
                goesOn = await WaitedAsync(wait, exchange) && cursor.Repeat(time.GetTimestamp());
            }

            // Recorded only now: of a caller who left meanwhile this was the last attempt.
            if (!goesOn) last = Conclude(exchange, attempt, last, plan);
            await services.Settlement.SettleAsync(exchange, attempt, isFinal: !goesOn, GatewayErrorTable.StatusOf(last.Error!));
            if (!goesOn) return last;
        }
    }

    // What the caller is told when nothing more is tried.
    private AttemptOutcome Conclude(GatewayExchange exchange, Attempt attempt, AttemptOutcome last, RoutePlan plan)
    {
        if (exchange.Aborted.IsCancellationRequested)
        {
            attempt.IsAborted = true;
            return new AttemptOutcome(Left);
        }

        return last with { Error = PoolErrors.WithShortestWait(last.Error!, plan, time.GetTimestamp()) };
    }

    private static bool HasTime(GatewayExchange exchange, long at) => exchange.TotalUntil == 0 || at < exchange.TotalUntil;

    // Null when the same target is not called again: it would not help, may not be, or ends after the time there is.
    private TimeSpan? WaitToRepeat(GatewayExchange exchange, in RouteCursor cursor, GatewayError error, RetryConfig retry, int repetition, long now)
    {
        if (repetition > retry.SameTarget || !AfterFailure.HelpsWaiting(error.Kind) || !cursor.MayRepeat(now)) return null;
        var wait = backoff.Of(retry, repetition, error.RetryAfter);
        var at = now + (long)(wait.TotalSeconds * time.TimestampFrequency);
        return HasTime(exchange, at) && time.GetElapsedTime(exchange.Started, at) < retry.Deadline ? wait : null;
    }

    /// <summary>An attempt has failed before anything of it was passed on: what its record will say, and what its breaker is told.</summary>
    internal void NoteFailure(Attempt attempt, GatewayError error, long now)
    {
        attempt.Error = error.Kind;
        attempt.Ended = now;
        attempt.IsAborted = error.Kind == GatewayErrorKind.ClientAborted;
        attempt.IsTruncated = error.Kind == GatewayErrorKind.StreamBroken && attempt.UpstreamStatus is >= 200 and < 300;
        // The provider refused the request, and that is an answer.
        if (error.Kind == GatewayErrorKind.UpstreamRejected) services.Events.Note(attempt.Target.State, attempt.Credential, attempt.Breaker.Succeed(now, attempt.Started));
        else if (error.IsCallersOwn) attempt.Breaker.Abandon(attempt.Probe);
        else Judge(attempt, new TargetFailure(attempt.HasHung ? GatewayErrorKind.UpstreamTimeout : error.Kind, StatusOf(attempt, error), error.RetryAfter), now);
        attempt.LeavePlace();
    }

    // An error inside a 200 may say which status it means.
    private static int StatusOf(Attempt attempt, GatewayError error) =>
        attempt.UpstreamStatus is >= 200 and < 300 && error.Status is { } meant ? meant : attempt.UpstreamStatus;

    // A failure of the target's own counts; anything else (an abort, a request that cannot be told) says nothing of it.
    private void Judge(Attempt attempt, in TargetFailure failure, long now)
    {
        if (GatewayErrorTable.Of(failure.Kind).CountsAgainstTarget) services.Events.Note(attempt.Target.State, attempt.Credential, attempt.Breaker.Fail(now, in failure));
        // Nothing is left to give back where it has opened again; by a counted rule a failure need not count, and then the next call finds out.
        attempt.Breaker.Abandon(attempt.Probe);
    }

    private static bool MoveOn(ref RouteCursor cursor, GatewayError error, RoutePlan plan, long now) =>
        (AfterFailure.HelpsAnotherCredential(error) && cursor.MoveToCredential(now))
        || (AfterFailure.HelpsAnotherTarget(error, plan.Model.Retry) && cursor.MoveToTarget(now));

    /// <summary>The attempt that is sent to where the cursor is.</summary>
    internal Attempt Begin(GatewayExchange exchange, in RouteCursor cursor, int ordinal, HedgeLane? lane)
    {
        var target = cursor.Target;
        var dialect = target.Provider.DialectFor(exchange.Surface, target.UpstreamModel)!.Value;
        return new Attempt(target, cursor.Credential, cursor.Probe, ordinal, dialect, time.GetTimestamp(), time.GetUtcNow()) { Lane = lane };
    }

    /// <summary>Makes the call and passes the answer on. An error when nothing of it was: the record is then still to be written.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="attempt">The call.</param>
    /// <param name="cursor">Where it is sent, and what is left beside that.</param>
    /// <param name="canFailOver">True when something else is tried after a failure.</param>
    internal ValueTask<AttemptOutcome> SendAsync(GatewayExchange exchange, Attempt attempt, RouteCursor cursor, bool canFailOver) =>
        attempt.Target.State.Gate is { } gate
            ? SendWithPlaceAsync(gate, exchange, attempt, cursor, canFailOver)
            : CallAsync(exchange, attempt, canFailOver, canFailOver && cursor.HasOtherTarget);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<AttemptOutcome> SendWithPlaceAsync(ConcurrencyGate gate, GatewayExchange exchange, Attempt attempt, RouteCursor cursor, bool canFailOver)
    {
        var outcome = default(AttemptOutcome);
        try
        {
            outcome = await attempt.TakePlaceAsync(gate, exchange, cursor, canFailOver, time) is { } error
                ? new AttemptOutcome(error) { Attempt = attempt }
                : await CallAsync(exchange, attempt, canFailOver, canFailOver && cursor.HasOtherTarget);
            return outcome;
        }
        finally
        {
            // After a failure NoteFailure does.
            if (outcome.Error is null) attempt.LeavePlace();
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<AttemptOutcome> CallAsync(GatewayExchange exchange, Attempt attempt, bool canFailOver, bool hasNext)
    {
        var target = attempt.Target;
        using var activity = GatewayActivities.Attempt(target.Name);
        var call = new AttemptCall(exchange, attempt, services, time);
        target.State.Enter();
        try
        {
            var outcome = await call.RunAsync(attempt.Credential, canFailOver, hasNext);
            if (outcome.Error is null) NoteEnd(attempt);
            return outcome with { Attempt = attempt };
        }
        catch (Exception exception) when (attempt.IsSettled && (exchange.HasAnswerBegun || exchange.Aborted.IsCancellationRequested))
        {
            // The record is written; what failed after it was the way to the caller.
            LogGone(logger, exception, exchange.RequestId);
            NoteEnd(attempt);
            return AttemptOutcome.Answered;
        }
        catch (Exception defect) when (attempt is { Lane.Right: not null, IsSettled: false } && !exchange.HasAnswerBegun && !exchange.Aborted.IsCancellationRequested)
        {
            // One of two calls: what its failure means for the request is for the race to say, and a healthy rival is not to die of it.
            LogDefect(logger, defect, exchange.RequestId, target.Name);
            return new AttemptOutcome(Defect) { Attempt = attempt };
        }
        catch
        {
            // A defect of ours: the call was made all the same, so it is recorded. It is the end of the request unless another one answers it.
            attempt.Breaker.Abandon(attempt.Probe);
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
        if (attempt.Error is { } kind) Judge(attempt, new TargetFailure(kind, attempt.UpstreamStatus, null), time.GetTimestamp());
    }

    private AttemptOutcome AllOut(GatewayExchange exchange, RoutePlan plan)
    {
        services.Metrics.CountRejected(GatewayErrorKind.CircuitOpen);
        return new AttemptOutcome(PoolErrors.AllOut(exchange, plan, time.GetTimestamp()));
    }

    private async ValueTask<bool> WaitedAsync(TimeSpan wait, GatewayExchange exchange)
    {
        await Task.Delay(wait, time, exchange.Aborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !exchange.Aborted.IsCancellationRequested;
    }

    private static readonly GatewayError Defect = new(GatewayErrorKind.Internal, "Parley failed while it made this call. Tell its operator the id of the request (x-request-id).");

    private static readonly GatewayError Left = new(GatewayErrorKind.ClientAborted, "The caller left.");

    private void CountLosses(GatewayExchange exchange, Attempt attempt, LossReport? losses)
    {
        if (losses is null) return;
        foreach (var loss in losses.Losses) services.Metrics.CountLoss(exchange.Surface.Dialect, attempt.Dialect, loss.Label);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Request {RequestId}: the call to {Target} ended by a defect of Parley")]
    private static partial void LogDefect(ILogger logger, Exception exception, Ulid requestId, string target);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Request {RequestId}: the caller left before the last bytes")]
    private static partial void LogGone(ILogger logger, Exception exception, Ulid requestId);
}
