using System.Globalization;
using System.Text;
using Parley.Gateway.Resilience;
using Parley.Gateway.Resilience.Queueing;

namespace Parley.Gateway.Telemetry;

/// <summary>Who runs and who waits where <c>concurrency</c> is limited, in Prometheus' text format. Names come from the configuration.</summary>
internal sealed class ConcurrencyGauges(TargetStates targets, ModelStates models)
{
    internal void Write(StringBuilder text)
    {
        var ofTargets = targets.All.Select(static target => (target.Name, target.Gate)).Where(static pair => IsLimited(pair.Gate)).ToArray();
        var ofModels = models.All.Select(static model => (model.Name, model.Gate)).Where(static pair => IsLimited(pair.Gate)).ToArray();
        Gauge(text, "parley_target_calls_running", "Calls that run at a target whose concurrency is limited.", "target", ofTargets, static gate => gate.Running);
        Gauge(text, "parley_target_calls_waiting", "Calls that wait for such a target.", "target", ofTargets, static gate => gate.Waiting);
        Gauge(text, "parley_model_requests_running", "Requests that run for a model whose concurrency is limited.", "model", ofModels, static gate => gate.Running);
        Gauge(text, "parley_model_requests_waiting", "Requests that wait for such a model.", "model", ofModels, static gate => gate.Waiting);
    }

    private static bool IsLimited(ConcurrencyGate? gate) => gate is { Max: < int.MaxValue };

    private static void Gauge(StringBuilder text, string name, string help, string label, (string Name, ConcurrencyGate? Gate)[] gates, Func<ConcurrencyGate, int> of)
    {
        if (gates.Length == 0) return;
        text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} gauge\n");
        foreach (var (whose, gate) in gates) text.Append(CultureInfo.InvariantCulture, $"{name}{{{label}=\"{PrometheusText.Escape(whose)}\"}} {of(gate!)}\n");
    }
}
