namespace Parley.Gateway.Agents.Citations;

/// <summary>Numbers sources from 1 in the order in which they are first used; the same address, or the same words of a file, keep their number.</summary>
internal sealed class CitationNumbering
{
    private const int Most = 500;

    private readonly HashSet<(bool IsUrl, string Text)> _known = [];

    /// <summary>The source with its number; null when it has one already.</summary>
    internal AgentCitation? Note(AgentCitation source)
    {
        var key = source is AgentCitation.OfUrl url ? (true, url.Url) : (false, ((AgentCitation.OfFile)source).Quote);
        return _known.Count < Most && _known.Add(key) ? source with { Id = _known.Count } : null;
    }
}
