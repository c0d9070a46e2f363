using Parley.Dialects.Conversations;

namespace Parley.Dialects.Tests.OpenAIChat;

/// <summary>Checks the order that <see cref="ReplyEventKind"/> promises, and passes the events on.</summary>
internal sealed class OrderChecker(IReplySink next) : IReplySink
{
    private readonly Dictionary<int, (int Choice, bool IsOpen)> _parts = [];
    private readonly HashSet<int> _finished = [];
    private bool _hasStarted;
    private bool _hasEnded;

    public void Accept(in ReplyEvent reply)
    {
        Assert.False(_hasEnded, $"{reply.Kind} behind the end");
        if (reply.Kind != ReplyEventKind.Failed) Assert.True(_hasStarted == (reply.Kind != ReplyEventKind.Started), $"{reply.Kind} before the start");
        switch (reply.Kind)
        {
            case ReplyEventKind.Started:
                _hasStarted = true;
                break;
            case ReplyEventKind.PartStarted:
                Assert.Equal(_parts.Count, reply.Part);
                Assert.DoesNotContain(reply.Choice, _finished);
                _parts.Add(reply.Part, (reply.Choice, true));
                break;
            case ReplyEventKind.Delta or ReplyEventKind.Signature or ReplyEventKind.Redacted or ReplyEventKind.Cited:
                Assert.True(_parts[reply.Part].IsOpen, $"{reply.Kind} of a part that has ended");
                break;
            case ReplyEventKind.PartEnded:
                Assert.True(_parts[reply.Part].IsOpen);
                _parts[reply.Part] = (reply.Choice, false);
                break;
            case ReplyEventKind.Finished:
                Assert.True(_finished.Add(reply.Choice));
                Assert.DoesNotContain((reply.Choice, true), _parts.Values);
                break;
            case ReplyEventKind.Completed or ReplyEventKind.Failed:
                _hasEnded = true;
                break;
        }

        next.Accept(in reply);
    }
}
