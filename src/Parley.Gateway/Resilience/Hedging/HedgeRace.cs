using Microsoft.Extensions.Logging;
using Parley.Gateway.Exchange;
using Parley.Gateway.Relay;
using Parley.Gateway.Resilience.Queueing;
using Parley.Gateway.Routing;

namespace Parley.Gateway.Resilience.Hedging;

/// <summary>
/// One attempt, and a second one to another target when the first has shown no content after a time. The first content wins.
/// <code>
/// first ──────────┬───────────────────┬─ content ─→ its answer; the second is cancelled and recorded
///                 │ no content yet    ├─ failed ──→ the second goes on alone; a refusal of the request ends both
///                 └→ second ──────────┼─ content ─→ its answer; the first is cancelled and recorded
///                                     └─ failed ──→ the first goes on alone, whatever the failure was
/// </code>
/// Both are over when it returns: the caller's body and response belong to nobody afterwards.
/// </summary>
internal sealed partial class HedgeRace(GatewayExchange exchange, RoutePlan plan, RouteCursor cursor, AttemptRunner runner, AttemptServices services, TimeProvider time, ILogger logger)
{
    private readonly AnswerRight _right = new();

    private sealed class Entry(RouteCursor cursor, Attempt attempt, Task<AttemptOutcome> task)
    {
        internal RouteCursor Cursor => cursor;

        internal Attempt Attempt => attempt;

        internal Task<AttemptOutcome> Task => task;
    }

    /// <summary>True when the second attempt was sent.</summary>
    internal bool IsHedged { get; private set; }

    /// <summary>Where the attempt was sent that <see cref="RunAsync"/> returned; what both have tried is not tried again.</summary>
    internal RouteCursor Cursor { get; private set; } = cursor;

    /// <summary>How the other attempt failed, when it did before the one that was returned.</summary>
    internal AttemptOutcome Earlier { get; private set; }

    /// <summary>The attempt that answered, or the one whose failure decides what is tried next; its record is then still to be written.</summary>
    internal async ValueTask<(AttemptOutcome Outcome, Attempt Attempt)> RunAsync(TimeSpan after, bool canFailOver)
    {
        using var firstLane = NewLane();
        var attempt = runner.Begin(exchange, Cursor, exchange.Attempts++, firstLane);
        ExchangeHeaders.SetAsked(exchange, attempt);
        var first = Send(Cursor, attempt, canFailOver);
        using var secondLane = NewLane();
        if (!await IsSlowAsync(first, after) || TrySendSecond(secondLane) is not { } second)
        {
            _right.LeaveAlone();
            return (await first.Task, first.Attempt);
        }

        IsHedged = true;
        services.Metrics.CountHedgeSent(exchange.ModelLabel);
        var (decisive, ending) = await DecideAsync(first, second);
        try
        {
            var outcome = await decisive.Task;
            if (outcome.Error is null && decisive == second) services.Metrics.CountHedgeWon(exchange.ModelLabel);
            var tried = decisive.Cursor;
            tried.Forget(second.Cursor);
            Cursor = tried;
            return (outcome, decisive.Attempt);
        }
        finally
        {
            await ending;
        }
    }

    private HedgeLane NewLane() => new(_right, HedgeRule.TimesOf(exchange, plan, time), exchange.Aborted);

    private Entry Send(RouteCursor at, Attempt attempt, bool canFailOver) => new(at, attempt, runner.SendAsync(exchange, attempt, at, canFailOver).AsTask());

    // Content that has begun to come is waited for, also where all of it must be here before it may be passed on.
    private async ValueTask<bool> IsSlowAsync(Entry first, TimeSpan after)
    {
        // Its time begins when it is sent. One that waits for a place at its target is not slow: a second call would only add to what keeps it waiting.
        await Task.WhenAny(first.Task, _right.Prepared);
        if (first.Task.IsCompleted) return false;
        using var stop = new CancellationTokenSource();
        var due = Task.Delay(after, time, stop.Token);
        await Task.WhenAny(first.Task, due, _right.Settled);
        await stop.CancelAsync();
        return due.IsCompletedSuccessfully && first.Attempt.FirstToken == 0 && !first.Task.IsCompleted;
    }

    private Entry? TrySendSecond(HedgeLane lane)
    {
        var other = Cursor;
        if (!other.MoveToHealthy(time.GetTimestamp())) return null;
        var place = default(GatePlace);
        // It never waits: where the last place has just been taken there is no second call.
        if ((other.Target.State.Gate is not { } gate || gate.TryEnter(out place)) && _right.TryAddRival(exchange, out var ordinal))
        {
            var attempt = runner.Begin(exchange, other, ordinal, lane);
            attempt.Place = place;
            var isLast = exchange.Attempts >= plan.Model.Retry.Attempts;
            return Send(other, attempt, !isLast && (other.HasOtherTarget || other.HasOtherCredential));
        }

        // Nothing was sent, so the place is free, and a breaker that let one call through to find out is given it back.
        place.Release();
        other.Target.State.Breakers[other.Credential].Abandon(other.Probe);
        return null;
    }

    /// <summary>Waits until one of them decides; the other one ends, or has ended, in the task that comes with it.</summary>
    private async ValueTask<(Entry Decisive, Task Ending)> DecideAsync(Entry first, Entry second)
    {
        await Task.WhenAny(first.Task, second.Task, _right.Settled);
        if (_right.Holder is { } holder) return Winner(holder, first, second);

        // Nobody has content, so one has failed.
        var failed = first.Task.IsCompleted ? first : second;
        var outcome = await failed.Task;
        // What ends a request without a hedge ends it with one: a second target must not answer what the first refused. The other way
        // round it was a call that need not have been made, and its failure is nobody's.
        if (failed == first && !MayGoElsewhere(outcome.Error!) && _right.TryTake(first.Attempt)) return Winner(first.Attempt, first, second);

        var other = failed == first ? second : first;
        _right.LeaveAlone();
        Earlier = outcome;
        return (other, EndAsync(failed, isFirst: failed == first));
    }

    private (Entry Decisive, Task Ending) Winner(Attempt holder, Entry first, Entry second) =>
        holder == first.Attempt ? (first, EndAsync(second, isFirst: false)) : (second, EndAsync(first, isFirst: true));

    private bool MayGoElsewhere(GatewayError error) =>
        AfterFailure.HelpsAnotherTarget(error, plan.Model.Retry) || AfterFailure.HelpsAnotherCredential(error);

    // The one that is not passed on: cancelled if it still runs, and recorded as soon as it has ended, however long the other takes.
    private async Task EndAsync(Entry entry, bool isFirst)
    {
        var attempt = entry.Attempt;
        var isCancelled = !entry.Task.IsCompleted;
        if (isCancelled) await attempt.Lane!.CancelAsync();
        try
        {
            var error = (await entry.Task).Error ?? HedgeLane.Superseded;
            // What broke because it was cancelled is no failure of the target.
            if (isCancelled && attempt.UpstreamStatus < 400 && error.Kind != GatewayErrorKind.ClientAborted) error = HedgeLane.Superseded;
            if (isFirst && error.Kind == GatewayErrorKind.Superseded) attempt.NoteOutrun(time);
            runner.NoteFailure(attempt, error, time.GetTimestamp());
            await services.Settlement.SettleAsync(exchange, attempt, isFinal: false, GatewayErrorTable.StatusOf(error));
        }
        catch (Exception defect)
        {
            // The caller has another answer. The record is written: whoever made the call does that whatever happens.
            LogDefect(logger, defect, exchange.RequestId, attempt.Target.Name);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Request {RequestId}: the call to {Target}, whose answer was no longer needed, ended by a defect of Parley")]
    private static partial void LogDefect(ILogger logger, Exception exception, Ulid requestId, string target);
}
