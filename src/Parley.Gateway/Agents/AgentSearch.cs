namespace Parley.Gateway.Agents;

/// <summary>A search that an agent made.</summary>
/// <param name="Query">What it looked for; empty when only the link is told.</param>
/// <param name="Url">The link to the same search, as the provider gave it or as Bing's own address for the query.</param>
internal sealed record AgentSearch(string Query, string Url);
