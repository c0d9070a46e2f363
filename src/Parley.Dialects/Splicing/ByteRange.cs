namespace Parley.Dialects.Splicing;

/// <summary>A run of bytes inside a body: where it starts and how long it is.</summary>
/// <param name="Start">Offset of the first byte.</param>
/// <param name="Length">Number of bytes; zero for "not there".</param>
public readonly record struct ByteRange(int Start, int Length)
{
    /// <summary>The offset just behind the last byte.</summary>
    public int End => Start + Length;

    /// <summary>True when there is nothing.</summary>
    public bool IsEmpty => Length == 0;

    /// <summary>The bytes themselves.</summary>
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> body) => body.Slice(Start, Length);
}
