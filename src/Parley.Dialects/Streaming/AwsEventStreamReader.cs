using System.Buffers;
using System.Buffers.Binary;
using Parley.Dialects.Json;

namespace Parley.Dialects.Streaming;

/// <summary>
/// Cuts <c>application/vnd.amazon.eventstream</c>, the framing of Bedrock's streams, into events, in one pooled buffer. A message
/// is: total length, headers' length (both 4 bytes, big endian), their CRC, headers, payload, CRC of all before it.
/// Not thread-safe. An ordinary event costs no allocation.
/// </summary>
/// <remarks>
/// A frame's <see cref="SseFrame.Event"/> is the message's <c>:event-type</c>; of an exception <c>exception:</c> and its
/// <c>:exception-type</c>; of an error (which has no modelled shape) <c>error:</c> and its <c>:error-code</c>.
/// <see cref="SseFrame.Data"/> is the payload; an error without one gets <c>{"message": …}</c> of its <c>:error-message</c>.
/// Once <see cref="IsCorrupt"/> or <see cref="IsTooLong"/>, nothing more is read. A message without its end is never given:
/// at the end of the bytes <see cref="IsEmpty"/> is then false.
/// </remarks>
public sealed class AwsEventStreamReader : FrameReader
{
    /// <summary>The largest message that is taken, as for server-sent events; the format itself allows 24 MB.</summary>
    public const int MaxMessageBytes = SseFrameReader.MaxFrameBytes;

    private const int Prelude = 12;
    private const int Checksum = 4;
    private const int LeastRead = 4 * 1024;
    private const int FirstBuffer = 16 * 1024;

    private byte[]? _buffer;
    private int _start; // the first byte of the message that is being read
    private int _end;   // behind the last byte that was read
    private int _total; // the length of that message once its prelude was read and checked, else 0
    private bool _isTooLong;
    private bool _isCorrupt;

    /// <inheritdoc/>
    public override bool IsTooLong => _isTooLong;

    /// <inheritdoc/>
    public override bool IsCorrupt => _isCorrupt;

    /// <inheritdoc/>
    public override bool IsEmpty => _start == _end;

    /// <summary>
    /// Where the next read from upstream goes: at least 4 KB. Invalidates the frames read before.
    /// Throws <see cref="InvalidOperationException"/> once the stream is broken.
    /// </summary>
    public override Memory<byte> GetMemory()
    {
        if (_isTooLong || _isCorrupt) throw new InvalidOperationException("The stream is broken; it is to be given up.");
        if (_buffer is null)
        {
            _buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
        }
        else if (_buffer.Length - _end < LeastRead)
        {
            var held = _end - _start;
            var buffer = held + LeastRead <= _buffer.Length / 2 ? _buffer : ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
            _buffer.AsSpan(_start, held).CopyTo(buffer);
            if (buffer != _buffer) ArrayPool<byte>.Shared.Return(_buffer);
            (_buffer, _start, _end) = (buffer, 0, held);
        }

        return _buffer.AsMemory(_end);
    }

    /// <inheritdoc/>
    public override void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, (_buffer?.Length ?? 0) - _end);
        _end += count;
    }

    /// <inheritdoc/>
    public override bool TryRead(out SseFrame frame)
    {
        frame = default;
        if (_buffer is null || _isTooLong || _isCorrupt) return false;
        var held = _buffer.AsSpan(_start, _end - _start);
        if (_total == 0 && !TryReadPrelude(held)) return false;
        if (held.Length < _total) return false;
        var raw = held[.._total];
        if (Crc32.Of(raw[..^Checksum]) != BinaryPrimitives.ReadUInt32BigEndian(raw[^Checksum..]))
        {
            _isCorrupt = true;
            return false;
        }

        var headersLength = (int)BinaryPrimitives.ReadUInt32BigEndian(raw[4..]);
        ReadOnlyMemory<byte> payload = _buffer.AsMemory(_start + Prelude + headersLength, _total - Prelude - Checksum - headersLength);
        if (!TryReadName(raw.Slice(Prelude, headersLength), ref payload, out var name))
        {
            _isCorrupt = true;
            return false;
        }

        frame = new SseFrame(raw, name, payload);
        _start += _total;
        _total = 0;
        // Frames point into the buffer, so the bytes stay; only the numbers go back to its start.
        if (_start == _end) _start = _end = 0;
        return true;
    }

    /// <summary>Always false: a message without its end may not be read.</summary>
    public override bool TryReadLast(out SseFrame frame)
    {
        frame = default;
        return false;
    }

    /// <summary>Gives the buffer back to the pool while nothing is held, so that an idle stream costs no memory.</summary>
    public void ReleaseIfEmpty()
    {
        if (!IsEmpty || _buffer is null) return;
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = null;
        _start = _end = 0;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _start = _end;
        ReleaseIfEmpty();
        _total = 0;
        _isTooLong = _isCorrupt = false;
    }

    // Lengths are believed only when their own checksum fits, so a damaged one never makes the reader wait for gigabytes.
    private bool TryReadPrelude(ReadOnlySpan<byte> held)
    {
        if (held.Length < Prelude) return false;
        var total = BinaryPrimitives.ReadUInt32BigEndian(held);
        var headers = BinaryPrimitives.ReadUInt32BigEndian(held[4..]);
        _isCorrupt = Crc32.Of(held[..8]) != BinaryPrimitives.ReadUInt32BigEndian(held[8..])
            || total < Prelude + Checksum || headers > total - Prelude - Checksum;
        if (_isCorrupt) return false;
        _isTooLong = total > MaxMessageBytes;
        if (_isTooLong) return false;
        _total = (int)total;
        return true;
    }

    private static bool TryReadName(ReadOnlySpan<byte> headers, scoped ref ReadOnlyMemory<byte> payload, out ReadOnlySpan<byte> name)
    {
        name = default;
        ReadOnlySpan<byte> messageType = default, exception = default, code = default, words = default;
        while (!headers.IsEmpty)
        {
            if (!TryReadHeader(ref headers, out var header, out var value)) return false;
            if (header.SequenceEqual(":event-type"u8)) name = value;
            else if (header.SequenceEqual(":message-type"u8)) messageType = value;
            else if (header.SequenceEqual(":exception-type"u8)) exception = value;
            else if (header.SequenceEqual(":error-code"u8)) code = value;
            else if (header.SequenceEqual(":error-message"u8)) words = value;
        }

        // Either one ends the stream, so what it costs does not count.
        if (messageType.SequenceEqual("exception"u8)) name = (byte[])[.. "exception:"u8, .. exception];
        if (!messageType.SequenceEqual("error"u8)) return true;
        name = (byte[])[.. "error:"u8, .. code];
        if (payload.IsEmpty) payload = (byte[])[.. "{\"message\":\""u8, .. JsonString.Escape(words).Span, .. "\"}"u8];
        return true;
    }

    // Name length (1), name, type (1), value: the types' sizes stand in the format's table; only strings (7) are of use here.
    private static bool TryReadHeader(scoped ref ReadOnlySpan<byte> headers, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        value = name = default;
        var at = 1 + headers[0];
        if (headers.Length <= at) return false;
        name = headers[1..at];
        var type = headers[at];
        headers = headers[(at + 1)..];
        var length = type switch { 0 or 1 => 0, 2 => 1, 3 => 2, 4 => 4, 5 or 8 => 8, 9 => 16, _ => -1 };
        if (type is 6 or 7)
        {
            if (headers.Length < 2) return false;
            length = BinaryPrimitives.ReadUInt16BigEndian(headers);
            headers = headers[2..];
        }

        if (length < 0 || headers.Length < length) return false;
        if (type == 7) value = headers[..length];
        headers = headers[length..];
        return true;
    }
}
