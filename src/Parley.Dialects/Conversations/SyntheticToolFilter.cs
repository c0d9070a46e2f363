using Parley.Dialects.Json;

namespace Parley.Dialects.Conversations;

/// <summary>
/// Turns the call of the tool that stands for the structured output (<see cref="RequestWriting.OutputTool"/>) back into what the
/// caller asked for: a text that is the arguments. Other calls pass, and so does plain text, where the model answered with that.
/// </summary>
/// <param name="tool">The tool's name.</param>
/// <param name="next">Who takes the events.</param>
public sealed class SyntheticToolFilter(JsonString tool, IReplySink next) : IReplySink
{
    private readonly HashSet<int> _outputs = [];
    private readonly HashSet<int> _choicesWithOutput = [];
    private readonly HashSet<int> _choicesWithCalls = [];

    /// <inheritdoc/>
    public void Accept(in ReplyEvent reply)
    {
        if (reply.Kind == ReplyEventKind.PartStarted && reply.PartKind is ReplyPartKind.ToolCall or ReplyPartKind.CustomToolCall)
        {
            if (reply.PartKind == ReplyPartKind.ToolCall && reply.Name == tool)
            {
                _outputs.Add(reply.Part);
                _choicesWithOutput.Add(reply.Choice);
                next.Accept(reply with { PartKind = ReplyPartKind.Text, Id = default, Name = default });
                return;
            }

            _choicesWithCalls.Add(reply.Choice);
        }

        if (reply.Kind is ReplyEventKind.Delta or ReplyEventKind.PartEnded && _outputs.Contains(reply.Part))
            next.Accept(reply with { PartKind = ReplyPartKind.Text });
        // The provider's word would say that a tool is to be run: it goes with the reason.
        else if (reply is { Kind: ReplyEventKind.Finished, Finish: FinishReason.ToolCalls }
            && _choicesWithOutput.Contains(reply.Choice) && !_choicesWithCalls.Contains(reply.Choice))
            next.Accept(reply with { Finish = FinishReason.Stop, Text = default });
        else next.Accept(in reply);
    }
}
