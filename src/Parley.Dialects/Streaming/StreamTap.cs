using System.Buffers;
using Parley.Dialects.Splicing;

namespace Parley.Dialects.Streaming;

/// <summary>
/// Watches one streamed answer as it passes, in one dialect: says of each event what it is and what to do with it, and gathers
/// what the ledger needs. One instance per attempt; not thread-safe; allocates nothing per event.
/// </summary>
public abstract class StreamTap
{
    /// <summary>A tap that gathers for itself.</summary>
    protected StreamTap()
        : this(new ReplyObservation())
    {
    }

    /// <summary>A tap that adds something to another, and shares what that one gathers.</summary>
    private protected StreamTap(ReplyObservation reply) => Reply = reply;

    /// <summary>What was learned so far.</summary>
    public ReplyObservation Reply { get; }

    /// <summary>True once the dialect's own end was seen; a stream that stops before it was cut.</summary>
    public abstract bool IsFinished { get; }

    /// <summary>True once what comes may be the last of a stream that has no end marker: it is held until the end of the bytes, as far as there is room.</summary>
    public virtual bool IsHeldToEnd => false;

    /// <summary>Looks at the next event, in order, each exactly once.</summary>
    public abstract FrameVerdict Observe(in SseFrame frame);

    /// <summary>
    /// Called once at the end of the bytes of a stream that is finished: says whether something is still to be written in front of
    /// its end (<see cref="FrameAction.Rewrite"/>, by <see cref="WriteRewritten"/>).
    /// </summary>
    public virtual FrameVerdict Complete() => new(FrameKind.Other, FrameAction.Hide);

    /// <summary>True when what <see cref="WriteRewritten"/> writes needs no blank line behind it, whatever the frame lacked.</summary>
    public virtual bool WritesWholeFrames => false;

    /// <summary>
    /// Writes the event for which <see cref="Observe"/> has just said <see cref="FrameAction.Rewrite"/>.
    /// Calling it for any other event writes that event as it is.
    /// </summary>
    public virtual void WriteRewritten(in SseFrame frame, IBufferWriter<byte> output) => output.Write(frame.Raw);

    /// <summary>
    /// Writes the dialect's error event, for a stream that broke after it had started. It carries no end marker: a cut answer
    /// must not look finished.
    /// </summary>
    public abstract void WriteError(IBufferWriter<byte> output, string message, string code);

    // Checked first, so that no reader behind it ever throws. A twice-named property is no concern of a stream.
    private protected static bool IsObject(ReadOnlySpan<byte> data) =>
        RequestEnvelope.Scan(data, out _).Kind is EnvelopeFaultKind.None or EnvelopeFaultKind.DuplicateProperty;
}
