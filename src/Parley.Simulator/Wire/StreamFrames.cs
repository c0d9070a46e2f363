using System.Buffers;
using System.Text;

namespace Parley.Simulator;

/// <summary>Events as bytes on the wire, one element per event, with the faults of framing.</summary>
internal static class StreamFrames
{
    private const int DefaultStrike = 2;

    public static IEnumerable<ReadOnlyMemory<byte>> Of(IEnumerable<StreamEvent> events, StreamFraming framing, FaultChoice fault, StreamEvent? error)
    {
        var strikeAt = fault.Count(DefaultStrike);
        var newLine = fault.Name == "crlf" ? "\r\n" : "\n";
        // One event is held back, so that the last one is known.
        ReadOnlyMemory<byte>? held = null;
        var index = 0;
        foreach (var one in Struck(events, fault, strikeAt, error))
        {
            if (held is { } frame)
                yield return frame;
            var broken = fault.Name == "malformed-event" && index == strikeAt;
            var data = broken && fault.Word != "crc" ? one.Data[..(one.Data.Length / 2)] : one.Data;
            held = framing switch
            {
                StreamFraming.JsonArray => Element(data, index == 0, newLine),
                StreamFraming.AmazonEventStream => AmazonEventStream.Frame(one with { Data = data }, wrongChecksum: broken && fault.Word == "crc"),
                _ => Frame(one.Name, data, newLine, fault.Name == "heartbeats"),
            };
            index++;
        }
        if (held is not { } last)
            yield break;
        if (framing == StreamFraming.ServerSentEvents)
        {
            yield return fault.Name == "no-final-newline" ? last[..^(2 * newLine.Length)] : last;
            yield break;
        }
        yield return last;
        // A body that was cut has no end; an error inside is an element like others.
        if (framing == StreamFraming.JsonArray && !(fault.Name == "cut-body" && index == strikeAt))
            yield return Encoding.UTF8.GetBytes(fault.Name == "no-final-newline" ? $"{newLine}]" : $"{newLine}]{newLine}");
    }

    private static IEnumerable<StreamEvent> Struck(IEnumerable<StreamEvent> events, FaultChoice fault, int strikeAt, StreamEvent? error)
    {
        var index = 0;
        var errorAt = fault.Name switch { "error-first-event" => 0, "error-event" => strikeAt, _ => -1 };
        foreach (var one in events)
        {
            if (index == errorAt && error is { } instead)
            {
                yield return instead;
                yield break;
            }
            if (fault.Name == "cut-body" && index == strikeAt)
                yield break;
            yield return one;
            index++;
        }
    }

    private static byte[] Frame(string? name, ReadOnlyMemory<byte> data, string newLine, bool heartbeat)
    {
        var buffer = new ArrayBufferWriter<byte>(data.Length + 64);
        if (heartbeat)
            Encoding.UTF8.GetBytes($": heartbeat{newLine}{newLine}", buffer);
        if (name is not null)
            Encoding.UTF8.GetBytes($"event: {name}{newLine}", buffer);
        buffer.Write("data: "u8);
        buffer.Write(data.Span);
        Encoding.UTF8.GetBytes($"{newLine}{newLine}", buffer);
        return buffer.WrittenSpan.ToArray();
    }

    // As Google does: the comma stands at the beginning of the element that follows it.
    private static byte[] Element(ReadOnlyMemory<byte> data, bool first, string newLine)
    {
        var buffer = new ArrayBufferWriter<byte>(data.Length + 8);
        Encoding.UTF8.GetBytes(first ? "[" : $"{newLine},{newLine}", buffer);
        buffer.Write(data.Span);
        return buffer.WrittenSpan.ToArray();
    }
}
