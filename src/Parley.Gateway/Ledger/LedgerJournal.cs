using Microsoft.Extensions.Logging;

namespace Parley.Gateway.Ledger;

/// <summary>
/// The append-only journal. One writer at a time: whoever finds nobody writing writes its own record on its own thread with one
/// <c>write(2)</c>; those who come meanwhile join the next batch, which a pool thread writes. An append has completed once the bytes are
/// the operating system's: safe from the death of the process, not from a loss of power.
/// When a write fails the records are parked in a bounded memory and tried again every second; see <see cref="IsFailing"/>.
/// </summary>
internal sealed class LedgerJournal : IThreadPoolWorkItem, IDisposable
{
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromSeconds(1);

    private readonly LedgerOptions _options;
    private readonly LedgerQueue _queue;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ITimer _probe;
    private const int MostTurns = 4;

    private readonly Lock _gate = new();
    private readonly JournalSegments _segments;
    private JournalBatch _filling = new();
    private JournalBatch? _spare = new();
    private JournalBatch? _handedOver;
    private Queue<UsageRecord> _parked = new();
    private TaskCompletionSource? _idle;
    private volatile bool _failing;
    private bool _writing;
    private bool _closed;
    private long _written;
    private long _failed;
    private long _lost;

    public LedgerJournal(LedgerOptions options, LedgerQueue queue, TimeProvider time, ILogger logger)
    {
        _options = options;
        _queue = queue;
        _time = time;
        _logger = logger;
        _segments = new JournalSegments(options, time, logger);
        _probe = time.CreateTimer(static state => ((LedgerJournal)state!).Probe(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>True while records cannot be written.</summary>
    public bool IsFailing => _failing;

    public long Written => Interlocked.Read(ref _written);

    public long Failed => Interlocked.Read(ref _failed);

    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>Records in memory that wait for the disk.</summary>
    public int Parked
    {
        get
        {
            lock (_gate) return _parked.Count;
        }
    }

    public JournalSegments Segments => _segments;

    /// <summary>Takes the directory, lists what earlier runs left, and begins a new segment.</summary>
    public void Open()
    {
        try
        {
            _queue.StartAt(_segments.Open());
            _segments.Begin();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Fail(e);
        }

        _probe.Change(ProbeInterval, ProbeInterval);
    }

    /// <summary>Adds a record nobody waits for.</summary>
    public void Append(UsageRecord record)
    {
        if (Add(record, waits: false, out _) is { } mine) Write(mine);
    }

    /// <summary>Adds a record; true once it is written.</summary>
    public ValueTask<bool> AppendAsync(UsageRecord record, CancellationToken cancellationToken)
    {
        var mine = Add(record, waits: true, out var joined);
        if (mine is not null) return new(Write(mine));
        if (joined is null) return new(false);
        return new(cancellationToken.CanBeCanceled && !joined.IsCompleted ? joined.WaitAsync(cancellationToken) : joined);
    }

    /// <summary>Writes what others gathered while the last writer was at it.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        if (Interlocked.Exchange(ref _handedOver, null) is { } batch) Write(batch);
    }

    /// <summary>Takes no more records and waits until those taken are written, or cannot be.</summary>
    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        await _probe.DisposeAsync().ConfigureAwait(false);
        Task idle;
        lock (_gate)
        {
            if (_closed) return;
            _closed = true;
            if (_writing) _idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            idle = _idle?.Task ?? Task.CompletedTask;
        }

        await idle.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_failing) Retry();
        lock (_gate)
        {
            if (_parked.Count == 0) return;
            Interlocked.Add(ref _lost, _parked.Count);
            LedgerLog.LostAtStop(_logger, _parked.Count);
        }
    }

    public void Dispose()
    {
        _probe.Dispose();
        _segments.Dispose();
    }

    // The batch to be written by this thread, or null: then it joined a batch (joined is not null), or could not be taken.
    private JournalBatch? Add(UsageRecord record, bool waits, out Task<bool>? joined)
    {
        joined = null;
        lock (_gate)
        {
            if (!_closed && !_failing && _filling.TryAdd(record))
            {
                if (_writing)
                {
                    if (waits) joined = _filling.Joined;
                    return null;
                }

                _writing = true;
                return Next_NeedsLock();
            }

            _failed++;
            if (_failing && !_closed) Park_NeedsLock(record);
            else _lost++;
            return null;
        }
    }

    private JournalBatch Next_NeedsLock()
    {
        var batch = _filling;
        _filling = _spare ?? new JournalBatch();
        _spare = null;
        return batch;
    }

    // Writes the batch, and what others gathered meanwhile: a hand-over to another thread costs more than the write. A thread that
    // has written for others a few times hands over all the same, because its own caller waits too.
    private bool Write(JournalBatch batch, int turn = 1)
    {
        Exception? fault = null;
        try
        {
            var start = _segments.Write(batch.Bytes);
            _queue.Publish(batch.Records, start);
        }
        catch (Exception e) when (IsStorageFault(e))
        {
            fault = e;
        }

        JournalBatch? next = null;
        JournalBatch? refused = null;
        lock (_gate)
        {
            if (fault is null)
            {
                _written += batch.Count;
            }
            else
            {
                foreach (var (record, _) in batch.Records) Park_NeedsLock(record);
                foreach (var (record, _) in _filling.Records) Park_NeedsLock(record);
                _failed += batch.Count + _filling.Count;
                if (_filling.Count > 0) refused = Next_NeedsLock();
                _failing = true;
            }

            if (_filling.Count > 0) next = Next_NeedsLock();
            else Idle_NeedsLock();
        }

        if (fault is not null) LedgerLog.JournalFailed(_logger, _options.Directory, fault);
        if (next is not null) WriteNext(next, turn);
        // Those who wait go on from here, on this thread: by now somebody else may write again.
        batch.Complete(fault is null);
        Recycle(batch);
        refused?.Complete(false);
        return fault is null;
    }

    private void WriteNext(JournalBatch next, int turn)
    {
        if (turn < MostTurns)
        {
            Write(next, turn + 1);
            return;
        }

        _handedOver = next;
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private void Fail(Exception fault)
    {
        _failing = true;
        LedgerLog.JournalFailed(_logger, _options.Directory, fault);
    }

    private void Probe()
    {
        if (_failing)
        {
            Retry();
            return;
        }

        // A file that was deleted under us takes bytes gladly and keeps none.
        lock (_gate)
        {
            if (_writing || _closed || _segments.IsCurrentPresent) return;
            _failing = true;
        }

        LedgerLog.JournalFailed(_logger, _options.Directory, new FileNotFoundException("The journal's segment is gone."));
        Retry();
    }

    // While the journal fails nobody writes but this, and appends are parked.
    private void Retry()
    {
        var batch = new JournalBatch();
        while (true)
        {
            Queue<UsageRecord> taken;
            lock (_gate)
            {
                if (_writing) return;
                _writing = true;
                taken = _parked;
                _parked = new Queue<UsageRecord>();
            }

            var done = false;
            try
            {
                _segments.Reopen();
                while (taken.Count > 0)
                {
                    batch.Clear();
                    foreach (var record in taken)
                    {
                        if (!batch.TryAdd(record)) break;
                    }

                    var start = _segments.Write(batch.Bytes);
                    _queue.Publish(batch.Records, start);
                    Interlocked.Add(ref _written, batch.Count);
                    for (var i = batch.Count; i > 0; i--) taken.Dequeue();
                }

                done = true;
            }
            catch (Exception e) when (IsStorageFault(e))
            {
                LedgerLog.JournalStillFailing(_logger, e.Message);
            }

            lock (_gate)
            {
                if (!done)
                {
                    // Back to the front, the oldest lost where that is too much.
                    var newer = _parked;
                    _parked = taken;
                    foreach (var record in newer) Park_NeedsLock(record);
                    Idle_NeedsLock();
                    return;
                }

                Idle_NeedsLock();
                if (_parked.Count > 0) continue;
                _failing = false;
            }

            LedgerLog.JournalRecovered(_logger, _options.Directory, Lost);
            return;
        }
    }

    private void Park_NeedsLock(UsageRecord record)
    {
        while (_parked.Count >= _options.ParkedRecords)
        {
            _parked.Dequeue();
            _lost++;
        }

        _parked.Enqueue(record);
    }

    private void Idle_NeedsLock()
    {
        _writing = false;
        _idle?.TrySetResult();
    }

    private void Recycle(JournalBatch batch)
    {
        batch.Clear();
        lock (_gate) _spare ??= batch;
    }

    // Whatever the reason: a writer that left without a word would leave everybody waiting.
    private static bool IsStorageFault(Exception e) => e is not OutOfMemoryException;
}
