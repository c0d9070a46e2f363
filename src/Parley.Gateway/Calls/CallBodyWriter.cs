using System.IO.Pipelines;

namespace Parley.Gateway.Calls;

/// <summary>A writer that knows whether anything has been let go: from then on an answer has begun, and its status stands.</summary>
internal sealed class CallBodyWriter(PipeWriter inner) : PipeWriter
{
    private bool _isCompleted;

    internal bool HasFlushed { get; private set; }

    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => inner.UnflushedBytes;

    public override void Advance(int bytes) => inner.Advance(bytes);

    public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        HasFlushed = true;
        return inner.FlushAsync(cancellationToken);
    }

    // The pipeline completes a stream early, the call itself in any case: the second time means nothing.
    public override void Complete(Exception? exception = null)
    {
        if (_isCompleted) return;
        _isCompleted = true;
        inner.Complete(exception);
    }
}
