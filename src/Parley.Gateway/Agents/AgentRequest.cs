namespace Parley.Gateway.Agents;

/// <summary>A question as it came over HTTP.</summary>
internal sealed record AgentRequest(string Query, bool IsStream);
