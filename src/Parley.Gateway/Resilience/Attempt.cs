using Parley.Dialects;
using Parley.Dialects.Streaming;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Providers.Transport;
using Parley.Gateway.Resilience.Breakers;
using Parley.Gateway.Resilience.Hedging;
using Parley.Gateway.Resilience.Queueing;
using Parley.Gateway.Routing;

namespace Parley.Gateway.Resilience;

/// <summary>One call to one target, as it goes: what the ledger and the metrics will say of it.</summary>
internal sealed class Attempt(RouteTarget target, int credential, long probe, int ordinal, Dialect dialect, long started, DateTimeOffset time)
{
    internal RouteTarget Target { get; } = target;

    /// <summary>Which of the provider's credentials was used.</summary>
    internal int Credential { get; } = credential;

    /// <summary>The breaker of target and credential.</summary>
    internal Breaker Breaker => Target.State.Breakers[Credential % Target.State.Breakers.Length];

    /// <summary>What the breaker gave it when it finds out whether the target is well again; else zero.</summary>
    internal long Probe { get; private set; } = probe;

    /// <summary>Zero for the first attempt of the request.</summary>
    internal int Ordinal { get; } = ordinal;

    /// <summary>The dialect spoken to the provider.</summary>
    internal Dialect Dialect { get; } = dialect;

    /// <summary>Timestamp of the sending.</summary>
    internal long Started { get; private set; } = started;

    /// <summary>Timestamp of its failure; zero for one that is recorded as it ends.</summary>
    internal long Ended { get; set; }

    /// <summary>Time of day of the sending.</summary>
    internal DateTimeOffset Time { get; private set; } = time;

    /// <summary>Its place among the calls that its target may have at a time; none where that is not limited.</summary>
    internal GatePlace Place { get; set; }

    /// <summary>The target had no room for it: it was never sent.</summary>
    internal bool IsHeldBack { get; private set; }

    /// <summary>The request's time ran out on it without a status, and it had most of that time: whose call was running then was no chance.</summary>
    internal bool HasHung { get; set; }

    /// <summary>The provider's status; zero while there is none.</summary>
    internal int UpstreamStatus { get; set; }

    /// <summary>The provider's own request id.</summary>
    internal string? UpstreamRequestId { get; set; }

    /// <summary>The deployment that answered in place of the one that was called (Azure's spillover); null when that one did.</summary>
    internal string? SpilledTo { get; set; }

    /// <summary>Timestamp of the first content; zero while there was none.</summary>
    internal long FirstToken { get; set; }

    /// <summary>What the tap learned; null when no answer was read.</summary>
    internal ReplyObservation? Reply { get; set; }

    /// <summary>Events of the answer that were passed on, for an estimate when the provider's own figure never came.</summary>
    internal int ContentEvents { get; set; }

    /// <summary>Bytes of a plain answer that were read, for the same estimate.</summary>
    internal long AnswerBytes { get; set; }

    /// <summary>What went wrong; null when nothing did.</summary>
    internal GatewayErrorKind? Error { get; set; }

    /// <summary>The transport's own words for a failure: for the log, never for a caller, because it names hosts.</summary>
    internal string? FaultDetail { get; set; }

    /// <summary>The answer ended before its end.</summary>
    internal bool IsTruncated { get; set; }

    /// <summary>The caller left before the end.</summary>
    internal bool IsAborted { get; set; }

    /// <summary>What the answer has changed of the breaker; null when nothing.</summary>
    internal BreakerChange? Mended { get; private set; }

    /// <summary>What an attempt for a hedged model carries; null for others.</summary>
    internal HedgeLane? Lane { get; init; }

    /// <summary>True while another attempt may answer in place of this one.</summary>
    internal bool IsContested => Lane?.Right is { IsContested: true };

    /// <summary>True when what happens to the response is this attempt's doing: it has taken the right to answer, or nobody else could.</summary>
    internal bool HasAnswer => Lane?.Right is not { } right || right.Holder == this;

    /// <summary>Asked before the response is touched; false when another attempt's answer is passed on.</summary>
    internal bool TryTakeAnswer() => Lane?.Right is not { } right || right.TryTake(this);

    /// <summary>An answer is about to be passed on: the target is well.</summary>
    internal void NoteAnswered(TimeProvider time)
    {
        var now = time.GetTimestamp();
        Mended = Breaker.Succeed(now, Started);
        if (FirstToken != 0) Measure(now, time);
    }

    /// <summary>The first content of an answer whose beginning was passed on before it: only the slow ones come so, and they must not be missing.</summary>
    internal void NoteLateFirstToken(TimeProvider time) => Measure(FirstToken, time);

    /// <summary>
    /// A later attempt has won. It would have taken at least as long as it ran, which is noted: without its slowest answers a model
    /// would look quicker with each hedge, and be hedged ever sooner.
    /// </summary>
    internal void NoteOutrun(TimeProvider time)
    {
        // It was waiting for a place, and the target never heard of it.
        if (IsHeldBack) return;
        var now = time.GetTimestamp();
        var milliseconds = time.GetElapsedTime(Started, FirstToken == 0 ? now : FirstToken).TotalMilliseconds;
        if (milliseconds > Target.State.Latency.Milliseconds) Target.State.Latency.Record(now, milliseconds);
        Lane?.Times?.Record(now, milliseconds);
    }

    private void Measure(long now, TimeProvider time)
    {
        var milliseconds = time.GetElapsedTime(Started, FirstToken).TotalMilliseconds;
        Target.State.Latency.Record(now, milliseconds);
        Lane?.Times?.Record(now, milliseconds);
    }

    /// <summary>Takes its place at a target whose calls are limited. An error when there is none; what was waited is no part of the attempt.</summary>
    /// <param name="gate">The target's.</param>
    /// <param name="exchange">The request.</param>
    /// <param name="cursor">Where it is sent, and what is left beside that.</param>
    /// <param name="mayGoElsewhere">True when it does not wait for this target where another one has room.</param>
    /// <param name="time">Clock of the attempt.</param>
    internal async ValueTask<GatewayError?> TakePlaceAsync(ConcurrencyGate gate, GatewayExchange exchange, RouteCursor cursor, bool mayGoElsewhere, TimeProvider time)
    {
        if (Place.Gate is not null) return null;
        if (gate.TryEnter(out var place))
        {
            Place = place;
            return null;
        }

        (Place, var error) = mayGoElsewhere && cursor.HasRoomElsewhere(time.GetTimestamp())
            ? (default, RequestQueue.Busy(gate, exchange, GateAnswer.Full))
            : await RequestQueue.EnterAsync(gate, exchange, time, Lane?.Token ?? exchange.Aborted);
        (Started, Time) = (time.GetTimestamp(), time.GetUtcNow());
        if (error is not null) FaultDetail = $"its limit of {gate.Max} calls at a time is reached, {gate.Waiting} more wait (\"concurrency\" of the target)";
        // The last one left is called whatever its breaker says, except under API Management's rule.
        else if (!MayStillBeSent(Started) && (!Target.State.IsTriedWhenAllAreOut || (mayGoElsewhere && cursor.IsAnyOtherWell(Started)))) error = GiveUpPlace(exchange);
        IsHeldBack = error is not null;
        return error;
    }

    /// <summary>Gives its place to the next call; nothing when it has none. After a failure only once its breaker knows of it, which those who wait ask.</summary>
    internal void LeavePlace()
    {
        Place.Release();
        Place = default;
    }

    // What was asked of the breaker before the wait says nothing of now; the one call that finds out keeps its turn until another has failed.
    private bool MayStillBeSent(long now)
    {
        if (Probe != 0) return Breaker.StateAt(now) != BreakerState.Open;
        var may = Breaker.TryEnter(now, out var probe);
        Probe = probe;
        return may;
    }

    private GatewayError GiveUpPlace(GatewayExchange exchange)
    {
        LeavePlace();
        FaultDetail = "it went out of its pool while this call waited for a place";
        var wait = Target.State.Wait(Started);
        return new GatewayError(
            GatewayErrorKind.CircuitOpen,
            $"The provider of the model '{exchange.ModelAsked}' went out while this request waited for a free place. Try again after the time that Retry-After says.")
        {
            RetryAfter = wait > TimeSpan.FromSeconds(1) ? wait : TimeSpan.FromSeconds(1),
        };
    }

    /// <summary>Its headers have come: what they say of the target's rate limits, where the pool goes by that.</summary>
    internal void NoteCapacity(UpstreamReply reply, PickRule rule)
    {
        if (rule == PickRule.MostCapacity && reply.Status is (>= 200 and < 300) or 429) Target.State.Capacity.Note(reply);
    }

    /// <summary>True once its record is written: a record is written exactly once.</summary>
    internal bool IsSettled { get; set; }
}
