using Parley.Dialects.Json;

namespace Parley.Dialects.Conversations;

/// <summary>
/// Turns the call of the tool that stands for the structured output (<see cref="RequestWriting.OutputTool"/>) back into what the
/// caller asked for: a text that is the arguments. Other calls pass. What the model says beside that call would make the text no JSON,
/// so texts wait until the choice ends: they are left out, and reported, when the call comes, and given when it does not, since then
/// the model has answered with them.
/// </summary>
/// <param name="tool">The tool's name.</param>
/// <param name="losses">Where to report.</param>
/// <param name="next">Who takes the events; parts are numbered anew.</param>
public sealed class SyntheticToolFilter(JsonString tool, LossReport losses, IReplySink next) : IReplySink
{
    // No remark beside a call is as long: a choice with more text is an answer in text, and waits no longer.
    private const int MostHeld = 1 << 20;

    private readonly Dictionary<int, WatchedChoice> _choices = [];
    private readonly Dictionary<int, WatchedChoice> _waiting = [];
    private readonly Dictionary<int, int> _numbers = [];
    private readonly HashSet<int> _outputs = [];

    /// <inheritdoc/>
    public void Accept(in ReplyEvent reply)
    {
        switch (reply.Kind)
        {
            case ReplyEventKind.PartStarted:
                Start(in reply);
                break;
            case ReplyEventKind.Delta or ReplyEventKind.Signature or ReplyEventKind.Redacted or ReplyEventKind.Cited or ReplyEventKind.PartEnded:
                Continue(in reply);
                break;
            case ReplyEventKind.Finished:
                Finish(in reply);
                break;
            case ReplyEventKind.Completed or ReplyEventKind.Failed:
                foreach (var choice in _choices.Values) Release(choice);
                next.Accept(in reply);
                break;
            default:
                next.Accept(in reply);
                break;
        }
    }

    private void Start(in ReplyEvent reply)
    {
        var choice = Choice(reply.Choice);
        if (reply.PartKind == ReplyPartKind.ToolCall && reply.Name == tool)
        {
            Drop(choice);
            if (choice.HasOutput)
            {
                Lose(); // a second answer behind the first
                return;
            }

            choice.HasOutput = true;
            _outputs.Add(reply.Part);
            Give(reply with { PartKind = ReplyPartKind.Text, Id = default, Name = default });
            return;
        }

        if (reply.PartKind is ReplyPartKind.ToolCall or ReplyPartKind.CustomToolCall)
        {
            // A turn that calls the caller's tools is not the answer yet: what is said beside them is shown.
            choice.HasCalls = true;
            Release(choice);
        }
        else if (reply.PartKind == ReplyPartKind.Text && choice.HasOutput)
        {
            return; // its first word reports it
        }
        else if (reply.PartKind == ReplyPartKind.Text && choice is { HasCalls: false, IsFull: false })
        {
            _waiting[reply.Part] = choice;
            choice.Held.Add(in reply);
            return;
        }

        Give(in reply);
    }

    private void Continue(in ReplyEvent reply)
    {
        if (_numbers.ContainsKey(reply.Part))
        {
            Give(in reply);
        }
        else if (!_waiting.TryGetValue(reply.Part, out var choice))
        {
            if (reply is { Kind: ReplyEventKind.Delta, Text.IsEmpty: false }) Lose();
        }
        else
        {
            choice.Held.Add(in reply);
            if (choice.Held.Length <= MostHeld) return;
            choice.IsFull = true;
            Release(choice);
        }
    }

    private void Finish(in ReplyEvent reply)
    {
        var choice = Choice(reply.Choice);
        Release(choice);
        // The provider's word would say that a tool is to be run: it goes with the reason.
        if (reply.Finish == FinishReason.ToolCalls && choice is { HasOutput: true, HasCalls: false })
            next.Accept(reply with { Finish = FinishReason.Stop, Text = default });
        else next.Accept(in reply);
    }

    private void Give(in ReplyEvent reply)
    {
        if (reply.Kind == ReplyEventKind.PartStarted) _numbers[reply.Part] = _numbers.Count;
        var kind = _outputs.Contains(reply.Part) ? ReplyPartKind.Text : reply.PartKind;
        next.Accept(reply with { Part = _numbers[reply.Part], PartKind = kind });
    }

    private void Release(WatchedChoice choice)
    {
        Forget(choice);
        choice.Held.Release(new Giver(this));
    }

    private void Drop(WatchedChoice choice)
    {
        if (choice.Held.Length > 0) Lose();
        Forget(choice);
        choice.Held.Drop();
    }

    private void Forget(WatchedChoice choice)
    {
        foreach (var (part, of) in _waiting)
        {
            if (of == choice) _waiting.Remove(part);
        }
    }

    private void Lose() => losses.Add("reply.content.text", "said beside the answer in the form that was asked for");

    private WatchedChoice Choice(int index)
    {
        if (!_choices.TryGetValue(index, out var choice)) _choices[index] = choice = new WatchedChoice();
        return choice;
    }

    private sealed class WatchedChoice
    {
        internal HeldParts Held { get; } = new();

        internal bool HasOutput { get; set; }

        internal bool HasCalls { get; set; }

        internal bool IsFull { get; set; }
    }

    private sealed class Giver(SyntheticToolFilter filter) : IReplySink
    {
        public void Accept(in ReplyEvent reply) => filter.Give(in reply);
    }
}
