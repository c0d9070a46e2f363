using Microsoft.Extensions.ObjectPool;

namespace Parley.Gateway.Resilience;

/// <summary>
/// The one cancellation of an attempt: the caller's abort, from the first await on, and a time limit that is set anew with each
/// step (headers, then silence between reads).
/// </summary>
internal sealed class AttemptDeadline : IDisposable
{
    // A source with its timer and its list of registrations is used again while it was never cancelled: 320 bytes of each attempt.
    private static readonly ObjectPool<CancellationTokenSource> Sources =
        new DefaultObjectPool<CancellationTokenSource>(new SourcePolicy(), 256);

    private readonly CancellationTokenSource _source;
    private readonly CancellationTokenRegistration _abort;
    private readonly CancellationToken _aborted;
    private readonly bool _isPooled;
    private readonly TimeProvider _time;
    private readonly long _totalUntil;
    private volatile bool _isOver;

    /// <param name="time">Drives the limits.</param>
    /// <param name="aborted">The caller's abort.</param>
    /// <param name="totalUntil">The timestamp at which the whole request has to be over; zero for no such limit.</param>
    internal AttemptDeadline(TimeProvider time, CancellationToken aborted, long totalUntil = 0)
    {
        _time = time;
        _totalUntil = totalUntil;
        // Only the system's timers can be told to forget that they were set.
        _isPooled = ReferenceEquals(time, TimeProvider.System);
        _source = _isPooled ? Sources.Get() : new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _aborted = aborted;
        _abort = aborted.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _source);
        // What comes before the call itself (fetching media, getting a token) has no other limit here.
        if (totalUntil != 0) Within(Timeout.InfiniteTimeSpan, AttemptStep.FirstByte);
    }

    internal CancellationToken Token => _source.Token;

    /// <summary>True when the caller has left: whatever failed then failed because of that.</summary>
    internal bool IsAborted => _aborted.IsCancellationRequested;

    /// <summary>True while somebody may go on using <see cref="Token"/> after the attempt: the source is then not used again.</summary>
    internal bool IsTokenInUse { get; set; }

    /// <summary>What the limit that runs now, or has run out, is for.</summary>
    internal AttemptStep Step { get; private set; } = AttemptStep.FirstByte;

    /// <summary>Starts the limit of the next step; the former one no longer counts. What is left of the whole request's time is never exceeded.</summary>
    internal void Within(TimeSpan limit, AttemptStep step)
    {
        // A limit that has run out keeps its name; and a source that another attempt may be using is not ours any more.
        if (_isOver || _source.IsCancellationRequested) return;
        Step = step;
        if (_totalUntil != 0)
        {
            var left = _time.GetElapsedTime(_time.GetTimestamp(), _totalUntil);
            if (left < limit || limit == Timeout.InfiniteTimeSpan)
            {
                (limit, Step) = (left > TimeSpan.Zero ? left : TimeSpan.Zero, AttemptStep.Total);
            }
        }

        _source.CancelAfter(limit);
    }

    /// <summary>Ends whatever of the attempt still runs.</summary>
    internal void Cancel() => _source.Cancel();

    public void Dispose()
    {
        _isOver = true;
        // Waits for a callback that runs on another thread: after it nobody cancels the source.
        _abort.Dispose();
        if (_isPooled && !IsTokenInUse) Sources.Return(_source);
        else _source.Dispose();
    }

    private sealed class SourcePolicy : PooledObjectPolicy<CancellationTokenSource>
    {
        public override CancellationTokenSource Create() => new();

        public override bool Return(CancellationTokenSource obj)
        {
            if (obj.TryReset()) return true;
            obj.Dispose();
            return false;
        }
    }
}
