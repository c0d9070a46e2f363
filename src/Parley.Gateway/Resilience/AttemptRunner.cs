using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Parley.Dialects.Conversations;
using Parley.Gateway.Exchange;
using Parley.Gateway.Relay;
using Parley.Gateway.Routing;
using Parley.Gateway.Telemetry;

namespace Parley.Gateway.Resilience;

/// <summary>Calls the targets of a plan in turn until one has answered, or none is left, or the failure is the caller's own.</summary>
internal sealed partial class AttemptRunner(AttemptServices services, TimeProvider time, ILogger<AttemptRunner> logger)
{
    /// <summary>However many targets and keys there are: a request is not a load test.</summary>
    internal const int MostAttempts = 8;

    /// <summary>Null body and error when the answer was passed on; else what the caller is to be told.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    internal async ValueTask<AttemptOutcome> RunAsync(GatewayExchange exchange, RoutePlan plan)
    {
        var last = default(AttemptOutcome);
        for (var index = 0; index < plan.Targets.Count; index++)
        {
            var target = plan.Targets[index];
            if (!Router.CanTake(target, exchange)) continue;
            var hasNextTarget = Router.CanTakeAny(plan.Targets, index + 1, exchange);
            var keys = target.Provider.CredentialCount;
            var first = target.Provider.NextCredential();
            for (var key = 0; key < keys; key++)
            {
                var isLast = exchange.Attempts + 1 >= MostAttempts || (!hasNextTarget && key == keys - 1);
                var (outcome, attempt) = await SendAsync(exchange, target, (first + key) % keys, canFailOver: !isLast);
                if (outcome.Error is not { } error) return outcome;

                // A provider that is down is the better news: that request may succeed later, one that cannot be told never will.
                if (error.Kind != GatewayErrorKind.UnsupportedTranslation || last.Error is null) last = outcome;
                var goesOn = !isLast && GatewayErrorTable.Of(error.Kind).IsRetryable && (hasNextTarget || IsAboutKey(error.Kind));
                attempt.Error = error.Kind;
                attempt.IsAborted = error.Kind == GatewayErrorKind.ClientAborted;
                attempt.IsTruncated = error.Kind == GatewayErrorKind.StreamBroken && attempt.UpstreamStatus is >= 200 and < 300;
                await services.Settlement.SettleAsync(exchange, attempt, isFinal: !goesOn, GatewayErrorTable.StatusOf(last.Error!));
                if (!goesOn) return last;
                // Another key helps against a refusal or a rate limit; against a provider that is down only another target does.
                if (!IsAboutKey(error.Kind)) break;
            }
        }

        return last.Error is not null
            ? last
            : new AttemptOutcome(new GatewayError(GatewayErrorKind.NoRoute, $"No target of the model '{exchange.ModelAsked}' can be called now."));
    }

    private static bool IsAboutKey(GatewayErrorKind kind) => kind is GatewayErrorKind.UpstreamUnauthorized or GatewayErrorKind.UpstreamRateLimited;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<(AttemptOutcome Outcome, Attempt Attempt)> SendAsync(GatewayExchange exchange, RouteTarget target, int credential, bool canFailOver)
    {
        var dialect = target.Provider.DialectFor(exchange.Surface, target.UpstreamModel)!.Value;
        var attempt = new Attempt(target, exchange.Attempts++, dialect, time.GetTimestamp(), time.GetUtcNow());
        // Said now, so that a failure also tells who failed; the next attempt overwrites it.
        ExchangeHeaders.SetAnswered(exchange, target);
        using var activity = GatewayActivities.Attempt(target.Name);
        var call = new AttemptCall(exchange, attempt, services, time);
        try
        {
            return (await call.RunAsync(credential, canFailOver), attempt);
        }
        catch (Exception exception) when (attempt.IsSettled && (exchange.Http.Response.HasStarted || exchange.Aborted.IsCancellationRequested))
        {
            // The record is written; what failed after it was the way to the caller.
            LogGone(logger, exception, exchange.RequestId);
            return (AttemptOutcome.Answered, attempt);
        }
        catch
        {
            // A defect of ours: the call was made all the same, so it is recorded.
            attempt.Error = GatewayErrorKind.Internal;
            await services.Settlement.SettleAsync(exchange, attempt, isFinal: true, 500);
            throw;
        }
        finally
        {
            CountLosses(exchange, attempt, call.Losses);
            call.Dispose();
        }
    }

    private void CountLosses(GatewayExchange exchange, Attempt attempt, LossReport? losses)
    {
        if (losses is null) return;
        foreach (var loss in losses.Losses) services.Metrics.CountLoss(exchange.Surface.Dialect, attempt.Dialect, loss.Label);
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Request {RequestId}: the caller left before the last bytes")]
    private static partial void LogGone(ILogger logger, Exception exception, Ulid requestId);
}
