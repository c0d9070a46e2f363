using Parley.Dialects.Streaming;

namespace Parley.Dialects.Conversations;

/// <summary>Notes of a translated answer what the ledger needs, and passes the events on.</summary>
public sealed class ReplyObserver(ReplyObservation observed, IReplySink next) : IReplySink
{
    /// <summary>What the events since the last <see cref="Reset"/> amount to.</summary>
    public FrameKind Kind { get; private set; } = FrameKind.Other;

    /// <summary>True once the dialect's own end came.</summary>
    public bool IsCompleted { get; private set; }

    /// <summary>Begins the next frame.</summary>
    public void Reset() => Kind = FrameKind.Other;

    /// <inheritdoc/>
    public void Accept(in ReplyEvent reply)
    {
        switch (reply.Kind)
        {
            case ReplyEventKind.Started:
                if (reply.Id.IsPresent) observed.Id ??= reply.Id.ToText();
                if (!reply.Name.IsEmpty) observed.Model ??= reply.Name.ToText();
                Raise(FrameKind.Prelude);
                break;
            case ReplyEventKind.PartStarted:
                var isWhole = reply.PartKind is ReplyPartKind.ToolCall or ReplyPartKind.CustomToolCall or ReplyPartKind.Media or ReplyPartKind.Opaque;
                if (isWhole) observed.HasContent = true;
                Raise(isWhole ? FrameKind.Content : FrameKind.Prelude);
                break;
            case ReplyEventKind.Delta:
                if (reply.Text.IsEmpty) break;
                observed.HasContent = true;
                Raise(FrameKind.Content);
                break;
            case ReplyEventKind.Usage:
                observed.HasUsage = true;
                observed.Usage = reply.Tokens;
                Raise(FrameKind.Usage);
                break;
            case ReplyEventKind.Finished:
                if (reply.Text.IsPresent || reply.Finish != FinishReason.None) observed.FinishReason ??= reply.Text.IsPresent ? reply.Text.ToText() : reply.Finish.ToString();
                Raise(FrameKind.Prelude);
                break;
            case ReplyEventKind.Completed:
                IsCompleted = true;
                Raise(FrameKind.Done);
                break;
            case ReplyEventKind.Failed:
                observed.HasError = true;
                if (reply.Text.IsPresent) observed.ErrorMessage ??= reply.Text.ToText();
                if (reply.Name.IsPresent) observed.ErrorCode ??= reply.Name.ToText();
                if (reply.Status > 0) observed.ErrorStatus ??= reply.Status;
                Raise(FrameKind.Error);
                break;
        }

        next.Accept(in reply);
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
