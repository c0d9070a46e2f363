namespace Parley.Dialects.Streaming;

/// <summary>Cuts a byte stream into server-sent events, in a pooled buffer.</summary>
public sealed class SseFrameReader : IDisposable
{
    /// <summary>The largest event that is taken.</summary>
    public const int MaxFrameBytes = 1024 * 1024;

    /// <summary>True when an event is longer than <see cref="MaxFrameBytes"/>: stop reading, the stream is broken.</summary>
    public bool IsTooLong => throw new NotImplementedException();

    /// <summary>True when no unread byte is held.</summary>
    public bool IsEmpty => throw new NotImplementedException();

    /// <summary>Where the next read from upstream goes: at least 4 KB. Invalidates frames read before.</summary>
    public Memory<byte> GetMemory() => throw new NotImplementedException();

    /// <summary>Says how many bytes were read into the memory.</summary>
    public void Advance(int count) => throw new NotImplementedException();

    /// <summary>The next whole event (one that a blank line has ended); false when more bytes are needed.</summary>
    public bool TryRead(out SseFrame frame) => throw new NotImplementedException();

    /// <summary>At the end of the stream, after <see cref="TryRead"/> has said false: what is left without its blank line.</summary>
    public bool TryReadLast(out SseFrame frame) => throw new NotImplementedException();

    /// <summary>Gives the buffer back to the pool while nothing is held, so that an idle stream costs no memory.</summary>
    public void ReleaseIfEmpty() => throw new NotImplementedException();

    /// <summary>Makes the reader ready for another stream.</summary>
    public void Reset() => throw new NotImplementedException();

    /// <inheritdoc/>
    public void Dispose() => throw new NotImplementedException();
}
