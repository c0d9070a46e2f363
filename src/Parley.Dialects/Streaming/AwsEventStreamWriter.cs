using System.Buffers;
using System.Buffers.Binary;

namespace Parley.Dialects.Streaming;

/// <summary>Writes messages of <c>application/vnd.amazon.eventstream</c> with the headers that AWS's JSON services give them.</summary>
public static class AwsEventStreamWriter
{
    private const int StringType = 7;

    /// <summary>The content type of the whole stream.</summary>
    public const string ContentType = "application/vnd.amazon.eventstream";

    /// <summary>Writes an event: <c>:event-type</c> and its JSON.</summary>
    public static void WriteEvent(IBufferWriter<byte> output, ReadOnlySpan<byte> eventType, ReadOnlySpan<byte> json) =>
        Write(output, ":event-type"u8, eventType, ":content-type"u8, "application/json"u8, "event"u8, json);

    /// <summary>Writes an exception of the service's model: <c>:exception-type</c> (<c>throttlingException</c>) and its JSON, <c>{"message": …}</c>.</summary>
    public static void WriteException(IBufferWriter<byte> output, ReadOnlySpan<byte> exceptionType, ReadOnlySpan<byte> json) =>
        Write(output, ":exception-type"u8, exceptionType, ":content-type"u8, "application/json"u8, "exception"u8, json);

    /// <summary>Writes an error outside the service's model, which has its words in a header.</summary>
    public static void WriteError(IBufferWriter<byte> output, ReadOnlySpan<byte> code, ReadOnlySpan<byte> message) =>
        Write(output, ":error-code"u8, code, ":error-message"u8, message, "error"u8, default);

    private static void Write(
        IBufferWriter<byte> output,
        ReadOnlySpan<byte> name,
        ReadOnlySpan<byte> value,
        ReadOnlySpan<byte> secondName,
        ReadOnlySpan<byte> secondValue,
        ReadOnlySpan<byte> messageType,
        ReadOnlySpan<byte> payload)
    {
        ArgumentNullException.ThrowIfNull(output);
        var headers = Size(name, value) + Size(secondName, secondValue) + Size(":message-type"u8, messageType);
        var total = 12 + headers + payload.Length + 4;
        var message = output.GetSpan(total)[..total];
        BinaryPrimitives.WriteInt32BigEndian(message, total);
        BinaryPrimitives.WriteInt32BigEndian(message[4..], headers);
        BinaryPrimitives.WriteUInt32BigEndian(message[8..], Crc32.Of(message[..8]));
        var at = WriteHeader(message[12..], name, value) + 12;
        at += WriteHeader(message[at..], secondName, secondValue);
        at += WriteHeader(message[at..], ":message-type"u8, messageType);
        payload.CopyTo(message[at..]);
        BinaryPrimitives.WriteUInt32BigEndian(message[^4..], Crc32.Of(message[..^4]));
        output.Advance(total);
    }

    private static int Size(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => 1 + name.Length + 1 + 2 + value.Length;

    private static int WriteHeader(Span<byte> at, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        at[0] = (byte)name.Length;
        name.CopyTo(at[1..]);
        at = at[(1 + name.Length)..];
        at[0] = StringType;
        BinaryPrimitives.WriteUInt16BigEndian(at[1..], checked((ushort)value.Length));
        value.CopyTo(at[3..]);
        return Size(name, value);
    }
}
