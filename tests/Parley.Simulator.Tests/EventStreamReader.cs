using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Parley.Simulator.Tests;

/// <summary>Reads binary event stream frames and checks both of their checksums, with a checksum of its own.</summary>
internal static class EventStreamReader
{
    public static List<(string Name, bool IsException, string Payload)> Read(byte[] bytes)
    {
        var frames = new List<(string, bool, string)>();
        for (var at = 0; at < bytes.Length;)
        {
            var total = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at));
            var headerLength = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at + 4));
            if (Checksum(bytes.AsSpan(at, 8)) != BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(at + 8))
                || Checksum(bytes.AsSpan(at, total - 4)) != BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(at + total - 4)))
            {
                throw new InvalidDataException("A checksum is wrong.");
            }
            var headers = Headers(bytes.AsSpan(at + 12, headerLength));
            var exception = headers[":message-type"] == "exception";
            frames.Add((headers[exception ? ":exception-type" : ":event-type"], exception, Encoding.UTF8.GetString(bytes, at + 12 + headerLength, total - 16 - headerLength)));
            at += total;
        }
        return frames;
    }

    // A gzip member ends in the CRC-32 of what it holds: somebody else's implementation, written by neither side.
    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.NoCompression, leaveOpen: true))
            gzip.Write(bytes);
        return BinaryPrimitives.ReadUInt32LittleEndian(packed.ToArray().AsSpan((int)packed.Length - 8));
    }

    private static Dictionary<string, string> Headers(ReadOnlySpan<byte> bytes)
    {
        var headers = new Dictionary<string, string>(StringComparer.Ordinal);
        while (bytes.Length > 0)
        {
            var name = Encoding.ASCII.GetString(bytes.Slice(1, bytes[0]));
            bytes = bytes[(1 + bytes[0])..];
            Assert.Equal(7, bytes[0]);
            var length = BinaryPrimitives.ReadUInt16BigEndian(bytes[1..]);
            headers[name] = Encoding.UTF8.GetString(bytes.Slice(3, length));
            bytes = bytes[(3 + length)..];
        }
        return headers;
    }
}
