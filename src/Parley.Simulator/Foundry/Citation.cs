namespace Parley.Simulator;

/// <summary>A citation inside an agent's text.</summary>
/// <param name="Marker">What stands in the text for it: <c>【3:0†source】</c>.</param>
/// <param name="Start">Where the marker begins, in UTF-16 units.</param>
/// <param name="Source">What is cited.</param>
internal sealed record Citation(string Marker, int Start, CitedSource Source)
{
    public int End => Start + Marker.Length;
}
