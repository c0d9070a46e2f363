namespace Parley.Dialects.Streaming;

/// <summary>
/// Cuts a provider's bytes into events: <see cref="GetMemory"/>, read into it, <see cref="Advance"/>, then <see cref="TryRead"/>
/// until it says false. Server-sent events and Bedrock's binary frames come out alike.
/// </summary>
public abstract class FrameReader : IDisposable
{
    /// <summary>True when an event is longer than what is taken: stop reading, the stream is broken.</summary>
    public abstract bool IsTooLong { get; }

    /// <summary>True when no unread byte is held.</summary>
    public abstract bool IsEmpty { get; }

    /// <summary>True when the bytes are no events of this framing (a checksum is wrong): stop reading, the stream is broken.</summary>
    public virtual bool IsCorrupt => false;

    /// <summary>Where the next read from upstream goes: at least 4 KB. Invalidates the frames read before.</summary>
    public abstract Memory<byte> GetMemory();

    /// <summary>Says how many bytes were read into the memory.</summary>
    public abstract void Advance(int count);

    /// <summary>The next whole event; false when more bytes are needed, or the stream is broken.</summary>
    public abstract bool TryRead(out SseFrame frame);

    /// <summary>At the end of the stream, after <see cref="TryRead"/> has said false: what is left without its end, where that may be read.</summary>
    public abstract bool TryReadLast(out SseFrame frame);

    /// <inheritdoc/>
    public abstract void Dispose();
}
