using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Parley.Simulator;

/// <summary>
/// Frames of <c>application/vnd.amazon.eventstream</c>: total length, header length, CRC of those eight bytes, headers, payload, CRC of all before.
/// A header is its name with one length byte, the type (7: string) and its value with two (smithy.io, "Amazon Event Stream Specification").
/// </summary>
internal static class AmazonEventStream
{
    private const int Prelude = 12;
    private const int Trailer = 4;
    private const byte StringType = 7;

    public static byte[] Frame(StreamEvent one, bool wrongChecksum = false)
    {
        var headers = new ArrayBufferWriter<byte>(128);
        Header(headers, one.IsException ? ":exception-type" : ":event-type", one.Name ?? "");
        Header(headers, ":content-type", "application/json");
        Header(headers, ":message-type", one.IsException ? "exception" : "event");

        var frame = new byte[Prelude + headers.WrittenCount + one.Data.Length + Trailer];
        BinaryPrimitives.WriteInt32BigEndian(frame, frame.Length);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(4), headers.WrittenCount);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(8), Crc32.Of(frame.AsSpan(0, 8)));
        headers.WrittenSpan.CopyTo(frame.AsSpan(Prelude));
        one.Data.Span.CopyTo(frame.AsSpan(Prelude + headers.WrittenCount));
        var checksum = Crc32.Of(frame.AsSpan(0, frame.Length - Trailer));
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(frame.Length - Trailer), wrongChecksum ? ~checksum : checksum);
        return frame;
    }

    private static void Header(ArrayBufferWriter<byte> headers, string name, string value)
    {
        headers.Write([(byte)name.Length]);
        Encoding.ASCII.GetBytes(name, headers);
        headers.Write([StringType, (byte)(value.Length >> 8), (byte)value.Length]);
        Encoding.ASCII.GetBytes(value, headers);
    }
}
