using Parley.Dialects.Streaming;

namespace Parley.Dialects.Conversations;

/// <summary>Notes of a translated answer what the ledger needs, and passes the events on.</summary>
internal sealed class ReplyObserver(ReplyObservation reply, IReplySink next) : IReplySink
{
    /// <summary>What the events since the last <see cref="Reset"/> amount to.</summary>
    internal FrameKind Kind { get; private set; } = FrameKind.Other;

    internal bool IsCompleted { get; private set; }

    internal void Reset() => Kind = FrameKind.Other;

    /// <inheritdoc/>
    public void Accept(in ReplyEvent happened)
    {
        switch (happened.Kind)
        {
            case ReplyEventKind.Started:
                if (happened.Id.IsPresent) reply.Id ??= happened.Id.ToText();
                if (!happened.Name.IsEmpty) reply.Model ??= happened.Name.ToText();
                Raise(FrameKind.Prelude);
                break;
            case ReplyEventKind.PartStarted:
                var isWhole = happened.PartKind is ReplyPartKind.ToolCall or ReplyPartKind.CustomToolCall or ReplyPartKind.Media or ReplyPartKind.Opaque;
                if (isWhole) reply.HasContent = true;
                Raise(isWhole ? FrameKind.Content : FrameKind.Prelude);
                break;
            case ReplyEventKind.Delta:
                if (happened.Text.IsEmpty) break;
                reply.HasContent = true;
                Raise(FrameKind.Content);
                break;
            case ReplyEventKind.Usage:
                reply.HasUsage = true;
                reply.Usage = happened.Tokens;
                Raise(FrameKind.Usage);
                break;
            case ReplyEventKind.Finished:
                reply.FinishReason ??= happened.Text.IsPresent ? happened.Text.ToText() : happened.Finish.ToString();
                Raise(FrameKind.Prelude);
                break;
            case ReplyEventKind.Completed:
                IsCompleted = true;
                Raise(FrameKind.Done);
                break;
            case ReplyEventKind.Failed:
                reply.HasError = true;
                if (happened.Text.IsPresent) reply.ErrorMessage ??= happened.Text.ToText();
                if (happened.Name.IsPresent) reply.ErrorCode ??= happened.Name.ToText();
                if (happened.Status > 0) reply.ErrorStatus ??= happened.Status;
                Raise(FrameKind.Error);
                break;
        }

        next.Accept(in happened);
    }

    // A frame may hold several events: what matters most to the relay counts.
    private void Raise(FrameKind kind)
    {
        if (Weight(kind) > Weight(Kind)) Kind = kind;
    }

    private static int Weight(FrameKind kind) => kind switch
    {
        FrameKind.Error => 5,
        FrameKind.Done => 4,
        FrameKind.Content => 3,
        FrameKind.Usage => 1,
        FrameKind.Prelude => 2,
        _ => 0,
    };
}
