using Parley.Gateway.Calls;
using Parley.Gateway.Exchange;
using Parley.Gateway.Ledger;
using Parley.Gateway.Resilience;
using Parley.Gateway.Telemetry;

namespace Parley.Gateway.Agents;

/// <summary>The usage records of hosted agents' runs: exactly one each. Agents whose calls are recorded themselves get none.</summary>
internal sealed class AgentLedger(UsageLedger ledger, GatewayMetrics metrics, FailureLog failures, TimeProvider time)
{
    /// <summary>Why no run may begin now; null when one may.</summary>
    internal GatewayError? Refusal(Agent agent) => agent.Host is null || ledger.IsAccepting ? null : ExchangePipeline.LedgerAway;

    /// <summary>Begins the record of a run. The request's first call gets the request's own id.</summary>
    internal AgentRecord Begin(AgentRun run, Agent agent) =>
        new(run, agent, agent.Host is null ? null : CallCount.NextIdentity(run.Http, time, out _), ledger, metrics, failures, time);
}
