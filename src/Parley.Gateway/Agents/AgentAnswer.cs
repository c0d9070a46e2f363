using Parley.Gateway.Exchange;

namespace Parley.Gateway.Agents;

/// <summary>The whole answer of an agent.</summary>
/// <param name="Error">Why there is none; null when there is. With an error all else is empty: half an answer is none.</param>
/// <param name="Content">The text, without the markers of its sources.</param>
/// <param name="Citations">The sources, numbered from 1 in the order in which the text first uses them.</param>
/// <param name="Searches">The searches that the agent made, which Microsoft's terms of use want shown beside the sources.</param>
internal sealed record AgentAnswer(GatewayError? Error, string Content, IReadOnlyList<AgentCitation> Citations, IReadOnlyList<AgentSearch> Searches)
{
    internal static AgentAnswer Failed(GatewayError error) => new(error, "", [], []);
}
