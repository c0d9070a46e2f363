using Parley.Dialects.Json;

namespace Parley.Dialects.Conversations;

/// <summary>
/// Puts interleaved parts one behind the other, for dialects whose blocks must not overlap (Anthropic, Converse). The open part
/// streams on; of every other part the events wait until it has ended. Text and reasoning are not waited for: when another part
/// begins they are closed, and what still comes for them opens a new part. Those dialects have one answer: what belongs to another
/// choice than the first stops here, and closes nothing.
/// </summary>
/// <param name="next">Who takes the parts; numbered anew.</param>
public sealed class PartSequencer(IReplySink next) : IReplySink, IDisposable
{
    private readonly List<WaitingPart> _parts = [];
    private int _open = -1;
    private int _given;

    /// <inheritdoc/>
    public void Accept(in ReplyEvent reply)
    {
        switch (reply.Kind)
        {
            case ReplyEventKind.PartStarted:
                Start(in reply);
                break;
            case ReplyEventKind.Delta or ReplyEventKind.Signature or ReplyEventKind.Redacted or ReplyEventKind.Cited:
                Continue(in reply);
                break;
            case ReplyEventKind.PartEnded:
                End(in reply);
                break;
            default:
                if (reply.Choice <= 0) next.Accept(in reply);
                break;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var part in _parts) part.Dispose();
    }

    private void Start(in ReplyEvent reply)
    {
        var part = new WaitingPart(reply);
        _parts.Add(part);
        if (part.IsOfAnotherChoice) return;
        if (_open >= 0 && _parts[_open].CanBeSplit) Close();
        if (_open < 0) Open(reply.Part);
        else part.Keep();
    }

    private void Continue(in ReplyEvent reply)
    {
        var part = _parts[reply.Part];
        if (part.IsOfAnotherChoice) return;
        // Text that goes on behind a tool call: a new block, unless a call is still open.
        if (_open < 0 && part.IsClosed) Open(reply.Part);
        if (reply.Part == _open) next.Accept(reply with { Part = part.Number });
        else part.Add(in reply);
    }

    private void End(in ReplyEvent reply)
    {
        _parts[reply.Part].HasEnded = true;
        if (reply.Part != _open) return;
        Close();
        // What waited comes in the order in which it began; the first that has not ended streams from here on.
        for (var i = 0; i < _parts.Count && _open < 0; i++)
        {
            var part = _parts[i];
            if (!part.IsWaiting) continue;
            Open(i);
            part.Replay(next);
            if (part.HasEnded) Close();
        }
    }

    private void Open(int index)
    {
        var part = _parts[index];
        _open = index;
        part.Number = _given++;
        part.IsClosed = false;
        next.Accept(part.Opening() with { Part = part.Number });
    }

    private void Close()
    {
        var part = _parts[_open];
        next.Accept(new ReplyEvent(ReplyEventKind.PartEnded) { Part = part.Number, Choice = part.Choice, PartKind = part.Kind });
        part.IsClosed = true;
        _open = -1;
    }

    private sealed class WaitingPart(in ReplyEvent start) : IDisposable
    {
        private readonly ReplyEvent _start = ReplyCopies.KeepWithoutText(in start);

        private readonly PooledBuffer _bytes = new(256);
        private List<(ReplyEvent Event, int Length)>? _events;
        private bool _isKept;

        internal int Number { get; set; }

        internal bool HasEnded { get; set; }

        internal bool IsClosed { get; set; }

        internal int Choice => _start.Choice;

        internal bool IsOfAnotherChoice => _start.Choice > 0;

        internal ReplyPartKind Kind => _start.PartKind;

        internal bool CanBeSplit => Kind is ReplyPartKind.Text or ReplyPartKind.Reasoning or ReplyPartKind.ReasoningSummary or ReplyPartKind.Refusal;

        internal bool IsWaiting => _isKept || _events is { Count: > 0 };

        internal ReplyEvent Opening() => _start;

        internal void Keep() => _isKept = true;

        internal void Add(in ReplyEvent reply)
        {
            _bytes.Append(reply.Text.Span);
            (_events ??= []).Add((ReplyCopies.KeepWithoutText(in reply), reply.Text.Raw.Length));
        }

        internal void Replay(IReplySink next)
        {
            var at = 0;
            foreach (var (waiting, length) in _events ?? [])
            {
                next.Accept(waiting with { Part = Number, Text = new JsonString(_bytes.Memory.Slice(at, length)) });
                at += length;
            }

            _isKept = false;
            _events = null;
            _bytes.Clear();
        }

        public void Dispose() => _bytes.Dispose();
    }
}
