namespace Parley.Gateway.Users.Passwords;

/// <summary>
/// Where hashing happens: on two threads of its own and of low priority, never on those that carry answers, so that a stream waits for no sign-in. Who comes while
/// both are busy waits in a queue with a bound; a caller that leaves gives its place up at once.
/// </summary>
internal sealed class PasswordHashing : IDisposable
{
    /// <summary>Hashes at a time.</summary>
    public const int MostAtOnce = 2;

    /// <summary>Callers that may wait, beside those whose hash is being made.</summary>
    public const int MostWaiting = 64;

    /// <summary>What a refused caller is told to wait: about as long as the queue takes to become half as long.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(3);

    // Monitor and not Lock: threads wait on it.
    private readonly object _gate = new();
    private readonly LinkedList<Job> _waiting = [];
    private int _threads;
    private int _idle;
    private bool _isDisposed;

    /// <summary>Callers that wait now.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate) return _waiting.Count;
        }
    }

    /// <summary>Runs the work as soon as it is its turn.</summary>
    /// <returns>Null when the queue is full.</returns>
    public Task<T>? TryRun<T>(Func<T> work, CancellationToken cancellation)
    {
        var job = new Job<T>(work, cancellation);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_waiting.Count >= MostWaiting) return null;
            job.Place = _waiting.AddLast(job);
            // The first hash of all starts the first thread: who has no users has none.
            if (_idle < _waiting.Count && _threads < MostAtOnce) StartThread_NeedsLock();
            Monitor.Pulse(_gate);
        }

        return WaitAsync(job, cancellation);
    }

    /// <summary>Cancels what waits; the threads end after the hash they are at.</summary>
    public void Dispose()
    {
        Job[] left;
        lock (_gate)
        {
            _isDisposed = true;
            left = [.. _waiting];
            _waiting.Clear();
            Monitor.PulseAll(_gate);
        }

        foreach (var job in left) job.Cancel();
    }

    private async Task<T> WaitAsync<T>(Job<T> job, CancellationToken cancellation)
    {
        await using var leaving = cancellation.UnsafeRegister(_ => Leave(job), null).ConfigureAwait(false);
        return await job.Task.ConfigureAwait(false);
    }

    private void Leave(Job job)
    {
        lock (_gate)
        {
            if (job.Place!.List is null) return;
            _waiting.Remove(job.Place);
        }

        job.Cancel();
    }

    private void StartThread_NeedsLock()
    {
        _threads++;
        new Thread(Work) { IsBackground = true, Name = $"password hashing {_threads}" }.Start();
    }

    private void Work()
    {
        LowPriority.Enter();
        while (Take() is { } job) job.Run();
    }

    private Job? Take()
    {
        lock (_gate)
        {
            _idle++;
            while (_waiting.Count == 0 && !_isDisposed) Monitor.Wait(_gate);
            _idle--;
            if (_isDisposed) return null;
            var job = _waiting.First!.Value;
            _waiting.RemoveFirst();
            return job;
        }
    }

    private abstract class Job
    {
        /// <summary>Its place in the queue; without a list once it was taken out.</summary>
        public LinkedListNode<Job>? Place { get; set; }

        public abstract void Run();

        public abstract void Cancel();
    }

    private sealed class Job<T>(Func<T> work, CancellationToken cancellation) : Job
    {
        // What waits for a hash goes on on the pool: a hashing thread runs nobody's continuation.
        private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<T> Task => _done.Task;

        public override void Run()
        {
            try
            {
                _done.TrySetResult(work());
            }
            catch (Exception exception)
            {
                _done.TrySetException(exception);
            }
        }

        public override void Cancel() => _done.TrySetCanceled(cancellation);
    }
}
