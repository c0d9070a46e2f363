using Microsoft.AspNetCore.Http;
using Parley.Dialects.Conversations;
using Parley.Gateway.Exchange;
using Parley.Gateway.Providers.Transport;
using Parley.Gateway.Resilience;
using Parley.Gateway.Routing.Affinity;

namespace Parley.Gateway.Relay;

/// <summary>What a relay works with: one attempt whose answer's headers have come.</summary>
/// <param name="Exchange">The request.</param>
/// <param name="Attempt">The attempt, filled in as the answer is read.</param>
/// <param name="Reply">The provider's answer.</param>
/// <param name="Deadline">Cancels when the caller leaves or the provider is silent for too long.</param>
/// <param name="Settlement">Writes the record; called before the last frame is sent.</param>
/// <param name="Time">Clock of latencies.</param>
/// <param name="CanRecover">True when something else may be tried after this attempt: another target or credential, a larger model, the same target again.</param>
/// <param name="AskedForUsage">True when the stream's usage was asked for on the caller's behalf.</param>
internal sealed record RelayContext(
    GatewayExchange Exchange,
    Attempt Attempt,
    UpstreamReply Reply,
    AttemptDeadline Deadline,
    Settlement Settlement,
    TimeProvider Time,
    bool CanRecover,
    bool AskedForUsage)
{
    /// <summary>How the answer is translated; null when its bytes are passed on.</summary>
    internal Translation? Translation { get; init; }

    /// <summary>What was lost on the way to the provider, or back; null when nothing can be.</summary>
    internal LossReport? Losses { get; init; }

    /// <summary>True when another attempt could answer in place of this one, after it or beside it.</summary>
    internal bool CanFailOver => CanRecover || Attempt.IsContested;

    /// <summary>Learns what only this maker can answer for later on; null when there is nothing to learn.</summary>
    internal MadeItems? Made { get; init; }

    internal HttpResponse Response => Exchange.Http.Response;

    /// <summary>The attempt's time limits.</summary>
    internal required AttemptTimeouts Timeouts { get; init; }

    /// <summary>Starts the limit of a read that has to wait: silence, or what is left until the first token of a stream is due.</summary>
    internal void AwaitNext(bool isStream)
    {
        if (isStream && Attempt.FirstToken == 0 && Timeouts.FirstTokenUntil is > 0 and var until)
        {
            var left = Time.GetElapsedTime(Time.GetTimestamp(), until);
            if (left < Timeouts.Idle)
            {
                Deadline.Within(left > TimeSpan.Zero ? left : TimeSpan.Zero, AttemptStep.FirstToken);
                return;
            }
        }

        Deadline.Within(Timeouts.Idle, AttemptStep.Idle);
    }

    /// <summary>Sets status and headers of the answer that is now certain to be passed on. False when a heartbeat has already sent some.</summary>
    internal bool Commit(string contentType)
    {
        Attempt.NoteAnswered(Time);
        if (Exchange.Heartbeat is { } heart)
        {
            heart.NoteAnswer();
            if (heart.HasBegun) return false;
        }

        Response.StatusCode = Reply.Status;
        Response.ContentType = contentType;
        AnswerHeaders.CopyFrom(Reply, Response.Headers);
        ExchangeHeaders.SetAnswered(Exchange, Attempt);
        if (Losses is { Count: > 0 } losses) LossHeaders.Set(Exchange, Attempt.Target, losses);
        return true;
    }
}
