using Parley.Dialects;
using Parley.Gateway.Access;
using Parley.Gateway.Calls;
using Parley.Gateway.Exchange;
using Parley.Gateway.Ingress;
using Parley.Gateway.Ledger;
using Parley.Gateway.Relay;
using Parley.Gateway.Resilience;
using Parley.Gateway.Telemetry;

namespace Parley.Gateway.Agents;

/// <summary>The record of one run; one without an identity records nothing.</summary>
internal sealed class AgentRecord
{
    private const string Surface = "agent";

    private readonly AgentRun _run;
    private readonly Agent _agent;
    private readonly RequestIdentity? _identity;
    private readonly UsageLedger _ledger;
    private readonly GatewayMetrics _metrics;
    private readonly FailureLog _failures;
    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly DateTimeOffset _at;
    private long _firstText;
    private long _textLength;
    private bool _isSettled;

    internal AgentRecord(AgentRun run, Agent agent, RequestIdentity? identity, UsageLedger ledger, GatewayMetrics metrics, FailureLog failures, TimeProvider time)
    {
        (_run, _agent, _identity, _ledger, _metrics, _failures, _time) = (run, agent, identity, ledger, metrics, failures, time);
        _started = time.GetTimestamp();
        _at = time.GetUtcNow();
        if (identity is null) return;
        metrics.Begin();
        var response = run.Http.Response;
        if (response.HasStarted || HeadersAreSettled.For(run.Http)) return;
        response.Headers["x-parley-provider"] = agent.Host!.Provider;
        response.Headers["x-parley-model"] = HeaderText.Printable(agent.Host.Id);
        response.Headers["x-parley-attempts"] = "1";
    }

    /// <summary>True when the run broke by a defect of ours, and nobody left.</summary>
    internal bool IsDefect { get; set; }

    /// <summary>Text has come.</summary>
    internal void NoteText(int length)
    {
        if (_firstText == 0) _firstText = _time.GetTimestamp();
        _textLength += length;
    }

    /// <summary>Writes the record; a second call does nothing.</summary>
    /// <param name="end">How the run ended; null when the caller left before.</param>
    internal async ValueTask SettleAsync(AgentEvent? end)
    {
        if (_isSettled || _identity is null) return;
        _isSettled = true;
        _metrics.End();
        var error = end is AgentEvent.Failed failed ? failed.Error : null;
        var kind = end is not null ? error?.Kind : IsDefect ? GatewayErrorKind.Internal : GatewayErrorKind.ClientAborted;
        var record = RecordOf(end as AgentEvent.Ended, kind, error is not null ? GatewayErrorTable.StatusOf(error) : kind is { } left ? GatewayErrorTable.Of(left).Status : 200);
        if (kind is { } wrong)
        {
            if (wrong is not (GatewayErrorKind.ClientAborted or GatewayErrorKind.UpstreamRejected)) _metrics.CountUpstreamError(record.Provider, wrong);
            _failures.Note(_identity.Id, record.Target, wrong, _run.UpstreamStatus, _run.FaultDetail ?? error?.Code, triesNext: false);
        }

        double? firstText = _firstText == 0 ? null : _time.GetElapsedTime(_started, _firstText).TotalSeconds;
        _metrics.CountRequest(Surface, _agent.Name, record.Provider, record.Status, record.Milliseconds / 1000, firstText, record.Usage);
        // Never cancelled by the caller: what was used was used.
        await _ledger.AppendAsync(record, CancellationToken.None);
    }

    private UsageRecord RecordOf(AgentEvent.Ended? ended, GatewayErrorKind? error, int status)
    {
        var caller = _run.Http.GetCaller();
        var told = ended?.Usage ?? _run.Usage;
        // A host that has answered has used its tokens, whether it came to tell them or not.
        var isEstimated = told is null && _textLength > 0;
        return new UsageRecord
        {
            RequestId = _identity!.Id,
            Attempt = 0,
            IsFinal = true,
            Time = _at,
            KeyId = caller.KeyId,
            KeyName = caller.Name,
            ModelAsked = _agent.Name,
            ModelAnswered = _run.Model,
            Provider = _agent.Host!.Provider,
            Target = $"{_agent.Host.Provider}/{_agent.Host.Id}",
            SurfaceDialect = Dialect.Opaque,
            ProviderDialect = Dialect.Opaque,
            IsStream = _run.IsStream,
            UpstreamStatus = _run.UpstreamStatus,
            Status = status,
            Error = error,
            Usage = told ?? (isEstimated ? UsageEstimate.OfText(_run.Query.Length, _textLength) : default),
            IsEstimated = isEstimated,
            Milliseconds = _time.GetElapsedTime(_started).TotalMilliseconds,
            FirstTokenMilliseconds = _firstText == 0 ? null : _time.GetElapsedTime(_started, _firstText).TotalMilliseconds,
            FinishReason = ended is null ? null : "completed",
            UpstreamRequestId = _run.UpstreamRequestId,
            IsTruncated = _firstText != 0 && error is not null and not GatewayErrorKind.ClientAborted,
            IsAborted = error == GatewayErrorKind.ClientAborted,
        };
    }
}
