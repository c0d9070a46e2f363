namespace Parley.Gateway.Ledger;

/// <summary>A place in the journal: the segment's number in this process, then the byte in it. Later places compare greater.</summary>
internal readonly record struct JournalPosition(int Segment, int Offset)
{
    /// <summary>The place as one number that sorts as the place does.</summary>
    public long Value => ((long)Segment << 32) | (uint)Offset;
}
