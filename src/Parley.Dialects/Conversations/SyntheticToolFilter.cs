using Parley.Dialects.Json;

namespace Parley.Dialects.Conversations;

/// <summary>
/// Turns the call of the tool that stands for structured output back into what the caller asked for: its arguments become the
/// text of the answer, and an answer that only called it has stopped, not called tools. Text that the model wrote in place of the
/// call passes as it is.
/// </summary>
/// <param name="tool">The tool's name.</param>
/// <param name="next">Who takes the events.</param>
public sealed class SyntheticToolFilter(JsonString tool, IReplySink next) : IReplySink
{
    private readonly HashSet<int> _turned = [];
    private bool _hasOtherCall;

    /// <inheritdoc/>
    public void Accept(in ReplyEvent reply)
    {
        switch (reply.Kind)
        {
            case ReplyEventKind.PartStarted when reply.PartKind == ReplyPartKind.ToolCall:
                if (reply.Name == tool)
                {
                    _turned.Add(reply.Part);
                    next.Accept(new ReplyEvent(ReplyEventKind.PartStarted) { Choice = reply.Choice, Part = reply.Part, PartKind = ReplyPartKind.Text });
                    return;
                }

                _hasOtherCall = true;
                break;
            case ReplyEventKind.Delta when _turned.Contains(reply.Part):
                // The arguments are string content that holds JSON: as the text of an answer they are written in just that way.
                next.Accept(reply with { PartKind = ReplyPartKind.Text });
                return;
            case ReplyEventKind.PartEnded when _turned.Contains(reply.Part):
                next.Accept(reply with { PartKind = ReplyPartKind.Text });
                return;
            case ReplyEventKind.Finished when reply.Finish == FinishReason.ToolCalls && !_hasOtherCall && _turned.Count > 0:
                next.Accept(reply with { Finish = FinishReason.Stop, Text = default });
                return;
        }

        next.Accept(in reply);
    }
}
