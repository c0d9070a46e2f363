using Parley.Dialects.Json;

namespace Parley.Dialects.Conversations;

/// <summary>
/// Stands in front of everything that watches an answer, and makes an error of one that says nothing because the model's tool call
/// could not be read, where the caller's dialect has no word for that: a message of Anthropic's would be empty and look finished.
/// </summary>
/// <param name="request">The request that is answered.</param>
/// <param name="next">Who takes the events.</param>
public sealed class UnreadableReplySink(Conversation request, IReplySink next) : IReplySink
{
    private bool _hasContent;
    private bool _hasFailed;

    /// <inheritdoc/>
    public void Accept(in ReplyEvent reply)
    {
        if (_hasFailed) return;
        _hasContent |= reply.Kind == ReplyEventKind.PartStarted && reply.PartKind is not (ReplyPartKind.Reasoning or ReplyPartKind.ReasoningSummary);
        if (_hasContent || request.Origin != Dialect.AnthropicMessages || reply is not { Kind: ReplyEventKind.Finished, Finish: FinishReason.MalformedToolCall })
        {
            next.Accept(in reply);
            return;
        }

        _hasFailed = true;
        var word = reply.Text.IsEmpty ? "malformed_tool_call" : reply.Text.ToText();
        next.Accept(new ReplyEvent(ReplyEventKind.Failed)
        {
            Name = JsonString.Literal("upstream_failed"u8),
            Text = JsonString.From($"The model wrote a tool call that cannot be read ({word}), and nothing else. Try again."),
            Status = 502,
        });
    }
}
