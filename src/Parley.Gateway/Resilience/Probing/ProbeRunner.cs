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
            if (slot.BreakerOf(target).TryEnter(started, out var probe)) asked.Add((target, probe));
        }

        if (asked.Count == 0) return;
        try
        {
            var result = await ProbeAsync(slot, started, stopping);
            if (result.Error is { Kind: GatewayErrorKind.ClientAborted }) return;
            metrics.CountProbe(slot.Provider.Name, slot.IsCall, result.IsRefused ? "refused" : result.IsAnswered ? "answered" : "failed");
            foreach (var (target, _) in asked) Tell(slot, target, result);
            LogResult(slot, result);
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

    private void Tell(ProbeSlot slot, RouteTarget target, ProbeResult result)
    {
        var breaker = slot.BreakerOf(target);
        var now = time.GetTimestamp();
        if (result.IsAnswered)
        {
            events.Note(target.State, slot.Credential, breaker.Succeed(now));
            return;
        }

        var failure = new TargetFailure(result.Error!.Kind, result.Status, result.Error.RetryAfter);
        events.Note(target.State, slot.Credential, breaker.Fail(now, in failure));
    }

    private void LogResult(ProbeSlot slot, ProbeResult result)
    {
        var what = slot.IsCall ? slot.Targets[0].Name : $"the models of {slot.Provider.Name}";
        if (!result.IsAnswered) LogFailed(logger, what, result.Error!.Kind, result.Status, result.Detail ?? "none");
        // Once: it will be refused again at every turn.
        else if (result.IsRefused && slot.ToldRefusal != result.Status) LogRefused(logger, what, result.Status);
        slot.ToldRefusal = result.IsRefused ? result.Status : 0;
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The probe of {What} failed with {Kind} (provider's status {Status}, reason: {Reason})")]
    private static partial void LogFailed(ILogger logger, string what, GatewayErrorKind kind, int status, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The probe of {What} was refused with status {Status}. It counts as an answer, as a refused call does, but says nothing of the model: look at its name, or choose another \"probe\" kind. Said once until the status changes")]
    private static partial void LogRefused(ILogger logger, string what, int status);
}
