namespace Parley.Dialects.Splicing;

/// <summary>One edit of a <see cref="RequestSplicer"/>: bytes to take out of the body and bytes to put there.</summary>
internal ref struct SpliceEdit
{
    internal SpliceEditKind Kind;

    /// <summary>The property that is edited; -1 for an added member.</summary>
    internal int Property;

    /// <summary>What is replaced or removed; of length zero for a pure insertion.</summary>
    internal ByteRange Range;

    internal ReadOnlySpan<byte> Text;

    /// <summary>A comma is due behind <see cref="Text"/>: it was put in front of other members.</summary>
    internal bool IsFollowed;
}
