using Parley.Dialects.Conversations;
using Parley.Gateway.Exchange;

namespace Parley.Gateway.Agents;

/// <summary>What an agent says while it runs, as its provider says it: markers still in the text, sources without numbers. A closed set.</summary>
internal abstract record AgentStep
{
    private AgentStep()
    {
    }

    /// <summary>A piece of the answer's text.</summary>
    internal sealed record Text(string Piece) : AgentStep;

    /// <summary>A source of the text. It may come before the text that it belongs to or after it; sources come in the order in which the text uses them.</summary>
    /// <param name="Citation">The source; its number is not looked at.</param>
    /// <param name="Marker">What stands for it in the text, where the provider says so.</param>
    internal sealed record Sourced(AgentCitation Citation, string? Marker = null) : AgentStep;

    /// <summary>A search that was made.</summary>
    internal sealed record Searched(AgentSearch Search) : AgentStep;

    /// <summary>There is no answer. The last step.</summary>
    internal sealed record Failed(GatewayError Error) : AgentStep;

    /// <summary>The answer is whole. The last step.</summary>
    /// <param name="Usage">What it used; null when the provider does not say.</param>
    internal sealed record Ended(TokenUsage? Usage) : AgentStep;
}
