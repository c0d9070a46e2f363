using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Parley.Dialects.Streaming;

namespace Parley.Dialects.Tests.Streaming;

/// <summary>Bedrock's framing: split anywhere, damaged anywhere, cut anywhere.</summary>
public sealed class AwsEventStreamReaderTests
{
    private static readonly (string Event, string Data)[] Expected =
    [
        ("messageStart", """{"role":"assistant"}"""),
        ("contentBlockDelta", """{"contentBlockIndex":0,"delta":{"text":"Grüße"},"p":"abcdef"}"""),
        ("contentBlockStop", ""),
        ("exception:throttlingException", """{"message":"Too many tokens"}"""),
        ("error:internalFailure", """{"message":"said \"no\""}"""),
    ];

    [Fact]
    public void Stream_SplitAtEveryPosition_GivesTheSameEvents()
    {
        var bytes = Stream();
        for (var split = 0; split <= bytes.Length; split++)
        {
            using var reader = new AwsEventStreamReader();
            var events = Read(reader, bytes.AsSpan(0, split));
            events.AddRange(Read(reader, bytes.AsSpan(split)));
            Assert.Equal(Expected, events);
            Assert.True(reader is { IsEmpty: true, IsCorrupt: false, IsTooLong: false });
        }
    }

    [Fact]
    public void Stream_InRandomPieces_GivesEveryByteOnce()
    {
        var bytes = Stream();
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            using var reader = new AwsEventStreamReader();
            var events = new List<(string, string)>();
            for (var at = 0; at < bytes.Length;)
            {
                var take = Math.Min(random.Next(1, 40), bytes.Length - at);
                events.AddRange(Read(reader, bytes.AsSpan(at, take)));
                at += take;
            }

            Assert.Equal(Expected, events);
        }
    }

    [Fact]
    public void Stream_WithAnyBitFlipped_IsCorruptAndGivesNothingWrong()
    {
        var bytes = Stream();
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            var damaged = (byte[])bytes.Clone();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            using var reader = new AwsEventStreamReader();
            var events = Read(reader, damaged);
            Assert.True(reader.IsCorrupt, $"bit {bit}");
            Assert.Equal(Expected.Take(events.Count), events);
            Assert.True(events.Count < Expected.Length);
            Assert.Throws<InvalidOperationException>(() => reader.GetMemory());
        }
    }

    [Fact]
    public void Stream_CutAnywhere_GivesWholeEventsAndHoldsTheRest()
    {
        var bytes = Stream();
        for (var length = 0; length < bytes.Length; length++)
        {
            using var reader = new AwsEventStreamReader();
            var events = Read(reader, bytes.AsSpan(0, length));
            Assert.Equal(Expected.Take(events.Count), events);
            Assert.False(reader.IsCorrupt);
            Assert.False(reader.TryReadLast(out _));
            Assert.Equal(Length(events.Count) == length, reader.IsEmpty);
        }
    }

    [Fact]
    public void Message_LongerThanTheBound_IsTooLongBeforeItIsRead()
    {
        var output = new ArrayBufferWriter<byte>();
        AwsEventStreamWriter.WriteEvent(output, "contentBlockDelta"u8, new byte[AwsEventStreamReader.MaxMessageBytes]);
        using var reader = new AwsEventStreamReader();
        Assert.Empty(Read(reader, output.WrittenSpan[..12]));
        Assert.True(reader is { IsTooLong: true, IsCorrupt: false });
    }

    [Fact]
    public void Message_OfAlmostTheBound_IsReadWhole()
    {
        var output = new ArrayBufferWriter<byte>();
        var data = new byte[AwsEventStreamReader.MaxMessageBytes - 200];
        data.AsSpan().Fill((byte)'x');
        AwsEventStreamWriter.WriteEvent(output, "contentBlockDelta"u8, data);
        using var reader = new AwsEventStreamReader();
        Assert.Equal(data.Length, Assert.Single(Read(reader, output.WrittenSpan)).Data.Length);
    }

    [Theory]
    [InlineData("0361")]                 // a name longer than the headers
    [InlineData("0161")]                 // no type
    [InlineData("01610A")]               // a type that does not exist
    [InlineData("016107")]               // no length
    [InlineData("016107FFFF61")]         // a value longer than the headers
    [InlineData("01610900000000")]       // half a UUID
    public void Headers_ThatAreNone_AreCorrupt(string hex)
    {
        using var reader = new AwsEventStreamReader();
        Assert.Empty(Read(reader, Message(Convert.FromHexString(hex))));
        Assert.True(reader.IsCorrupt);
    }

    [Fact]
    public void Headers_OfEveryType_AreSkippedUpToTheName()
    {
        var headers = Convert.FromHexString("0161" + "00" + "0162" + "01" + "0163" + "0205" + "0164" + "030001" + "0165" + "0400000001"
            + "0166" + "050000000000000001" + "0167" + "060002ABCD" + "0168" + "080000000000000001" + "0169" + "0900000000000000000000000000000001");
        var name = Encoding.ASCII.GetBytes(":event-type");
        using var reader = new AwsEventStreamReader();
        var events = Read(reader, Message([.. headers, (byte)name.Length, .. name, 7, 0, 4, .. "ping"u8]));
        Assert.Equal([("ping", "")], events);
    }

    [Fact]
    public void Frame_HasItsMessageAsRaw()
    {
        var bytes = Stream();
        using var reader = new AwsEventStreamReader();
        var raw = new List<byte>();
        bytes.CopyTo(reader.GetMemory());
        reader.Advance(bytes.Length);
        while (reader.TryRead(out var frame))
        {
            raw.AddRange(frame.Raw);
            Assert.True(frame is { HasData: true, IsTerminated: true, DataOffset: -1 });
            Assert.True(frame.Data.SequenceEqual(frame.DataMemory.Span));
        }

        Assert.Equal(bytes, raw);
    }

    [Fact]
    public void Events_AreReadWithoutAllocation()
    {
        var output = new ArrayBufferWriter<byte>();
        for (var i = 0; i < 50; i++) AwsEventStreamWriter.WriteEvent(output, "contentBlockDelta"u8, """{"contentBlockIndex":0,"delta":{"text":"word"}}"""u8);
        using var reader = new AwsEventStreamReader();
        Pass();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 20; i++) Pass();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Pass()
        {
            output.WrittenSpan.CopyTo(reader.GetMemory().Span);
            reader.Advance(output.WrittenCount);
            while (reader.TryRead(out _)) { }
        }
    }

    [Fact]
    public void Bytes_OfAnyKind_NeverThrow()
    {
        for (var seed = 0; seed < 3000; seed++)
        {
            var random = new Random(seed);
            var bytes = random.Next(2) == 0 ? Stream() : new byte[random.Next(1, 300)];
            if (random.Next(2) == 0) random.NextBytes(bytes.AsSpan(random.Next(bytes.Length)));
            using var reader = new AwsEventStreamReader();
            Read(reader, bytes);
        }
    }

    internal static List<(string Event, string Data)> Read(AwsEventStreamReader reader, ReadOnlySpan<byte> bytes)
    {
        var events = new List<(string, string)>();
        while (!bytes.IsEmpty && !reader.IsCorrupt && !reader.IsTooLong)
        {
            var memory = reader.GetMemory().Span;
            var take = Math.Min(bytes.Length, memory.Length);
            bytes[..take].CopyTo(memory);
            reader.Advance(take);
            bytes = bytes[take..];
            while (reader.TryRead(out var frame)) events.Add((Encoding.UTF8.GetString(frame.Event), Encoding.UTF8.GetString(frame.Data)));
        }

        return events;
    }

    private static byte[] Stream() => Stream(Expected.Length);

    private static int Length(int events) => Stream(events).Length;

    private static byte[] Stream(int events)
    {
        var output = new ArrayBufferWriter<byte>();
        foreach (var (name, data) in Expected.Take(events))
        {
            if (name.StartsWith("exception:", StringComparison.Ordinal))
                AwsEventStreamWriter.WriteException(output, Encoding.ASCII.GetBytes(name["exception:".Length..]), Encoding.UTF8.GetBytes(data));
            else if (name.StartsWith("error:", StringComparison.Ordinal)) AwsEventStreamWriter.WriteError(output, "internalFailure"u8, "said \"no\""u8);
            else AwsEventStreamWriter.WriteEvent(output, Encoding.ASCII.GetBytes(name), Encoding.UTF8.GetBytes(data));
        }

        return output.WrittenSpan.ToArray();
    }

    // A message with headers of the test's own, its checksums right.
    private static byte[] Message(byte[] headers)
    {
        var message = new byte[12 + headers.Length + 4];
        BinaryPrimitives.WriteInt32BigEndian(message, message.Length);
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(4), headers.Length);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(8), Crc32.Of(message.AsSpan(0, 8)));
        headers.CopyTo(message, 12);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(message.Length - 4), Crc32.Of(message.AsSpan(0, message.Length - 4)));
        return message;
    }
}
