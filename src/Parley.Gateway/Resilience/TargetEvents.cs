using Microsoft.Extensions.Logging;
using Parley.Gateway.Resilience.Breakers;
using Parley.Gateway.Resilience.Webhooks;

namespace Parley.Gateway.Resilience;

/// <summary>Says that a target left its pool, or came back: in the log, in its counters, and to the webhook.</summary>
internal sealed partial class TargetEvents(WebhookQueue webhook, TimeProvider time, ILogger<TargetEvents> logger)
{
    private const string Reconfigured = "configuration changed";

    /// <summary>Tells of a change; nothing for null.</summary>
    internal void Note(TargetState target, int credential, BreakerChange? change)
    {
        if (change is null || target.IsForgotten) return;
        var now = time.GetUtcNow();
        target.Keep(credential, new TargetChange(change, now));
        if (change.To == BreakerState.Open) NoteOpened(target, credential, change, now);
        else NoteRecovered(target, credential, change, now);
    }

    /// <summary>The configuration has left these targets, or they begin anew under it: an alarm of the old ones is over, because nobody will find out about them.</summary>
    internal void NoteForgotten(IReadOnlyList<TargetState> targets)
    {
        var now = time.GetUtcNow();
        foreach (var target in targets)
        {
            if (!target.IsToldOut) continue;
            target.IsToldOut = false;
            LogRecovered(logger, target.Name, Reconfigured);
            webhook.Add(new TargetEvent("target.recovered", target.Name, new BreakerChange(TargetHealth.Of(target, time).State, BreakerState.Unknown, Reconfigured, null), null, now));
        }
    }

    private void NoteOpened(TargetState target, int credential, BreakerChange change, DateTimeOffset now)
    {
        target.Counters.CountOpening(OpeningReasons.Of(change.Reason));
        var left = CountAvailable(target);
        if (left > 0)
        {
            LogCredentialOut(logger, credential + 1, target.Breakers.Length, target.Name, change.Until, change.Reason, OpeningReasons.Advice(change.Reason), left);
            return;
        }

        target.IsToldOut = true;
        LogOpened(logger, target.Name, TargetHealth.Of(target, time).Until ?? change.Until, change.Reason, OpeningReasons.Advice(change.Reason));
        webhook.Add(new TargetEvent("target.opened", target.Name, change, TargetHealth.Of(target, time).Until ?? change.Until, now));
    }

    private void NoteRecovered(TargetState target, int credential, BreakerChange change, DateTimeOffset now)
    {
        if (target.Breakers.Length == 1) LogRecovered(logger, target.Name, change.Reason);
        else LogCredentialBack(logger, credential + 1, target.Breakers.Length, target.Name, change.Reason);
        if (!target.IsToldOut) return;
        target.IsToldOut = false;
        webhook.Add(new TargetEvent("target.recovered", target.Name, change, null, now));
    }

    private int CountAvailable(TargetState target)
    {
        var now = time.GetTimestamp();
        var count = 0;
        foreach (var breaker in target.Breakers)
        {
            if (breaker.IsAvailable(now)) count++;
        }

        return count;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Target {Target} is out of its pool until {Until:O}: {Reason} ({Advice})")]
    private static partial void LogOpened(ILogger logger, string target, DateTimeOffset? until, string reason, string advice);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Credential {Credential} of {Credentials} of target {Target} is not used until {Until:O}: {Reason} ({Advice}); the target is still called with {Left} of them")]
    private static partial void LogCredentialOut(ILogger logger, int credential, int credentials, string target, DateTimeOffset? until, string reason, string advice, int left);

    [LoggerMessage(Level = LogLevel.Information, Message = "Target {Target} is back in its pool: {Reason}")]
    private static partial void LogRecovered(ILogger logger, string target, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Credential {Credential} of {Credentials} of target {Target} is used again: {Reason}")]
    private static partial void LogCredentialBack(ILogger logger, int credential, int credentials, string target, string reason);
}
