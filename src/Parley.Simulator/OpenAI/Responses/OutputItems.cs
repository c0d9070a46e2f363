namespace Parley.Simulator;

/// <summary>An answer as the items of a Responses output: reasoning first where the model reasons, then the message or the function calls.</summary>
internal static class OutputItems
{
    private const string Summary = "**Simulating** The answer follows from the request.";

    public static IReadOnlyList<OutputItem> Of(SimulatedCall call, Answer answer)
    {
        var items = new List<OutputItem>();
        if (answer.Usage.Reasoning > 0)
        {
            items.Add(new ReasoningItem(call.Id("rs_", 50),
                call.Body.Find("reasoning")?.FindString("summary") is not null ? Summary : null,
                call.Body.FindArray("include").Any(i => i.ValueEquals("reasoning.encrypted_content")) ? call.Id("gAAAAAB", 100) : null));
        }
        for (var index = 0; index < answer.ToolCalls.Count; index++)
            items.Add(new FunctionCallItem(call.Id("fc_", 50, index % 32), answer.ToolCalls[index]));
        // A limit that the reasoning used up leaves no message at all.
        if (answer.ToolCalls.Count == 0 && !(answer.Truncated && answer.Pieces.Count == 0))
            items.Add(new MessageItem(call.Id("msg_", 50), answer.Pieces, answer.Truncated));
        return items;
    }
}
