namespace Parley.Gateway.Agents;

/// <summary>Who runs an agent, as the ledger and the answer's headers name it.</summary>
/// <param name="Provider">The kind of service: one of few words, because it is a label of metrics.</param>
/// <param name="Id">The agent's own name or id there.</param>
internal sealed record AgentHost(string Provider, string Id);
