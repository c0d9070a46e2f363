using System.Globalization;
using System.Text;
using Parley.Gateway.Configuration;
using Parley.Gateway.Resilience;
using Parley.Gateway.Resilience.Queueing;
using Parley.Gateway.Routing;

namespace Parley.Gateway.Telemetry;

/// <summary>
/// Who runs and who waits where <c>concurrency</c> is limited, in Prometheus' text format. Names come from the configuration: targets that a
/// name with a star led to are counted together under <c>other</c>, because callers choose such names.
/// </summary>
internal sealed class ConcurrencyGauges(SnapshotHolder snapshots, TargetStates targets, ModelStates models)
{
    private const int MostTargets = 1000;

    internal void Write(StringBuilder text)
    {
        var named = CatalogTargets.Of(snapshots.Current.Catalog).Select(static target => target.State).Distinct().Take(MostTargets).ToHashSet();
        var ofTargets = Limited(targets.All.Where(named.Contains).Select(static target => (target.Name, target.Gate)));
        var ofOthers = Limited(targets.All.Where(target => !named.Contains(target)).Select(static target => ("other", target.Gate)));
        var ofModels = Limited(models.All.Select(static model => (model.Name, model.Gate)));
        Gauge(text, "parley_target_calls_running", "Calls that run at a target whose concurrency is limited.", "target", [.. ofTargets, .. ofOthers], static gate => gate.Running);
        Gauge(text, "parley_target_calls_waiting", "Calls that wait for such a target.", "target", [.. ofTargets, .. ofOthers], static gate => gate.Waiting);
        Gauge(text, "parley_model_requests_running", "Requests that run for a model whose concurrency is limited.", "model", ofModels, static gate => gate.Running);
        Gauge(text, "parley_model_requests_waiting", "Requests that wait for such a model.", "model", ofModels, static gate => gate.Waiting);
    }

    private static (string Name, ConcurrencyGate Gate)[] Limited(IEnumerable<(string Name, ConcurrencyGate? Gate)> all) =>
        [.. all.Where(static pair => pair.Gate is { Max: < int.MaxValue }).Select(static pair => (pair.Name, pair.Gate!))];

    private static void Gauge(StringBuilder text, string name, string help, string label, (string Name, ConcurrencyGate Gate)[] gates, Func<ConcurrencyGate, int> of)
    {
        if (gates.Length == 0) return;
        text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} gauge\n");
        foreach (var same in gates.GroupBy(static gate => gate.Name, StringComparer.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $"{name}{{{label}=\"{PrometheusText.Escape(same.Key)}\"}} {same.Sum(gate => of(gate.Gate))}\n");
    }
}
