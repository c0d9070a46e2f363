namespace Parley.Gateway.Ledger;

/// <summary>
/// What is journalled and not yet in the database. Holds a bounded number of records; when they do not fit it only remembers from where
/// to where the journal is to be read back, until the reader has reached the end: nothing is lost and nothing grows.
/// </summary>
internal sealed class LedgerQueue(int capacity)
{
    private readonly Lock _gate = new();
    private readonly Queue<JournalEntry> _entries = new();
    private readonly PriorityQueue<TaskCompletionSource, long> _waiters = new();
    private TaskCompletionSource? _wake;
    private int _wakeAt;
    private bool _spilled;
    private bool _urgent;
    private long _pending;
    private JournalPosition _spillFrom;
    private JournalPosition _end;
    private JournalPosition _applied;

    /// <summary>Records of this process that are journalled and not applied.</summary>
    public long Pending => Interlocked.Read(ref _pending);

    /// <summary>True when everything journalled is in the database.</summary>
    public bool IsDrained
    {
        get
        {
            lock (_gate) return _applied.Value >= _end.Value;
        }
    }

    /// <summary>Begins with segments of earlier runs, to be read back up to <paramref name="end"/>.</summary>
    public void StartAt(JournalPosition end)
    {
        lock (_gate)
        {
            _end = end;
            _spilled = end.Value > 0;
            _spillFrom = default;
        }
    }

    /// <summary>Adds what has just been written to the journal at <paramref name="start"/>. Called in the order of the journal.</summary>
    public void Publish(ReadOnlySpan<(UsageRecord Record, int End)> records, JournalPosition start)
    {
        lock (_gate)
        {
            if (!_spilled && _entries.Count + records.Length > capacity)
            {
                _spilled = true;
                _spillFrom = start;
            }

            foreach (var (record, end) in records)
            {
                _end = start with { Offset = start.Offset + end };
                if (!_spilled) _entries.Enqueue(new JournalEntry(record, _end));
            }

            _pending += records.Length;
            Signal_NeedsLock();
        }
    }

    /// <summary>Moves up to <paramref name="max"/> records into <paramref name="into"/>; where none is left in memory and the journal has more,
    /// says from where to where it is to be read.</summary>
    public (JournalPosition From, JournalPosition To)? Take(List<JournalEntry> into, int max)
    {
        lock (_gate)
        {
            while (into.Count < max && _entries.TryDequeue(out var entry)) into.Add(entry);
            return into.Count == 0 && _spilled ? (_spillFrom, _end) : null;
        }
    }

    /// <summary>Everything up to <paramref name="position"/> is in the database.</summary>
    /// <param name="position">Just behind the last record.</param>
    /// <param name="records">How many of them this process had journalled.</param>
    public void Applied(JournalPosition position, int records)
    {
        lock (_gate)
        {
            _pending -= records;
            _applied = position;
            if (_spilled && _entries.Count == 0 && position.Value > _spillFrom.Value) _spillFrom = position;
            if (_spilled && _spillFrom.Value >= _end.Value) _spilled = false;
            while (_waiters.TryPeek(out var waiter, out var until) && until <= position.Value)
            {
                _waiters.Dequeue();
                waiter.TrySetResult();
            }

            if (_waiters.Count == 0) _urgent = false;
        }
    }

    /// <summary>Completes when at least <paramref name="records"/> wait, or someone waits for them.</summary>
    public Task WaitAsync(int records)
    {
        lock (_gate)
        {
            _wake = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _wakeAt = records;
            var task = _wake.Task;
            Signal_NeedsLock();
            return task;
        }
    }

    /// <summary>Ends a <see cref="WaitAsync"/> early.</summary>
    public void Wake()
    {
        lock (_gate)
        {
            _wake?.TrySetResult();
            _wake = null;
        }
    }

    /// <summary>True when everything journalled by now is in the database; false when the limit or the token came first.</summary>
    public async Task<bool> WaitAppliedAsync(TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        Task waiting;
        lock (_gate)
        {
            if (_applied.Value >= _end.Value) return true;
            var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Enqueue(waiter, _end.Value);
            _urgent = true;
            Signal_NeedsLock();
            waiting = waiter.Task;
        }

        try
        {
            await waiting.WaitAsync(limit, time, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            return false;
        }
    }

    private void Signal_NeedsLock()
    {
        if (_wake is null || (!_spilled && !_urgent && _entries.Count < _wakeAt)) return;
        _wake.TrySetResult();
        _wake = null;
    }
}
