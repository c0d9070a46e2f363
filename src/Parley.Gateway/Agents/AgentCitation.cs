namespace Parley.Gateway.Agents;

/// <summary>One source of an agent's answer: a web page (contracts §4: <c>type: url</c>) or words of a file (<c>type: file</c>).</summary>
/// <param name="Id">Its number, from 1.</param>
internal abstract record AgentCitation(int Id)
{
    /// <summary>A web page.</summary>
    internal sealed record OfUrl(int Id, string Url, string Title) : AgentCitation(Id);

    /// <summary>A file.</summary>
    internal sealed record OfFile(int Id, string Quote) : AgentCitation(Id);
}
