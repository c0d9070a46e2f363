using System.Runtime.CompilerServices;
using Parley.Dialects;
using Parley.Gateway.Ingress;
using Parley.Gateway.Ledger;
using Parley.Gateway.Resilience;
using Parley.Gateway.Telemetry;

namespace Parley.Gateway.Exchange;

/// <summary>The end of an attempt: exactly one usage record, and the counters. Called before the last frame of an answer is sent.</summary>
internal sealed class Settlement(UsageLedger ledger, GatewayMetrics metrics, FailureLog failures, TimeProvider time)
{
    /// <summary>Writes the record; completes when it is safe (contracts §7, <c>ledger.commit</c>). A second call for the same attempt does nothing.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    internal async ValueTask SettleAsync(GatewayExchange exchange, Attempt attempt, bool isFinal, int status)
    {
        if (attempt.IsSettled) return;
        attempt.IsSettled = true;
        attempt.Target.State.Counters.Note(attempt.UpstreamStatus, attempt.Error, time);
        var record = RecordOf(exchange, attempt, isFinal, status);
        Count(exchange, attempt, record);
        if (attempt.Error is { } kind) failures.Note(exchange.RequestId, attempt.Target.Name, kind, attempt.UpstreamStatus, attempt.FaultDetail, triesNext: !isFinal);
        if (!isFinal)
        {
            ledger.Append(record);
            return;
        }

        using var activity = GatewayActivities.Ledger();
        // Never cancelled by the caller: the tokens were used, whoever is left to hear of it.
        await ledger.AppendAsync(record, CancellationToken.None);
    }

    private UsageRecord RecordOf(GatewayExchange exchange, Attempt attempt, bool isFinal, int status)
    {
        var reply = attempt.Reply;
        var hasUsage = reply is { HasUsage: true };
        var isEstimated = !hasUsage && !attempt.IsHeldBack && HasTokens(exchange.Surface) && UpstreamWorked(attempt);
        return new UsageRecord
        {
            RequestId = exchange.RequestId,
            Attempt = attempt.Ordinal,
            IsFinal = isFinal,
            Time = attempt.Time,
            KeyId = exchange.Caller.KeyId,
            KeyName = exchange.Caller.Name,
            ModelAsked = exchange.ModelAsked,
            ModelAnswered = reply?.Model,
            Provider = attempt.Target.Provider.Name,
            Target = attempt.Target.Name,
            SurfaceDialect = exchange.Surface.Dialect,
            ProviderDialect = attempt.Dialect,
            IsStream = exchange.IsStream,
            UpstreamStatus = attempt.UpstreamStatus,
            Status = status,
            Error = attempt.Error,
            Usage = hasUsage ? reply!.Usage : isEstimated ? UsageEstimate.Of(exchange, attempt) : default,
            IsEstimated = isEstimated,
            Milliseconds = (attempt.Ended == 0 ? time.GetElapsedTime(attempt.Started) : time.GetElapsedTime(attempt.Started, attempt.Ended)).TotalMilliseconds,
            FirstTokenMilliseconds = attempt.FirstToken == 0 ? null : time.GetElapsedTime(attempt.Started, attempt.FirstToken).TotalMilliseconds,
            FinishReason = reply?.FinishReason,
            UpstreamRequestId = attempt.UpstreamRequestId,
            IsTruncated = attempt.IsTruncated,
            IsAborted = attempt.IsAborted,
            IsSpilled = attempt.SpilledTo is not null,
        };
    }

    // Counting tokens is free at every vendor that counts them; of pictures, sounds and files nobody but the provider knows what it counts.
    private static bool HasTokens(Surface surface) =>
        surface.Operation != Operation.CountTokens && (surface.Dialect != Dialect.Opaque || surface.Operation == Operation.TextCompletions);

    // A provider that took the request has used its tokens, whether it told them, was cut, or nobody stayed to hear them.
    private static bool UpstreamWorked(Attempt attempt) =>
        attempt.Error switch
        {
            null => attempt.UpstreamStatus is >= 200 and < 300,
            // The request was sent; whether the provider had begun to answer is a matter of milliseconds.
            GatewayErrorKind.ClientAborted or GatewayErrorKind.Superseded => true,
            GatewayErrorKind.StreamBroken or GatewayErrorKind.UpstreamTimeout or GatewayErrorKind.TotalTimeout => attempt.ContentEvents > 0 || attempt.AnswerBytes > 0,
            _ => false,
        };

    private void Count(GatewayExchange exchange, Attempt attempt, UsageRecord record)
    {
        if (attempt.Error is { } kind and not (GatewayErrorKind.ClientAborted or GatewayErrorKind.UpstreamRejected or GatewayErrorKind.Superseded))
            metrics.CountUpstreamError(record.Provider, kind);
        if (!record.IsFinal)
        {
            metrics.CountTokens(exchange.Surface.Name, exchange.ModelLabel, record.Provider, record.Usage);
            return;
        }

        var seconds = time.GetElapsedTime(exchange.Started).TotalSeconds;
        double? firstToken = attempt.FirstToken == 0 ? null : time.GetElapsedTime(exchange.Started, attempt.FirstToken).TotalSeconds;
        metrics.CountRequest(exchange.Surface.Name, exchange.ModelLabel, record.Provider, record.Status, seconds, firstToken, record.Usage);
    }
}
