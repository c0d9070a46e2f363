using Microsoft.Extensions.Logging;
using Parley.Dialects.Conversations;
using Parley.Gateway.Exchange;
using Parley.Gateway.Ledger;
using Parley.Gateway.Resilience.Breakers;
using Parley.Gateway.Routing;
using Parley.Gateway.Telemetry;

namespace Parley.Gateway.Resilience.Probing;

/// <summary>
/// Makes one probe and tells the breakers what a real call would have told them. What a call uses is recorded in the ledger, because it costs
/// money: under the key id <see cref="KeyId"/>, which no key has.
/// </summary>
internal sealed partial class ProbeRunner(TargetEvents events, UsageLedger ledger, GatewayMetrics metrics, TimeProvider time, ILogger<ProbeRunner> logger)
{
    /// <summary>The key id of probes in the ledger.</summary>
    internal const string KeyId = "parley:probe";

    /// <summary>Their name there.</summary>
    internal const string KeyName = "parley-probe";

    private readonly ProbeCall _call = new(time);

    internal async Task RunAsync(ProbeSlot slot, CancellationToken stopping)
    {
        var started = time.GetTimestamp();
        // The one call that finds out: a caller who comes meanwhile goes to another target.
        var asked = new List<(RouteTarget Target, long Probe)>();
        foreach (var target in slot.Targets)
        {
            var breaker = slot.BreakerOf(target);
            if (slot.CanMend(breaker) && breaker.TryEnter(started, out var probe)) asked.Add((target, probe));
        }

        if (asked.Count == 0) return;
        try
        {
            var result = await ProbeAsync(slot, started, stopping);
            if (result.Error is { Kind: GatewayErrorKind.ClientAborted }) return;
            var verdict = result.Judge(slot.IsCall);
            metrics.CountProbe(slot.Provider.Name, slot.IsCall, verdict switch { ProbeVerdict.Answered => "answered", ProbeVerdict.Failed => "failed", _ => "refused" });
            foreach (var (target, _) in asked) Tell(slot, target, result, verdict);
            LogResult(slot, result, verdict);
        }
        finally
        {
            // Harmless where the breaker was told; where it was not, the next may find out.
            foreach (var (target, probe) in asked) slot.BreakerOf(target).Abandon(probe);
        }
    }

    private async Task<ProbeResult> ProbeAsync(ProbeSlot slot, long started, CancellationToken stopping)
    {
        if (!slot.IsCall) return await _call.ListAsync(slot.Provider, slot.Credential, slot.Config.Timeout, stopping);
        var target = slot.Targets[0];
        var dialect = ProbeBodies.DialectOf(target);
        var sent = time.GetUtcNow();
        var result = await _call.CallAsync(target, dialect, slot.Credential, slot.Config.Timeout, stopping);
        var usage = result.IsEstimated ? new TokenUsage(Input: 1, CacheRead: 0, CacheWrite: 0, Output: 0, Reasoning: 0) : result.Usage;
        metrics.CountTokens("probe", target.UpstreamModel, target.Provider.Name, usage);
        ledger.Append(new UsageRecord
        {
            RequestId = Ulid.New(sent),
            Attempt = 0,
            IsFinal = true,
            Time = sent,
            KeyId = KeyId,
            KeyName = KeyName,
            ModelAsked = target.Name,
            ModelAnswered = result.Model,
            Provider = target.Provider.Name,
            Target = target.Name,
            SurfaceDialect = dialect,
            ProviderDialect = dialect,
            IsStream = false,
            UpstreamStatus = result.Status,
            Status = result.Error is { } error ? GatewayErrorTable.StatusOf(error) : 200,
            Error = result.Error?.Kind,
            Usage = usage,
            IsEstimated = result.IsEstimated,
            Milliseconds = time.GetElapsedTime(started).TotalMilliseconds,
            UpstreamRequestId = result.UpstreamRequestId,
            IsAborted = result.Error is { Kind: GatewayErrorKind.ClientAborted },
        });
        return result;
    }

    private void Tell(ProbeSlot slot, RouteTarget target, ProbeResult result, ProbeVerdict verdict)
    {
        var breaker = slot.BreakerOf(target);
        var now = time.GetTimestamp();
        if (verdict == ProbeVerdict.Answered && slot.CanMend(breaker)) events.Note(target.State, slot.Credential, breaker.Succeed(now));
        if (verdict != ProbeVerdict.Failed) return;
        var failure = new TargetFailure(result.Error!.Kind, result.Status, result.Error.RetryAfter) { IsOfList = !slot.IsCall };
        events.Note(target.State, slot.Credential, breaker.Fail(now, in failure));
    }

    private void LogResult(ProbeSlot slot, ProbeResult result, ProbeVerdict verdict)
    {
        var what = slot.IsCall ? slot.Targets[0].Name : $"the models of {slot.Provider.Name}";
        if (verdict == ProbeVerdict.Failed) LogFailed(logger, what, result.Error!.Kind, result.Status, result.Detail ?? "none");
        // Once: it will be answered so again at every turn.
        else if (verdict == ProbeVerdict.SaysNothing && slot.ToldRefusal != result.Status) LogSaysNothing(logger, what, result.Status, slot.IsCall ? Refused : NoList);
        slot.ToldRefusal = verdict == ProbeVerdict.SaysNothing ? result.Status : 0;
    }

    private const string Refused = "the provider refuses the request itself: is the model's name right?";
    private const string NoList = "the credential may not read the list, or there is none at this address: choose \"kind\": \"call\"";

    [LoggerMessage(Level = LogLevel.Debug, Message = "The probe of {What} failed with {Kind} (provider's status {Status}, reason: {Reason})")]
    private static partial void LogFailed(ILogger logger, string what, GatewayErrorKind kind, int status, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The probe of {What} got an answer that says nothing of its health (status {Status}): {Advice}. Until that changes only real calls tell; said once for each status")]
    private static partial void LogSaysNothing(ILogger logger, string what, int status, string advice);
}
