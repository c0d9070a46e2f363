namespace Parley.Gateway.Configuration;

/// <summary>One of the <c>tools</c> of an agent of kind <c>model</c>: either another agent, or a tool that the provider runs.</summary>
/// <param name="Agent">The other agent's name; null for a provider's tool.</param>
/// <param name="Json">The provider's tool, sent as it is; empty for another agent.</param>
public sealed record AgentToolConfig(string? Agent, ReadOnlyMemory<byte> Json);
