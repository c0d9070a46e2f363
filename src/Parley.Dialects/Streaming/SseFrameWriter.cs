using System.Buffers;

namespace Parley.Dialects.Streaming;

/// <summary>Writes server-sent events.</summary>
public static class SseFrameWriter
{
    /// <summary>Writes <c>data: …</c> and the blank line. Line feeds in <paramref name="data"/> start further data lines.</summary>
    public static void WriteData(IBufferWriter<byte> output, ReadOnlySpan<byte> data) => WriteEvent(output, default, data);

    /// <summary>Writes <c>event: …</c> (unless the name is empty), <c>data: …</c> and the blank line.</summary>
    public static void WriteEvent(IBufferWriter<byte> output, ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (!name.IsEmpty)
        {
            output.Write("event: "u8);
            output.Write(name);
            output.Write("\n"u8);
        }

        while (true)
        {
            var line = data.IndexOf((byte)'\n');
            output.Write("data: "u8);
            output.Write(line < 0 ? data : data[..line]);
            output.Write("\n"u8);
            if (line < 0) break;
            data = data[(line + 1)..];
        }

        output.Write("\n"u8);
    }

    /// <summary>Writes a comment (a heartbeat, for instance) and the blank line.</summary>
    public static void WriteComment(IBufferWriter<byte> output, ReadOnlySpan<byte> text)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Write(": "u8);
        output.Write(text);
        output.Write("\n\n"u8);
    }
}
