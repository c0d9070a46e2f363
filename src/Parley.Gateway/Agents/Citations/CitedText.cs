namespace Parley.Gateway.Agents.Citations;

/// <summary>What an agent says → what its caller is told: markers out of the text, each source once and with a number, each search once.</summary>
internal sealed class CitedText
{
    private const int MostSearches = 100;

    private readonly MarkerFilter _filter = new();
    private readonly CitationNumbering _numbers = new();
    private readonly HashSet<AgentSearch> _searches = [];

    internal IEnumerable<AgentEvent> Read(AgentStep step)
    {
        switch (step)
        {
            case AgentStep.Text text when _filter.Append(text.Piece) is { Length: > 0 } certain:
                yield return new AgentEvent.Text(certain);
                break;
            case AgentStep.Sourced source:
                if (source.Marker is not null) _filter.Expect(source.Marker);
                if (_numbers.Note(source.Citation) is { } numbered) yield return new AgentEvent.Cited(numbered);
                break;
            case AgentStep.Searched searched when _searches.Count < MostSearches && _searches.Add(searched.Search):
                yield return new AgentEvent.Searched(searched.Search);
                break;
            case AgentStep.Failed failed:
                yield return new AgentEvent.Failed(failed.Error);
                break;
            case AgentStep.Ended ended:
                if (_filter.End() is { Length: > 0 } rest) yield return new AgentEvent.Text(rest);
                yield return new AgentEvent.Ended(ended.Usage);
                break;
        }
    }
}
