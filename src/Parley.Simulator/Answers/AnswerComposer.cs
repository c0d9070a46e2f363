using System.Text.RegularExpressions;

namespace Parley.Simulator;

/// <summary>Makes the answer from the prompt, and from nothing else.</summary>
internal static partial class AnswerComposer
{
    // A round number that no visible text of a test has by accident.
    private const int ReasoningTokens = 64;

    public static Answer Compose(SimulatedCall call, Prompt prompt, int choice = 0)
    {
        var reasons = prompt.Reasons ?? (ModelTraits.Reasons(prompt.Model) && prompt.ReasoningEffort is not ("none" or "minimal"));
        var reasoning = reasons ? Math.Min(ReasoningTokens, prompt.MaxTokens ?? ReasoningTokens) : 0;
        var thinking = reasons ? $"The user says: {prompt.LastUserText}" : null;
        var calls = ToolCalls(call, prompt, choice);
        if (calls.Count > 0)
        {
            var spoken = calls.Sum(c => Tokens.Count(c.Name) + Tokens.Count(c.Arguments));
            return new Answer { ToolCalls = calls, Thinking = thinking, Usage = Usage(prompt, spoken, reasoning) };
        }
        var (pieces, stop) = prompt.JsonText
            ? (Tokens.Split(SchemaSampler.Sample(prompt.Schema, prompt.LastUserText)), null)
            : Stopped(AnswerShape.Of(call).Cut(call.Options.AnswerPrefix + prompt.LastUserText + (choice == 0 ? "" : $" ({choice + 1})")), prompt.Stop);
        var room = prompt.MaxTokens - reasoning;
        var truncated = room < pieces.Count;
        if (truncated)
            pieces.RemoveRange(room!.Value, pieces.Count - room.Value);
        return new Answer
        {
            Pieces = pieces,
            Truncated = truncated,
            StopSequence = truncated ? null : stop,
            Thinking = thinking,
            Usage = Usage(prompt, pieces.Count, reasoning),
        };
    }

    private static AnswerUsage Usage(Prompt prompt, int visible, int reasoning) =>
        new(prompt.InputTokens, ModelTraits.ReportsCached(prompt.Model) ? prompt.InputTokens / 2 : 0, visible + reasoning, reasoning);

    private static List<AnswerToolCall> ToolCalls(SimulatedCall call, Prompt prompt, int choice)
    {
        if (prompt.Tools.Count == 0 || prompt.ToolChoice == "none" || (prompt.AfterToolResults && prompt.ToolChoice is "auto"))
            return [];
        var asked = CallPattern().Matches(prompt.LastUserText).Select(match => match.Groups[1].Value)
            .Select(name => prompt.Tools.FirstOrDefault(tool => tool.Name == name)).OfType<PromptTool>().ToList();
        var chosen = prompt.ToolChoice switch
        {
            "auto" => asked,
            "required" => asked.Count > 0 ? asked : [prompt.Tools[0]],
            var name => [.. prompt.Tools.Where(tool => tool.Name == name)],
        };
        if (!prompt.ParallelToolCalls && chosen.Count > 1)
            chosen = [chosen[0]];
        return [.. chosen.Select((tool, index) =>
            new AnswerToolCall(call.Id(prompt.ToolIdPrefix, 24, (index + choice) % 32), tool.Name, SchemaSampler.Sample(tool.Parameters, prompt.LastUserText)))];
    }

    // A stop sequence may lie across pieces, so it is looked for in the whole text.
    private static (List<string> Pieces, string? Stop) Stopped(List<string> pieces, IReadOnlyList<string> stop)
    {
        if (stop.Count == 0)
            return (pieces, null);
        var text = string.Concat(pieces);
        var (word, end) = stop.Where(s => s.Length > 0).Select(s => (Word: s, At: text.IndexOf(s, StringComparison.Ordinal)))
            .Where(found => found.At >= 0).DefaultIfEmpty((Word: "", At: text.Length)).MinBy(found => found.At);
        return end == text.Length ? (pieces, null) : (Tokens.Split(text[..end]), word);
    }

    [GeneratedRegex(@"call:([A-Za-z0-9_.-]+)")]
    private static partial Regex CallPattern();
}
