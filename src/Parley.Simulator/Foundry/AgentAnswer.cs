namespace Parley.Simulator;

/// <summary>
/// What a simulated agent says: the answer's prefix and the question. A grounded answer goes on with markers of every kind there is: of two pages,
/// the first of them twice, of a file with a quote, and one that no annotation speaks of. An answer is grounded when the agent's name begins with
/// <c>bing</c> (<c>asst_bing…</c>), the question contains <c>cite</c> or the <c>tool_choice</c> forces it; <c>simulate:long-markers</c> in the question writes the markers as
/// <c>【3:0†title†address】</c>.
/// </summary>
internal sealed record AgentAnswer(string Question, string Text, IReadOnlyList<Citation> Citations)
{
    // How a stream cuts the text: no length fits the markers, so that they are cut at every place sooner or later.
    private static readonly int[] PieceLengths = [5, 1, 9, 2, 14, 3];

    private static readonly CitedSource One = new("3:0", "Example One", Url: "https://example.com/one");
    private static readonly CitedSource Two = new("3:1", "Example \"Two\"", Url: "https://example.com/two?a=1&b=%202");
    private static readonly CitedSource Notes = new("4:0", "notes.txt", FileId: "assistant-SimulatedNotes", Quote: "What the notes say.");

    public bool Grounded => Citations.Count > 0;

    /// <summary>
    /// The request as a classic agent's run step shows it: the address of Bing's API with the model's call as its query, not escaped
    /// (microsoft/semantic-kernel's samples show it); what a person may open has to be made of it.
    /// </summary>
    public string RequestUrl => $"https://api.bing.microsoft.com/v7.0/search?q=search(query: \"{Question}\")";

    public static AgentAnswer Compose(SimulatorOptions options, string agent, string question, string? toolChoice = null)
    {
        var text = options.AnswerPrefix + question;
        var name = agent.StartsWith("asst_", StringComparison.Ordinal) ? agent[5..] : agent;
        var grounded = toolChoice is "required" or "bing_grounding"
            || name.StartsWith("bing", StringComparison.OrdinalIgnoreCase) || question.Contains("cite", StringComparison.OrdinalIgnoreCase);
        if (!grounded || toolChoice == "none")
            return new AgentAnswer(question, text, []);
        var longMarkers = question.Contains("simulate:long-markers", StringComparison.Ordinal);
        var citations = new List<Citation>();
        foreach (var (words, source) in (ReadOnlySpan<(string, CitedSource)>)
            [("", One), (" More of it", Two), (", as the first says", One), (", and a file", Notes)])
        {
            text += words;
            var marker = longMarkers && source.Url is not null ? $"【{source.Label}†{source.Title}†{source.Url}】"
                : source.FileId is not null ? $"【{source.Label}†{source.Title}】"
                : $"【{source.Label}†source】";
            citations.Add(new Citation(marker, text.Length, source));
            text += marker;
        }
        return new AgentAnswer(question, text + ". Nobody cites this【5:2†source】.", citations);
    }

    /// <summary>The text as it is streamed, each piece with the citations whose marker ends in it.</summary>
    public IEnumerable<(string Text, IReadOnlyList<(int Index, Citation Citation)> Citations)> Pieces()
    {
        for (var (at, turn) = (0, 0); at < Text.Length; turn++)
        {
            var end = Math.Min(Text.Length, at + PieceLengths[turn % PieceLengths.Length]);
            if (end < Text.Length && char.IsLowSurrogate(Text[end]))
                end++;
            var (start, stop) = (at, end);
            yield return (Text[start..stop], [.. Citations.Select((citation, index) => (index, citation)).Where(c => c.citation.End > start && c.citation.End <= stop)]);
            at = end;
        }
    }

    /// <summary>The first half, for an answer that was broken off; a marker may be cut in two.</summary>
    public AgentAnswer Half()
    {
        var end = Text.Length / 2;
        if (end > 0 && char.IsHighSurrogate(Text[end - 1]))
            end--;
        return this with { Text = Text[..end], Citations = [.. Citations.Where(citation => citation.End <= end)] };
    }
}
