namespace Parley.Simulator;

/// <summary>A request's body that remembers its first bytes and says how much has arrived; nothing of it is kept beyond that.</summary>
internal sealed class WatchedBody(Stream inner, int keep, Action<int> arrived) : Stream
{
    private readonly MemoryStream head = new();

    public byte[] Head => head.ToArray();

    public bool IsLonger { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        var room = (int)Math.Min(read, keep - head.Length);
        head.Write(buffer.Span[..room]);
        IsLonger |= room < read;
        arrived(read);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Bodies are read asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            head.Dispose();
        base.Dispose(disposing);
    }
}
