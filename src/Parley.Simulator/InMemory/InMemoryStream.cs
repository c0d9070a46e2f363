using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;

namespace Parley.Simulator.InMemory;

/// <summary>
/// The client's end of an in-memory connection. Like a <see cref="System.Net.Sockets.NetworkStream"/>: reading gives 0 bytes after the server's FIN
/// and throws <see cref="IOException"/> after its reset (bytes that arrived before are delivered first); disposing closes both directions.
/// One reader and one writer at a time.
/// </summary>
public sealed class InMemoryStream : Stream
{
    private readonly Lock gate = new();
    private readonly PipeReader reader;
    private readonly PipeWriter writer;
    private readonly Action onClosed;
    private bool reading;
    private bool reset;
    private bool disposed;
    private bool readerCompleted;

    internal InMemoryStream(PipeReader reader, PipeWriter writer, Action onClosed)
    {
        this.reader = reader;
        this.writer = writer;
        this.onClosed = onClosed;
    }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Half-close: the server reads the end of the request bytes; answers can still be read.</summary>
    public void CompleteWrites()
    {
        writer.Complete();
        onClosed();
    }

    /// <summary>Reset: the server's reads fail, and what it writes goes nowhere.</summary>
    public void Abort()
    {
        writer.Complete(new ConnectionResetException("The client reset the connection."));
        Dispose();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            if (readerCompleted)
                throw Reset();
            reading = true;
        }
        try
        {
            while (true)
            {
                var result = await NextAsync(cancellationToken).ConfigureAwait(false);
                if (!result.Buffer.IsEmpty)
                {
                    var taken = result.Buffer.Slice(0, Math.Min(result.Buffer.Length, buffer.Length));
                    // A zero-byte read waits for data and takes none. The length is read before the memory goes back to the pipe.
                    var length = (int)taken.Length;
                    taken.CopyTo(buffer.Span);
                    reader.AdvanceTo(taken.End);
                    return length;
                }
                reader.AdvanceTo(result.Buffer.Start);
                lock (gate)
                {
                    ObjectDisposedException.ThrowIf(disposed, this);
                    if (reset)
                        throw Reset();
                }
                if (result.IsCompleted)
                    return 0;
            }
        }
        finally
        {
            lock (gate)
            {
                reading = false;
                CompleteReaderWhenUnused_NeedsLock();
            }
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            if (reset)
                throw Reset();
        }
        var result = await writer.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
        if (result.IsCompleted)
            throw Reset();
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read asynchronously.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Write asynchronously.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    internal void ResetByServer()
    {
        lock (gate)
        {
            reset = true;
            reader.CancelPendingRead();
        }
        writer.CancelPendingFlush();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            lock (gate)
            {
                if (disposed)
                    return;
                disposed = true;
                reader.CancelPendingRead();
                CompleteReaderWhenUnused_NeedsLock();
            }
            writer.Complete();
            onClosed();
        }
        base.Dispose(disposing);
    }

    // After a reset nothing more will come and nothing will wake a read: what is there is all there is.
    private ValueTask<ReadResult> NextAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (!reset)
                return reader.ReadAsync(cancellationToken);
            return reader.TryRead(out var rest) ? new(rest) : throw Reset();
        }
    }

    // A pipe's reader must not be completed under a read in progress; that read completes it on its way out.
    private void CompleteReaderWhenUnused_NeedsLock()
    {
        if (!disposed || reading || readerCompleted)
            return;
        readerCompleted = true;
        reader.Complete();
    }

    private static IOException Reset() => new("The connection was reset by the server.");
}
