namespace Parley.Gateway.Resilience;

/// <summary>
/// The one cancellation of an attempt: the caller's abort, from the first await on, and a time limit that is set anew with each
/// step (headers, then silence between reads).
/// </summary>
internal sealed class AttemptDeadline : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly CancellationTokenRegistration _abort;
    private readonly CancellationToken _aborted;

    internal AttemptDeadline(TimeProvider time, CancellationToken aborted)
    {
        _source = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _aborted = aborted;
        _abort = aborted.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _source);
    }

    internal CancellationToken Token => _source.Token;

    /// <summary>True when the caller has left: whatever failed then failed because of that.</summary>
    internal bool IsAborted => _aborted.IsCancellationRequested;

    /// <summary>Starts the limit of the next step; the former one no longer counts.</summary>
    internal void Within(TimeSpan limit) => _source.CancelAfter(limit);

    /// <summary>Ends whatever of the attempt still runs.</summary>
    internal void Cancel() => _source.Cancel();

    public void Dispose()
    {
        _abort.Dispose();
        _source.Dispose();
    }
}
