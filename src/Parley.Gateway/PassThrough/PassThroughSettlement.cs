using Parley.Dialects;
using Parley.Gateway.Exchange;
using Parley.Gateway.Ledger;
using Parley.Gateway.Resilience;
using Parley.Gateway.Telemetry;

namespace Parley.Gateway.PassThrough;

/// <summary>
/// The end of a passed-on call: one usage record, and the counters. Tokens are those that the provider told in an answer that was understood,
/// else none: what is not read is not estimated. No breaker hears of it, because breakers belong to models, and a file has none.
/// </summary>
internal sealed class PassThroughSettlement(UsageLedger ledger, GatewayMetrics metrics, FailureLog failures, TimeProvider time)
{
    /// <summary>Writes the record; completes when it is safe. A second call does nothing.</summary>
    internal async ValueTask SettleAsync(PassThroughExchange exchange, int status)
    {
        if (exchange.IsSettled) return;
        exchange.IsSettled = true;
        var record = RecordOf(exchange, status);
        if (exchange.Error is { } kind)
        {
            failures.Note(exchange.Identity.Id, record.Target, kind, exchange.UpstreamStatus, exchange.FaultDetail, triesNext: false);
            if (kind is not (GatewayErrorKind.ClientAborted or GatewayErrorKind.UpstreamRejected or GatewayErrorKind.BodyTooLarge)) metrics.CountUpstreamError(record.Provider, kind);
        }

        metrics.CountRequest(
            exchange.Surface.Name, exchange.Surface.Name, record.Provider, status, time.GetElapsedTime(exchange.Started).TotalSeconds, firstTokenSeconds: null, record.Usage);
        // Never cancelled by the caller: the provider was called, whoever is left to hear of it.
        await ledger.AppendAsync(record, CancellationToken.None);
    }

    private UsageRecord RecordOf(PassThroughExchange exchange, int status)
    {
        var name = exchange.Surface.Name;
        var provider = exchange.Provider!.Name;
        return new UsageRecord
        {
            RequestId = exchange.Identity.Id,
            Attempt = 0,
            IsFinal = true,
            Time = exchange.Time,
            KeyId = exchange.Caller.KeyId,
            KeyName = exchange.Caller.Name,
            ModelAsked = name,
            ModelAnswered = exchange.Reply?.Model,
            Provider = provider,
            Target = $"{provider}/{name}",
            SurfaceDialect = Dialect.Opaque,
            ProviderDialect = Dialect.Opaque,
            IsStream = exchange.IsStream,
            UpstreamStatus = exchange.UpstreamStatus,
            Status = status,
            Error = exchange.Error,
            Usage = exchange.Reply is { HasUsage: true } reply ? reply.Usage : default,
            Milliseconds = time.GetElapsedTime(exchange.Started).TotalMilliseconds,
            FinishReason = exchange.Reply?.FinishReason,
            UpstreamRequestId = exchange.UpstreamRequestId,
            IsTruncated = exchange.IsTruncated,
            IsAborted = exchange.IsAborted,
        };
    }
}
