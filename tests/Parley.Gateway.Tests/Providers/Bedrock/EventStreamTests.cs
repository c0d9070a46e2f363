using System.Buffers;
using System.Text;
using Amazon.Runtime.EventStreams;
using Amazon.Runtime.EventStreams.Internal;
using Parley.Dialects.Streaming;

namespace Parley.Gateway.Tests.Providers.Bedrock;

/// <summary>Our event-stream framing against that of AWS's own SDK, both ways.</summary>
public sealed class EventStreamTests
{
    [Fact]
    public void OurMessages_AreReadByTheSdk()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var output = new ArrayBufferWriter<byte>();
            var payload = new byte[random.Next(0, 5000)];
            random.NextBytes(payload);
            AwsEventStreamWriter.WriteEvent(output, "contentBlockDelta"u8, payload);
            AwsEventStreamWriter.WriteException(output, "throttlingException"u8, payload);
            AwsEventStreamWriter.WriteError(output, "code"u8, "Grüße"u8);
            var messages = OfTheSdk(output.WrittenSpan.ToArray(), random);
            Assert.Equal(3, messages.Count);
            Assert.Equal(("event", "contentBlockDelta", "application/json"), (Header(messages[0], ":message-type"), Header(messages[0], ":event-type"), Header(messages[0], ":content-type")));
            Assert.Equal(("exception", "throttlingException"), (Header(messages[1], ":message-type"), Header(messages[1], ":exception-type")));
            Assert.Equal(("error", "code", "Grüße"), (Header(messages[2], ":message-type"), Header(messages[2], ":error-code"), Header(messages[2], ":error-message")));
            Assert.True(payload.AsSpan().SequenceEqual(messages[0].Payload) && payload.AsSpan().SequenceEqual(messages[1].Payload));
        }
    }

    [Fact]
    public void TheSdksMessages_AreReadByUs_AsItReadsThemItself()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var bytes = new List<byte>();
            var expected = new List<(string, string)>();
            for (var i = 0; i < random.Next(1, 6); i++)
            {
                var name = $"event{random.Next(100)}";
                var payload = $$"""{"n":{{random.Next()}},"text":"{{new string('x', random.Next(0, 300))}}"}""";
                bytes.AddRange(new EventStreamMessage(Headers(name, random), Encoding.UTF8.GetBytes(payload)).ToByteArray());
                expected.Add((name, payload));
            }

            byte[] stream = [.. bytes];
            Assert.Equal(expected, OfTheSdk(stream, random).Select(m => (Header(m, ":event-type"), Encoding.UTF8.GetString(m.Payload))));
            Assert.Equal(expected, Ours(stream, random));
        }
    }

    [Fact]
    public void DamagedMessages_AreRefusedByBoth()
    {
        var good = new EventStreamMessage(Headers("messageStart", new Random(1)), "{}"u8.ToArray()).ToByteArray();
        for (var at = 0; at < good.Length; at++)
        {
            var damaged = (byte[])good.Clone();
            damaged[at] ^= 0x40;
            Assert.ThrowsAny<Exception>(() => OfTheSdk(damaged, new Random(at)));
            using var reader = new AwsEventStreamReader();
            damaged.CopyTo(reader.GetMemory());
            reader.Advance(damaged.Length);
            Assert.False(reader.TryRead(out _));
            Assert.True(reader.IsCorrupt);
        }
    }

    private static List<IEventStreamHeader> Headers(string name, Random random)
    {
        var headers = new List<IEventStreamHeader>
        {
            Header(":event-type", h => h.SetString(name)),
            Header("flag", h => h.SetBool(random.Next(2) == 0)),
            Header("short", h => h.SetInt16(7)),
            Header("int", h => h.SetInt32(random.Next())),
            Header("long", h => h.SetInt64(random.NextInt64())),
            Header("bytes", h => h.SetByteBuf(new byte[random.Next(1, 50)])),
            Header("time", h => h.SetTimestamp(new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc))),
            Header("id", h => h.SetUUID(new Guid(random.Next(), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10))),
            Header(":message-type", h => h.SetString("event")),
        };
        for (var i = headers.Count - 1; i > 0; i--)
        {
            var j = random.Next(i + 1);
            (headers[i], headers[j]) = (headers[j], headers[i]);
        }

        return headers;
    }

    private static EventStreamHeader Header(string name, Action<EventStreamHeader> set)
    {
        var header = new EventStreamHeader(name);
        set(header);
        return header;
    }

    private static string Header(IEventStreamMessage message, string name) => message.Headers[name].AsString();

    private static List<IEventStreamMessage> OfTheSdk(byte[] stream, Random random)
    {
        var messages = new List<IEventStreamMessage>();
        using var decoder = new EventStreamDecoder();
        decoder.MessageReceived += (_, received) => messages.Add(received.Message);
        for (var at = 0; at < stream.Length;)
        {
            var take = Math.Min(random.Next(1, 200), stream.Length - at);
            decoder.ProcessData(stream[at..(at + take)], 0, take);
            at += take;
        }

        return messages;
    }

    private static List<(string, string)> Ours(byte[] stream, Random random)
    {
        var events = new List<(string, string)>();
        using var reader = new AwsEventStreamReader();
        for (var at = 0; at < stream.Length;)
        {
            var take = Math.Min(random.Next(1, 200), stream.Length - at);
            stream.AsSpan(at, take).CopyTo(reader.GetMemory().Span);
            reader.Advance(take);
            at += take;
            while (reader.TryRead(out var frame)) events.Add((Encoding.UTF8.GetString(frame.Event), Encoding.UTF8.GetString(frame.Data)));
        }

        Assert.True(reader is { IsEmpty: true, IsCorrupt: false });
        return events;
    }
}
