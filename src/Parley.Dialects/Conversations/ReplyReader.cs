using Parley.Dialects.Streaming;

namespace Parley.Dialects.Conversations;

/// <summary>Reads one streamed answer of a dialect into events. One instance per attempt; not thread-safe; allocates nothing for an ordinary delta.</summary>
public abstract class ReplyReader
{
    /// <summary>True once the dialect's own end was seen; a stream that stops before it was cut.</summary>
    public abstract bool IsFinished { get; }

    /// <summary>
    /// Reads the next frame, in order, each exactly once. A frame that means nothing gives no event, one that is no JSON ends the answer
    /// (<see cref="BrokenFrame"/>); never an exception.
    /// </summary>
    public abstract void Read(in SseFrame frame, IReplySink sink);

    /// <summary>
    /// Called once at the end of the bytes: gives what was waiting for them (<see cref="ReplyEventKind.Completed"/> of a dialect
    /// without an end marker). Does nothing for a stream that was cut.
    /// </summary>
    public virtual void Complete(IReplySink sink)
    {
    }
}
