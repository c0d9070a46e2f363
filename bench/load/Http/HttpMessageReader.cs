using System.Buffers.Text;
using System.Text;

namespace Parley.Load.Http;

/// <summary>
/// One HTTP/1.1 message, request or answer, read from bytes as they arrive. It knows the start line, Content-Length and chunked bodies,
/// which is all that a load run needs; every other header is skipped.
/// </summary>
internal sealed class HttpMessageReader
{
    private const int MaxHead = 16 * 1024;
    private const int MaxBody = 1024 * 1024;

    private readonly ChunkedDecoder _chunks = new();
    private byte[] _head = new byte[1024];
    private byte[] _body;
    private int _headLength;
    private bool _headDone;
    private bool _chunked;
    private int _expected;

    public HttpMessageReader(int bodyCapacity) => _body = new byte[bodyCapacity];

    public bool Complete { get; private set; }

    public int BodyLength { get; private set; }

    public ReadOnlySpan<byte> Body => _body.AsSpan(0, BodyLength);

    /// <summary>The head as far as it has come; of a request it begins with method and path.</summary>
    public ReadOnlySpan<byte> Start => _head.AsSpan(0, _headLength);

    /// <summary>The status of an answer; 0 while the head is not there, and for a request.</summary>
    public int Status { get; private set; }

    public void Reset()
    {
        (_headLength, _headDone, _chunked, _expected) = (0, false, false, 0);
        (Complete, BodyLength, Status) = (false, 0, 0);
        _chunks.Reset();
    }

    /// <exception cref="InvalidDataException">Not HTTP as expected, too large, or bytes after the end of the message.</exception>
    public void Feed(ReadOnlySpan<byte> data)
    {
        if (!_headDone)
            data = FeedHead(data);
        if (!_headDone)
            return;
        if (!Complete)
            data = _chunked ? FeedChunks(data) : FeedLength(data);
        if (!data.IsEmpty)
            throw new InvalidDataException("bytes after the end of the message");
    }

    private ReadOnlySpan<byte> FeedHead(ReadOnlySpan<byte> data)
    {
        var before = _headLength;
        if (before + data.Length > _head.Length)
            Array.Resize(ref _head, Math.Max(_head.Length * 2, before + data.Length));
        data.CopyTo(_head.AsSpan(before));
        _headLength += data.Length;

        var end = _head.AsSpan(0, _headLength).IndexOf("\r\n\r\n"u8);
        if (end < 0)
            return _headLength > MaxHead ? throw new InvalidDataException("head too large") : [];

        ParseHead(_head.AsSpan(0, end + 2));
        _headDone = true;
        Complete = !_chunked && _expected == 0;
        return data[(end + 4 - before)..];
    }

    private void ParseHead(ReadOnlySpan<byte> head)
    {
        var lineEnd = head.IndexOf("\r\n"u8);
        if (head.StartsWith("HTTP/1.1 "u8) && Utf8Parser.TryParse(head[9..lineEnd], out int status, out _))
            Status = status;
        for (head = head[(lineEnd + 2)..]; !head.IsEmpty; head = head[(lineEnd + 2)..])
        {
            lineEnd = head.IndexOf("\r\n"u8);
            var colon = head[..lineEnd].IndexOf((byte)':');
            if (colon < 0)
                throw new InvalidDataException("header line without a colon");
            var value = head[(colon + 1)..lineEnd].Trim((byte)' ');
            if (Ascii.EqualsIgnoreCase(head[..colon], "content-length"u8))
                _expected = Utf8Parser.TryParse(value, out int length, out var used) && used == value.Length && length <= MaxBody
                    ? length
                    : throw new InvalidDataException("content length that is no number or too large");
            else if (Ascii.EqualsIgnoreCase(head[..colon], "transfer-encoding"u8))
                _chunked = Ascii.EqualsIgnoreCase(value, "chunked"u8);
        }
    }

    private ReadOnlySpan<byte> FeedLength(ReadOnlySpan<byte> data)
    {
        var take = Math.Min(_expected - BodyLength, data.Length);
        Reserve(_expected);
        data[..take].CopyTo(_body.AsSpan(BodyLength));
        BodyLength += take;
        Complete = BodyLength == _expected;
        return data[take..];
    }

    private ReadOnlySpan<byte> FeedChunks(ReadOnlySpan<byte> data)
    {
        Reserve(BodyLength + data.Length);
        var used = _chunks.Decode(data, _body.AsSpan(BodyLength), out var written);
        BodyLength += written;
        Complete = _chunks.Done;
        return data[used..];
    }

    private void Reserve(int length)
    {
        if (length > MaxBody)
            throw new InvalidDataException("body too large");
        if (length > _body.Length)
            Array.Resize(ref _body, Math.Max(length, _body.Length * 2));
    }
}
