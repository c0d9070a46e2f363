using Microsoft.AspNetCore.Http;

namespace Parley.Gateway.Mcp.Protocol;

/// <summary>
/// The event stream that answers one message. The protocol's library writes events here, and only as they come: while a tool works, this
/// sends the headers after a moment, and then a comment whenever nothing has been written for a while, so that neither the client nor what
/// stands between takes the connection for dead. Both go between events, never into one.
/// </summary>
internal sealed class McpReplyStream(HttpResponse response, TimeProvider time) : Stream
{
    // An answer that is quicker than this can still say by its status that the method is unknown.
    private static readonly TimeSpan HeadersAfter = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan CommentAfter = TimeSpan.FromSeconds(15);
    private static readonly byte[] Comment = ": working\n\n"u8.ToArray();

    private readonly SemaphoreSlim _turn = new(1);
    private bool _isInEvent;
    private bool _hasWritten;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Keeps the connection alive until it is cancelled, by the end of the answer or by the client.</summary>
    public async Task KeepAliveAsync(CancellationToken cancellation)
    {
        try
        {
            await Task.Delay(HeadersAfter, time, cancellation);
            await TakeTurnAsync(async () =>
            {
                if (!response.HasStarted) await response.StartAsync(cancellation);
                await response.Body.FlushAsync(cancellation);
            }, cancellation);
            while (true)
            {
                _hasWritten = false;
                await Task.Delay(CommentAfter, time, cancellation);
                await TakeTurnAsync(async () =>
                {
                    if (_hasWritten || _isInEvent) return;
                    await response.Body.WriteAsync(Comment, cancellation);
                    await response.Body.FlushAsync(cancellation);
                }, cancellation);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The answer is whole, or nobody waits for it any more.
        }
    }

    /// <summary>Sets the answer's status, unless the headers have gone already.</summary>
    public Task SetStatusAsync(int status, CancellationToken cancellation) => TakeTurnAsync(() =>
    {
        if (!response.HasStarted) response.StatusCode = status;
        return Task.CompletedTask;
    }, cancellation);

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty) return;
        await _turn.WaitAsync(cancellationToken);
        try
        {
            _hasWritten = true;
            // An event ends with an empty line. One that is written in pieces is not whole before its last piece.
            _isInEvent = !buffer.Span.EndsWith("\n\n"u8);
            await response.Body.WriteAsync(buffer, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => TakeTurnAsync(() => response.Body.FlushAsync(cancellationToken), cancellationToken);

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Write asynchronously.");

    public override void Flush() => throw new NotSupportedException("Flush asynchronously.");

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _turn.Dispose();
        base.Dispose(disposing);
    }

    private async Task TakeTurnAsync(Func<Task> act, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            await act();
        }
        finally
        {
            _turn.Release();
        }
    }
}
