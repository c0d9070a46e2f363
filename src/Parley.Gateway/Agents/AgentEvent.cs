using Parley.Dialects.Conversations;
using Parley.Gateway.Exchange;

namespace Parley.Gateway.Agents;

/// <summary>What a caller of an agent is told, as it comes. A closed set; the last is <see cref="Ended"/> or <see cref="Failed"/>, and there is always one.</summary>
internal abstract record AgentEvent
{
    private AgentEvent()
    {
    }

    /// <summary>A piece of the text, without markers. Pieces put together are the answer's content.</summary>
    internal sealed record Text(string Piece) : AgentEvent;

    /// <summary>A source that the text uses for the first time, with its number.</summary>
    internal sealed record Cited(AgentCitation Citation) : AgentEvent;

    /// <summary>A search that the agent made.</summary>
    internal sealed record Searched(AgentSearch Search) : AgentEvent;

    /// <summary>There is no answer, whatever came before.</summary>
    internal sealed record Failed(GatewayError Error) : AgentEvent;

    /// <summary>The answer is whole, and what it used is recorded.</summary>
    /// <param name="Usage">What it used; null when nobody says.</param>
    internal sealed record Ended(TokenUsage? Usage) : AgentEvent;
}
