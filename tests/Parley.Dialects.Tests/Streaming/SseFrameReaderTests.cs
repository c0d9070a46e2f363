using System.Buffers;
using System.Text;
using Parley.Dialects.Streaming;

namespace Parley.Dialects.Tests.Streaming;

public sealed class SseFrameReaderTests
{
    public static TheoryData<string> Streams => new()
    {
        "data: {\"a\":\"ü😀\"}\n\ndata: [DONE]\n\n",
        "data: one\r\n\r\ndata:two\r\n\r\n: ping\r\n\r\ndata:  three\r\n\r\n",
        "data: one\r\rdata: two\r\revent: x\rdata: y\r\r",
        "\uFEFFevent: a\ndata: 1\ndata\ndata: 3\n\nid: 7\nretry: 5\n\n\n\ndata:\n\n",
        "\uFEFF\ndata: x\n\n",
        "event: response.created\r\ndata: {\"type\":\"response.created\"}\r\n\r\nevent: b\ndata: last without newline",
        "data: a\ndata: b\rdata: c\r\n\r\ndata: d\n\r\ndata: e\r\n\ndata: f\n",
        "data: last with half of a CRLF\r\n\r",
        "datax: no\ndata : no\n data: no\n\nevent: only\n\ndata: yes\n\n",
    };

    [Theory]
    [MemberData(nameof(Streams))]
    public void TryRead_EverySplitPosition_GivesSameEventsAndBytes(string text)
    {
        var stream = Encoding.UTF8.GetBytes(text);
        var expected = SseOracle.Events(stream);
        for (var first = 0; first <= stream.Length; first++)
        {
            for (var second = first; second <= stream.Length; second += 1 + (stream.Length / 40))
                Check(stream, expected, [first, second - first, stream.Length - second], $"split at {first} and {second}");
        }

        Check(stream, expected, Enumerable.Repeat(1, stream.Length), "byte by byte");
    }

    [Fact]
    public void TryRead_RandomStreamsAndChunks_GivesSameEventsAndBytes()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        string[] pieces = ["data: ", "data:", "event: e", "\n", "\n\n", "\r\n", "\r\n\r\n", "\r", ": c", "x", "ü", "{\"a\":1}", "data", "id: 1", new string('y', 300)];
        for (var round = 0; round < 3000; round++)
        {
            var stream = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => pieces[random.Next(pieces.Length)])));
            var chunks = new List<int>();
            for (var left = stream.Length; left > 0; left -= chunks[^1]) chunks.Add(random.Next(1, Math.Min(left, random.Next(2) == 0 ? 3 : 200) + 1));
            Check(stream, SseOracle.Events(stream), chunks, $"seed {seed}, round {round}");
        }
    }

    [Fact]
    public void TryRead_BareCarriageReturns_GivesEventAtOnce()
    {
        using var reader = new SseFrameReader();
        Feed(reader, "data: a\r\r"u8);
        Assert.True(reader.TryRead(out var frame));
        Assert.Equal("a", Encoding.UTF8.GetString(frame.Data));
    }

    [Fact]
    public void TryRead_LineWithoutEnd_StopsAtOneMebibyte()
    {
        using var reader = new SseFrameReader();
        var fed = 0;
        while (!reader.IsTooLong)
        {
            Assert.False(reader.TryRead(out _));
            if (reader.IsTooLong) break;
            var memory = reader.GetMemory();
            Assert.True(memory.Length >= 4096);
            memory.Span.Fill((byte)'x');
            reader.Advance(memory.Length);
            fed += memory.Length;
            Assert.True(fed < 3 * SseFrameReader.MaxFrameBytes);
        }

        Assert.True(fed > SseFrameReader.MaxFrameBytes);
        Assert.False(reader.TryReadLast(out _));
        Assert.Throws<InvalidOperationException>(() => reader.GetMemory());
        reader.Reset();
        Feed(reader, "data: a\n\n"u8);
        Assert.True(reader.TryRead(out _));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void TryRead_FrameAtTheLimit_IsTakenAndOneByteMoreIsNot(int more, bool isTaken)
    {
        using var reader = new SseFrameReader();
        var frame = new byte[SseFrameReader.MaxFrameBytes + more];
        frame.AsSpan().Fill((byte)'x');
        "data: "u8.CopyTo(frame);
        "\n\n"u8.CopyTo(frame.AsSpan(frame.Length - 2));
        Feed(reader, frame);
        Assert.Equal(isTaken, reader.TryRead(out var read));
        Assert.Equal(isTaken ? frame.Length : 0, read.Raw.Length);
        Assert.Equal(!isTaken, reader.IsTooLong);
    }

    [Fact]
    public void ReleaseIfEmpty_BetweenEvents_KeepsNothingAndGoesOn()
    {
        using var reader = new SseFrameReader();
        Feed(reader, "data: a\n\ndata: b"u8);
        Assert.True(reader.TryRead(out _));
        reader.ReleaseIfEmpty(); // half an event is held: nothing happens
        Assert.False(reader.IsEmpty);
        Feed(reader, "c\n\n"u8);
        Assert.True(reader.TryRead(out var frame));
        Assert.Equal("bc", Encoding.UTF8.GetString(frame.Data));
        Assert.True(reader.IsEmpty);
        reader.ReleaseIfEmpty();
        Feed(reader, "data: d\n\n"u8);
        Assert.True(reader.TryRead(out frame));
        Assert.Equal("d", Encoding.UTF8.GetString(frame.Data));
    }

    [Fact]
    public void TryRead_OneDataLine_AllocatesNothing()
    {
        using var reader = new SseFrameReader();
        var chunk = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("event: x\ndata: {\"a\":1}\n\n", 20)));
        Round(reader, chunk);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) Round(reader, chunk);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        static void Round(SseFrameReader reader, byte[] chunk)
        {
            chunk.CopyTo(reader.GetMemory());
            reader.Advance(chunk.Length);
            while (reader.TryRead(out _))
            {
            }
        }
    }

    [Fact]
    public void Writer_Events_AreReadBack()
    {
        var output = new ArrayBufferWriter<byte>();
        SseFrameWriter.WriteData(output, "one"u8);
        SseFrameWriter.WriteComment(output, "ping"u8);
        SseFrameWriter.WriteEvent(output, "e"u8, "a\nb"u8);
        Assert.Equal("data: one\n\n: ping\n\nevent: e\ndata: a\ndata: b\n\n", Encoding.UTF8.GetString(output.WrittenSpan));
        Assert.Equal([("", "one"), ("e", "a\nb")], SseOracle.Events(output.WrittenSpan.ToArray()));
    }

    internal static void Feed(SseFrameReader reader, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var memory = reader.GetMemory();
            var take = Math.Min(memory.Length, bytes.Length);
            bytes[..take].CopyTo(memory.Span);
            reader.Advance(take);
            bytes = bytes[take..];
            // A full buffer grows only while no event ends in it; the caller reads events out after every read.
        }
    }

    private static void Check(byte[] stream, List<(string Event, string Data)> expected, IEnumerable<int> chunks, string how)
    {
        using var reader = new SseFrameReader();
        var events = new List<(string, string)>();
        var raw = new List<byte>();
        var at = 0;
        foreach (var length in chunks)
        {
            if (length == 0) continue;
            stream.AsSpan(at, length).CopyTo(reader.GetMemory().Span);
            reader.Advance(length);
            at += length;
            while (reader.TryRead(out var frame)) Take(frame, isLast: false);
        }

        while (reader.TryReadLast(out var frame)) Take(frame, isLast: true);
        Assert.True(reader.IsEmpty);
        Assert.True(stream.AsSpan().SequenceEqual(raw.ToArray()), how);
        Assert.True(expected.SequenceEqual(events), $"{how}: expected {string.Join(" | ", expected)}, got {string.Join(" | ", events)}");

        void Take(in SseFrame frame, bool isLast)
        {
            raw.AddRange(frame.Raw);
            if (!isLast) Assert.True(frame.IsTerminated);
            if (frame.DataOffset >= 0) Assert.True(frame.Raw.Slice(frame.DataOffset, frame.Data.Length).SequenceEqual(frame.Data));
            if (frame.HasData) events.Add((Encoding.Latin1.GetString(frame.Event), Encoding.Latin1.GetString(frame.Data)));
        }
    }
}
