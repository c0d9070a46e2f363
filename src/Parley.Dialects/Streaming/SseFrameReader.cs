using System.Buffers;

namespace Parley.Dialects.Streaming;

/// <summary>
/// Cuts a byte stream into server-sent events, in one pooled buffer: <see cref="GetMemory"/>, read into it, <see cref="Advance"/>,
/// then <see cref="TryRead"/> until it says false. Lines may end in LF, CRLF or CR; an event may be split at any byte.
/// Not thread-safe. No event costs an allocation; one whose data stands in several lines is joined in a second pooled buffer.
/// </summary>
/// <param name="mostBytes">The largest event that is taken; a line without an end must not grow the buffer for ever.</param>
public sealed class SseFrameReader(int mostBytes = SseFrameReader.MaxFrameBytes) : FrameReader
{
    /// <summary>The largest event of text.</summary>
    public const int MaxFrameBytes = 1024 * 1024;

    /// <summary>The largest event of a dialect whose events hold images or whole answers (Gemini's, Responses').</summary>
    public const int MaxMediaFrameBytes = 16 * 1024 * 1024;

    private const int LeastRead = 4 * 1024;
    private const int FirstBuffer = 16 * 1024;

    private byte[]? _buffer;
    private byte[]? _joined;
    private int _start;   // the first byte of the event that is being read
    private int _end;     // behind the last byte that was read
    private int _scanned; // up to here no line end is left unseen
    private int _line;    // where the current line starts
    private bool _hasLoneCr;
    private bool _isTooLong;
    private bool _begun;  // the first event, which a byte order mark may precede, is behind us

    /// <inheritdoc/>
    public override bool IsTooLong => _isTooLong;

    /// <inheritdoc/>
    public override bool IsEmpty => _start == _end;

    /// <summary>
    /// Where the next read from upstream goes: at least 4 KB. Invalidates the frames read before.
    /// Throws <see cref="InvalidOperationException"/> once <see cref="IsTooLong"/>.
    /// </summary>
    public override Memory<byte> GetMemory()
    {
        if (IsTooLong) throw new InvalidOperationException("The event is too long; the stream is to be given up.");
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
            _buffer = buffer;
            Shift(-_start);
        }

        return _buffer.AsMemory(_end);
    }

    /// <summary>Says how many bytes were read into the memory.</summary>
    public override void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, (_buffer?.Length ?? 0) - _end);
        _end += count;
    }

    /// <summary>The next whole event, ended by its blank line; false when more bytes are needed, or <see cref="IsTooLong"/>.</summary>
    public override bool TryRead(out SseFrame frame)
    {
        frame = default;
        if (_buffer is null || IsTooLong) return false;
        var buffer = _buffer.AsSpan(0, _end);
        while (true)
        {
            var found = buffer[_scanned..].IndexOfAny((byte)'\n', (byte)'\r');
            if (found < 0)
            {
                _scanned = _end;
                break;
            }

            var at = _scanned + found;
            var next = at + 1;
            if (buffer[at] == '\r')
            {
                // A CR that ends the buffer may be half a CRLF. As a blank line among bare CRs it is not waited for, since nothing
                // may follow; should its LF come all the same, that is one more blank line, which means nothing.
                if (next == _end && !(_hasLoneCr && at == _line))
                {
                    _scanned = at;
                    break;
                }

                if (next < _end && buffer[next] == '\n') next++;
                else _hasLoneCr = true;
            }

            var isBlank = at == _line || (at == _line + 3 && !_begun && _line == _start && StartsWithMark(buffer[_start..]));
            _line = _scanned = next;
            if (!isBlank) continue;
            if (next - _start > mostBytes) break;
            frame = Frame(buffer[_start..next], isTerminated: true);
            Begin(next);
            return true;
        }

        _isTooLong = _end - _start > mostBytes;
        return false;
    }

    /// <summary>At the end of the stream, after <see cref="TryRead"/> has said false: what is left without its blank line.</summary>
    public override bool TryReadLast(out SseFrame frame)
    {
        frame = default;
        if (_buffer is null || IsEmpty || IsTooLong) return false;
        var rest = _buffer.AsSpan(_start, _end - _start);
        // CRLF CR: the blank line is there but for the LF that TryRead was waiting for.
        frame = Frame(rest, isTerminated: _line < _end && _buffer[_line] == '\r');
        Begin(_end);
        return true;
    }

    /// <summary>Gives the buffers back to the pool while nothing is held, so that an idle stream costs no memory.</summary>
    public void ReleaseIfEmpty()
    {
        if (!IsEmpty) return;
        if (_buffer is not null) ArrayPool<byte>.Shared.Return(_buffer);
        if (_joined is not null) ArrayPool<byte>.Shared.Return(_joined);
        _buffer = _joined = null;
        _start = _end = _scanned = _line = 0;
    }

    /// <summary>Makes the reader ready for another stream.</summary>
    public void Reset()
    {
        _start = _end;
        ReleaseIfEmpty();
        _begun = _hasLoneCr = _isTooLong = false;
    }

    /// <inheritdoc/>
    public override void Dispose() => Reset();

    private static bool StartsWithMark(ReadOnlySpan<byte> bytes) => bytes.StartsWith("\uFEFF"u8);

    private SseFrame Frame(ReadOnlySpan<byte> raw, bool isTerminated)
    {
        var skip = !_begun && StartsWithMark(raw) ? 3 : 0;
        var frame = SseFrameParser.Parse(raw, skip, isTerminated, ref _joined);
        var data = frame.DataOffset >= 0 ? _buffer.AsMemory(_start + frame.DataOffset, frame.Data.Length)
            : frame.Data.IsEmpty ? default
            : _joined.AsMemory(0, frame.Data.Length);
        return new SseFrame(frame.Raw, frame.Event, frame.Data, frame.DataOffset, frame.HasData, isTerminated) { DataMemory = data };
    }

    private void Begin(int at)
    {
        _begun = true;
        _hasLoneCr = false;
        _start = _line = _scanned = at;
        // Frames point into the buffer, so the bytes stay; only the numbers go back to its start.
        if (_start == _end) _start = _end = _line = _scanned = 0;
    }

    private void Shift(int by)
    {
        _start += by;
        _end += by;
        _scanned += by;
        _line += by;
    }
}
