namespace Parley.Dialects.Streaming;

/// <summary>
/// One server-sent event in the reader's buffer. Its spans are valid until the reader's next
/// <see cref="SseFrameReader.GetMemory"/>, <see cref="SseFrameReader.TryRead"/>, release or disposal.
/// </summary>
public readonly ref struct SseFrame
{
    /// <summary>An event of another framing in the same clothes: Bedrock's binary event stream.</summary>
    internal SseFrame(ReadOnlySpan<byte> raw, ReadOnlySpan<byte> name, ReadOnlyMemory<byte> data)
        : this(raw, name, data.Span, -1, hasData: true, isTerminated: true) => DataMemory = data;

    internal SseFrame(
        ReadOnlySpan<byte> raw, ReadOnlySpan<byte> name, ReadOnlySpan<byte> data, int dataOffset, bool hasData, bool isTerminated)
    {
        Raw = raw;
        Event = name;
        Data = data;
        DataOffset = dataOffset;
        HasData = hasData;
        IsTerminated = isTerminated;
    }

    /// <summary>The exact bytes, the blank line included.</summary>
    public ReadOnlySpan<byte> Raw { get; }

    /// <summary>The event's name (<c>event:</c>); empty when it has none.</summary>
    public ReadOnlySpan<byte> Event { get; }

    /// <summary>The data; several <c>data:</c> lines are joined by a line feed.</summary>
    public ReadOnlySpan<byte> Data { get; }

    /// <summary>The same data as memory, for readers that keep slices of it; as short-lived as the spans.</summary>
    public ReadOnlyMemory<byte> DataMemory { get; internal init; }

    /// <summary>Where <see cref="Data"/> starts in <see cref="Raw"/>; -1 when it was joined from several lines or there is none.</summary>
    public int DataOffset { get; }

    /// <summary>True when there is a <c>data:</c> line, be it empty.</summary>
    public bool HasData { get; }

    /// <summary>False for the rest of a stream that ended without the blank line: whoever forwards it must add that line.</summary>
    public bool IsTerminated { get; }

    /// <summary>True when there is neither data nor an event name: comments, heartbeats, <c>retry</c>, stray blank lines.</summary>
    public bool IsComment => !HasData && Event.IsEmpty;
}
