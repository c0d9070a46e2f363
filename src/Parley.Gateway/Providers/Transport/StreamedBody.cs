using System.IO.Pipelines;
using System.Net;
using Parley.Gateway.Resilience;

namespace Parley.Gateway.Providers.Transport;

/// <summary>
/// A caller's body on its way to a provider: read and written piece by piece, never more of it in memory than the server's own buffer. The
/// provider's pace is the caller's, because nothing is read before the last piece is gone. Can be sent once.
/// </summary>
/// <param name="source">The caller's body.</param>
/// <param name="length">Its declared length; null when it comes in chunks.</param>
/// <param name="most">So many bytes may come.</param>
/// <param name="deadline">The call's limits: a provider that takes nothing is as silent as one that says nothing.</param>
/// <param name="idle">The longest silence.</param>
/// <param name="firstByte">From the last byte to the answer.</param>
internal sealed class StreamedBody(PipeReader source, long? length, long most, AttemptDeadline deadline, TimeSpan idle, TimeSpan firstByte) : HttpContent
{
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _limits = new();
    private bool _isBegun;
    private bool _isAnswered;

    /// <summary>Its declared length; null when it comes in chunks.</summary>
    internal long? Length => length;

    /// <summary>Bytes that were sent on.</summary>
    internal long Sent { get; private set; }

    /// <summary>True when more came than may: the provider was given a part, and the connection was broken so that it cannot take it for the whole.</summary>
    internal bool IsTooLong { get; private set; }

    /// <summary>What ended the caller's body before its end; null when nothing did.</summary>
    internal Exception? CallersFault { get; private set; }

    /// <summary>The answer has come: from now on the limits are those of its reading.</summary>
    internal void NoteAnswered()
    {
        lock (_limits) _isAnswered = true;
    }

    /// <summary>Stops the sending, which nobody needs any more, and returns when the caller's body is not being read: the server may then go on with its connection.</summary>
    internal async Task StopAsync()
    {
        lock (_limits)
        {
            _isAnswered = true;
            if (!_isBegun) _ended.TrySetResult();
            _isBegun = true;
        }

        await _stop.CancelAsync();
        await _ended.Task;
        _stop.Dispose();
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellation)
    {
        lock (_limits)
        {
            // HttpClient may try a request again on another connection; what was read of this one is gone.
            if (_isBegun) throw new HttpRequestException("the body of a passed-on call can be sent only once");
            _isBegun = true;
        }

        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline.Token, _stop.Token);
            while (await SendNextAsync(stream, either.Token))
            {
            }

            Limit(firstByte, AttemptStep.FirstByte);
        }
        finally
        {
            _ended.TrySetResult();
        }
    }

    protected override bool TryComputeLength(out long computed)
    {
        computed = length ?? 0;
        return length is not null;
    }

    private async ValueTask<bool> SendNextAsync(Stream stream, CancellationToken cancellation)
    {
        var read = await ReadAsync(cancellation);
        var taken = read.Buffer.Start;
        try
        {
            IsTooLong = Sent + read.Buffer.Length > most;
            if (IsTooLong) throw new IOException("the body is larger than is allowed");
            foreach (var piece in read.Buffer)
            {
                var writing = stream.WriteAsync(piece, cancellation);
                if (!writing.IsCompleted) Limit(idle, AttemptStep.Idle);
                await writing;
                Sent += piece.Length;
            }

            // What is little (the beginning of a form) must not wait for what fills the transport's buffer.
            if (!read.IsCompleted) await stream.FlushAsync(cancellation);
            taken = read.Buffer.End;
        }
        finally
        {
            source.AdvanceTo(taken, read.Buffer.End);
        }

        return !read.IsCompleted;
    }

    private async ValueTask<ReadResult> ReadAsync(CancellationToken cancellation)
    {
        // A caller who sends slowly is not the provider's silence; the server has its own limit for it.
        if (source.TryRead(out var read)) return read;
        Limit(Timeout.InfiniteTimeSpan, AttemptStep.Idle);
        try
        {
            return await source.ReadAsync(cancellation);
        }
        catch (Exception exception) when (!cancellation.IsCancellationRequested)
        {
            CallersFault = exception;
            throw;
        }
    }

    private void Limit(TimeSpan limit, AttemptStep step)
    {
        lock (_limits)
        {
            if (!_isAnswered) deadline.Within(limit, step);
        }
    }
}
