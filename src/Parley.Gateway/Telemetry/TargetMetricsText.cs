using System.Globalization;
using System.Text;
using Parley.Gateway.Configuration;
using Parley.Gateway.Resilience;
using Parley.Gateway.Resilience.Breakers;
using Parley.Gateway.Resilience.Webhooks;
using Parley.Gateway.Routing;

namespace Parley.Gateway.Telemetry;

/// <summary>
/// The metrics of targets, probes and the webhook. A target is a label only when the catalogue has it: names that callers make up
/// (<c>provider/x</c>) are counted together under <c>other</c>.
/// </summary>
internal sealed class TargetMetricsText(SnapshotHolder snapshots, TargetStates states, GatewayMetrics metrics, WebhookQueue queue, WebhookSender sender, TimeProvider time)
{
    private const int MostTargets = 1000;
    private const string Other = "other";

    internal void Render(StringBuilder text)
    {
        TargetState[] targets = [.. CatalogTargets.Of(snapshots.Current.Catalog).Select(static target => target.State).Distinct().Take(MostTargets)];
        var known = targets.ToHashSet();
        TargetState[] others = [.. states.All.Where(state => !known.Contains(state) && state.Counters.Requests > 0)];

        PrometheusText.Head(text, "parley_target_state", "gauge", "0 unknown (may be tried), 1 healthy, 2 half-open (one call finds out), 3 open (out of its pool).");
        foreach (var target in targets) Line(text, "parley_target_state", target.Name, Number(TargetHealth.Of(target, time).State));
        PrometheusText.Head(text, "parley_target_open_credentials", "gauge", "Credentials of the target that are not used now.");
        foreach (var target in targets) Line(text, "parley_target_open_credentials", target.Name, CountOpen(target));
        PrometheusText.Head(text, "parley_target_in_flight", "gauge", "Calls to the target that run now.");
        foreach (var target in targets) Line(text, "parley_target_in_flight", target.Name, target.InFlight);
        if (others.Length > 0) Line(text, "parley_target_in_flight", Other, others.Sum(static other => other.InFlight));
        PrometheusText.Head(text, "parley_target_latency_seconds", "gauge", "Recent time to the first token of the target; absent before its first answer.");
        foreach (var target in targets)
        {
            if (target.Latency.Milliseconds > 0) Line(text, "parley_target_latency_seconds", target.Name, target.Latency.Milliseconds / 1000);
        }

        Openings(text, targets, others);
        Probes(text);
        Webhook(text);
    }

    private static void Openings(StringBuilder text, TargetState[] targets, TargetState[] others)
    {
        PrometheusText.Head(text, "parley_target_openings_total", "counter", "How often a credential of the target left its pool, by why.");
        foreach (var reason in Enum.GetValues<OpeningReason>())
        {
            foreach (var target in targets) Opening(text, target.Name, reason, target.Counters.OpeningsOf(reason));
            Opening(text, Other, reason, others.Sum(other => other.Counters.OpeningsOf(reason)));
        }
    }

    private static void Opening(StringBuilder text, string target, OpeningReason reason, long count)
    {
        if (count > 0)
            text.Append(CultureInfo.InvariantCulture, $"parley_target_openings_total{{target=\"{PrometheusText.Escape(target)}\",reason=\"{OpeningReasons.Label(reason)}\"}} {count}\n");
    }

    private void Probes(StringBuilder text)
    {
        PrometheusText.Head(text, "parley_probes_total", "counter", "Active health checks, by what came of them.");
        foreach (var ((provider, isCall, result), counter) in metrics.Probes)
            text.Append(CultureInfo.InvariantCulture, $"parley_probes_total{{provider=\"{PrometheusText.Escape(provider)}\",kind=\"{(isCall ? "call" : "models")}\",result=\"{result}\"}} {Volatile.Read(ref counter.Value)}\n");
    }

    private void Webhook(StringBuilder text)
    {
        PrometheusText.Counter(text, "parley_webhook_sent_total", "Events that the webhook has taken.", sender.Sent);
        PrometheusText.Counter(text, "parley_webhook_failed_total", "Events that it did not take, however often they were posted.", sender.Failed);
        PrometheusText.Counter(text, "parley_webhook_replaced_total", "Events not posted because a newer one of the same target came first.", queue.Replaced);
        PrometheusText.Counter(text, "parley_webhook_dropped_total", "Events for which the queue had no room.", queue.Dropped);
    }

    private long CountOpen(TargetState target)
    {
        var now = time.GetTimestamp();
        return target.Breakers.Count(breaker => breaker.StateAt(now) == BreakerState.Open);
    }

    private static int Number(BreakerState state) => state switch
    {
        BreakerState.Healthy => 1,
        BreakerState.HalfOpen => 2,
        BreakerState.Open => 3,
        _ => 0,
    };

    private static void Line(StringBuilder text, string name, string target, double value) =>
        text.Append(CultureInfo.InvariantCulture, $"{name}{{target=\"{PrometheusText.Escape(target)}\"}} {value}\n");
}
