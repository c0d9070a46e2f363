using System.Buffers.Binary;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace Parley.Gateway.Ledger;

/// <summary>
/// Reads records back from the segments. A segment that ends in half a record ended in a crash: its whole records count. A checksum that
/// is wrong before the end is damage: it is said loudly, what is behind it is kept in a file for a person, and the next segment follows.
/// </summary>
internal sealed class JournalReader(JournalSegments segments, ILogger logger)
{
    private readonly byte[] _buffer = new byte[Math.Max(256 << 10, 2 * (JournalRecord.FrameBytes + JournalRecord.MaxPayloadBytes))];
    private readonly PooledStrings _strings = new();
    private long _damaged;

    /// <summary>Segments that were damaged before their end.</summary>
    public long Damaged => Interlocked.Read(ref _damaged);

    /// <summary>Adds up to <paramref name="max"/> records, of one segment, and answers the place behind what was read: where to go on.</summary>
    public JournalPosition Read(JournalPosition from, JournalPosition to, List<JournalEntry> into, int max)
    {
        if (segments.At(from.Segment) is not { } segment || segment.Number > to.Segment) return to;
        var length = segment.Number == to.Segment ? to.Offset : segment.Length;
        var offset = segment.Number == from.Segment ? from.Offset : 0;
        var end = new JournalPosition(segment.Number, length);
        if (offset >= length) return segment.Number == to.Segment ? to : new JournalPosition(segment.Number + 1, 0);
        try
        {
            using var file = File.OpenHandle(segment.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            while (into.Count < max && offset < length)
            {
                var filled = Fill(file, offset, length);
                var used = ReadFrames(segment, _buffer.AsSpan(0, filled), offset, length, into, max);
                if (used < 0) return end;
                offset += used;
            }
        }
        catch (FileNotFoundException)
        {
            LedgerLog.SegmentGone(logger, segment.Path);
            return end;
        }

        return new JournalPosition(segment.Number, offset);
    }

    // How many bytes were whole records, or -1 when nothing more can be read from this segment.
    private int ReadFrames(JournalSegment segment, ReadOnlySpan<byte> bytes, int offset, int length, List<JournalEntry> into, int max)
    {
        var at = 0;
        if (offset == 0)
        {
            if (bytes.Length < JournalSegment.Header.Length) return Torn(segment, offset, length);
            if (!bytes.StartsWith(JournalSegment.Header)) return Broken(segment, bytes, 0, length);
            at = JournalSegment.Header.Length;
        }

        while (into.Count < max && offset + at < length)
        {
            var rest = bytes[at..];
            var left = length - offset - at;
            if (left < JournalRecord.FrameBytes) return Torn(segment, offset + at, length);
            if (rest.Length < JournalRecord.FrameBytes) return at;
            var size = BinaryPrimitives.ReadUInt32LittleEndian(rest);
            if (size > JournalRecord.MaxPayloadBytes) return Broken(segment, rest, offset + at, length);
            var whole = JournalRecord.FrameBytes + (int)size;
            if (whole > left) return Torn(segment, offset + at, length);
            if (whole > rest.Length) return at;
            var payload = rest[JournalRecord.FrameBytes..whole];
            if (JournalRecord.Checksum(payload) != BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]) ||
                !JournalRecord.TryRead(payload, _strings, out var record))
            {
                return whole == left ? Torn(segment, offset + at, length) : Broken(segment, rest, offset + at, length);
            }

            at += whole;
            into.Add(new JournalEntry(record, new JournalPosition(segment.Number, offset + at)));
        }

        return at;
    }

    private int Fill(SafeFileHandle file, int offset, int length)
    {
        var wanted = Math.Min(_buffer.Length, length - offset);
        var filled = 0;
        while (filled < wanted)
        {
            var read = RandomAccess.Read(file, _buffer.AsSpan(filled, wanted - filled), offset + filled);
            if (read == 0) throw new EndOfStreamException("A journal segment is shorter than it was.");
            filled += read;
        }

        return filled;
    }

    private int Torn(JournalSegment segment, int offset, int length)
    {
        LedgerLog.TornTail(logger, segment.Path, length - offset);
        return -1;
    }

    // A file system may leave zeros where data of the last moments was to be: that is an end, not damage.
    private int Broken(JournalSegment segment, ReadOnlySpan<byte> rest, int offset, int length)
    {
        if (offset > 0 && !rest.ContainsAnyExcept((byte)0)) return Torn(segment, offset, length);
        Interlocked.Increment(ref _damaged);
        var kept = segment.Path;
        if (segment.IsReplay)
        {
            kept += ".damaged";
            File.Move(segment.Path, kept, overwrite: true);
        }

        LedgerLog.Damaged(logger, segment.Path, offset, length - offset, kept);
        return -1;
    }
}
