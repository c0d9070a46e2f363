using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using Parley.Dialects;
using Parley.Dialects.Conversations;
using Parley.Gateway.Exchange;

namespace Parley.Gateway.Ledger;

/// <summary>
/// The bytes of one record: length of the payload (4), CRC-32C of length and payload (4), payload. Little-endian throughout.
/// The payload is the fixed fields in order, then eight strings, each two bytes of length and its UTF-8; absent ones have length 0xFFFF.
/// </summary>
internal static class JournalRecord
{
    /// <summary>Length and checksum.</summary>
    public const int FrameBytes = 8;

    /// <summary>Longer payloads are not ours: a damaged length must not make the reader allocate.</summary>
    public const int MaxPayloadBytes = FixedBytes + (Strings * (2 + (MaxChars * 3)));

    /// <summary>A caller may name a model in megabytes: the ledger keeps what a person can read.</summary>
    public const int MaxChars = 512;

    private const int FixedBytes = 16 + 4 + 4 + 8 + 2 + 4 + 4 + 4 + 8 + 8 + (5 * 8);
    private const int Strings = 8;
    private const ushort Absent = 0xFFFF;

    /// <summary>How many bytes <see cref="Write"/> needs at most.</summary>
    public static int Bound(UsageRecord record) => FrameBytes + FixedBytes + (Strings * 2) + (3 * (
        Chars(record.KeyId) + Chars(record.KeyName) + Chars(record.ModelAsked) + Chars(record.ModelAnswered) + Chars(record.Provider)
        + Chars(record.Target) + Chars(record.FinishReason) + Chars(record.UpstreamRequestId)));

    /// <summary>Writes the frame and says how long it is.</summary>
    public static int Write(UsageRecord record, Span<byte> destination)
    {
        var at = FrameBytes;
        record.RequestId.WriteBytes(destination.Slice(at, 16));
        at += 16;
        Put(destination, ref at, record.Attempt);
        Put(destination, ref at, (int)FlagsOf(record));
        Put(destination, ref at, record.Time.UtcTicks);
        destination[at++] = (byte)record.SurfaceDialect;
        destination[at++] = (byte)record.ProviderDialect;
        Put(destination, ref at, record.UpstreamStatus);
        Put(destination, ref at, record.Status);
        Put(destination, ref at, record.Error is { } error ? (int)error : -1);
        Put(destination, ref at, record.Milliseconds);
        Put(destination, ref at, record.FirstTokenMilliseconds ?? double.NaN);
        Put(destination, ref at, record.Usage.Input);
        Put(destination, ref at, record.Usage.CacheRead);
        Put(destination, ref at, record.Usage.CacheWrite);
        Put(destination, ref at, record.Usage.Output);
        Put(destination, ref at, record.Usage.Reasoning);
        Put(destination, ref at, record.KeyId);
        Put(destination, ref at, record.KeyName);
        Put(destination, ref at, record.ModelAsked);
        Put(destination, ref at, record.ModelAnswered);
        Put(destination, ref at, record.Provider);
        Put(destination, ref at, record.Target);
        Put(destination, ref at, record.FinishReason);
        Put(destination, ref at, record.UpstreamRequestId);
        var payload = destination[FrameBytes..at];
        BinaryPrimitives.WriteInt32LittleEndian(destination, payload.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[4..], Checksum(payload));
        return at;
    }

    /// <summary>CRC-32C over the payload's length and the payload, so that a damaged length is seen as well.</summary>
    public static uint Checksum(ReadOnlySpan<byte> payload)
    {
        var crc = BitOperations.Crc32C(uint.MaxValue, (uint)payload.Length);
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(payload)) crc = BitOperations.Crc32C(crc, word);
        foreach (var b in payload[(payload.Length & ~7)..]) crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }

    /// <summary>Reads a payload whose checksum was right; false when it is not one of this version.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, PooledStrings strings, out UsageRecord record)
    {
        record = null!;
        if (payload.Length < FixedBytes + (Strings * 2)) return false;
        var flags = (UsageFlags)BinaryPrimitives.ReadInt32LittleEndian(payload[20..]);
        var error = BinaryPrimitives.ReadInt32LittleEndian(payload[42..]);
        var first = BinaryPrimitives.ReadDoubleLittleEndian(payload[54..]);
        var rest = payload[FixedBytes..];
        var names = new string?[Strings];
        for (var i = 0; i < Strings; i++)
        {
            if (rest.Length < 2) return false;
            var length = BinaryPrimitives.ReadUInt16LittleEndian(rest);
            rest = rest[2..];
            if (length == Absent) continue;
            if (rest.Length < length) return false;
            names[i] = strings.Get(rest[..length]);
            rest = rest[length..];
        }

        if (names[0] is not { } keyId || names[1] is not { } keyName || names[2] is not { } asked || names[4] is not { } provider ||
            names[5] is not { } target)
        {
            return false;
        }

        record = new UsageRecord
        {
            RequestId = Ulid.FromBytes(payload[..16]),
            Attempt = BinaryPrimitives.ReadInt32LittleEndian(payload[16..]),
            IsFinal = flags.HasFlag(UsageFlags.Final),
            IsStream = flags.HasFlag(UsageFlags.Stream),
            IsTruncated = flags.HasFlag(UsageFlags.Truncated),
            IsAborted = flags.HasFlag(UsageFlags.Aborted),
            IsEstimated = flags.HasFlag(UsageFlags.Estimated),
            IsSpilled = flags.HasFlag(UsageFlags.Spilled),
            Time = new DateTimeOffset(BinaryPrimitives.ReadInt64LittleEndian(payload[24..]), TimeSpan.Zero),
            SurfaceDialect = (Dialect)payload[32],
            ProviderDialect = (Dialect)payload[33],
            UpstreamStatus = BinaryPrimitives.ReadInt32LittleEndian(payload[34..]),
            Status = BinaryPrimitives.ReadInt32LittleEndian(payload[38..]),
            Error = error < 0 ? null : (GatewayErrorKind)error,
            Milliseconds = BinaryPrimitives.ReadDoubleLittleEndian(payload[46..]),
            FirstTokenMilliseconds = double.IsNaN(first) ? null : first,
            Usage = new TokenUsage(
                BinaryPrimitives.ReadInt64LittleEndian(payload[62..]),
                BinaryPrimitives.ReadInt64LittleEndian(payload[70..]),
                BinaryPrimitives.ReadInt64LittleEndian(payload[78..]),
                BinaryPrimitives.ReadInt64LittleEndian(payload[86..]),
                BinaryPrimitives.ReadInt64LittleEndian(payload[94..])),
            KeyId = keyId,
            KeyName = keyName,
            ModelAsked = asked,
            ModelAnswered = names[3],
            Provider = provider,
            Target = target,
            FinishReason = names[6],
            UpstreamRequestId = names[7],
        };
        return true;
    }

    /// <summary>The record's yes-or-no facts.</summary>
    public static UsageFlags FlagsOf(UsageRecord record) =>
        (record.IsFinal ? UsageFlags.Final : 0) | (record.IsStream ? UsageFlags.Stream : 0) |
        (record.IsTruncated ? UsageFlags.Truncated : 0) | (record.IsAborted ? UsageFlags.Aborted : 0) |
        (record.IsEstimated ? UsageFlags.Estimated : 0) | (record.IsSpilled ? UsageFlags.Spilled : 0);

    private static int Chars(string? text) => text is null ? 0 : Math.Min(text.Length, MaxChars);

    private static void Put(Span<byte> destination, ref int at, int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(destination[at..], value);
        at += 4;
    }

    private static void Put(Span<byte> destination, ref int at, long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(destination[at..], value);
        at += 8;
    }

    private static void Put(Span<byte> destination, ref int at, double value)
    {
        BinaryPrimitives.WriteDoubleLittleEndian(destination[at..], value);
        at += 8;
    }

    private static void Put(Span<byte> destination, ref int at, string? text)
    {
        var length = text is null ? 0 : Encoding.UTF8.GetBytes(text.AsSpan(0, Chars(text)), destination[(at + 2)..]);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[at..], text is null ? Absent : (ushort)length);
        at += 2 + length;
    }
}
