using Microsoft.Extensions.Logging;

namespace Parley.Gateway.Ledger;

/// <summary>
/// Brings journalled records to the database, in the order of the journal and in transactions of many rows. While the database is away or
/// locked it tries again with growing pauses; meanwhile the journal goes on. A segment whose records are all applied is deleted.
/// </summary>
internal sealed class LedgerWriter : IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly LedgerOptions _options;
    private readonly LedgerJournal _journal;
    private readonly LedgerQueue _queue;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly JournalReader _reader;
    private readonly SqliteUsageWriter _database;
    private readonly ITimer _gather;
    private readonly CancellationTokenSource _abort = new();
    private readonly List<JournalEntry> _entries = [];
    private Task _loop = Task.CompletedTask;
    private volatile bool _stopping;
    private volatile bool _failing;
    private long _rejected;

    public LedgerWriter(LedgerOptions options, LedgerJournal journal, LedgerQueue queue, TimeProvider time, ILogger logger)
    {
        _options = options;
        _journal = journal;
        _queue = queue;
        _time = time;
        _logger = logger;
        _reader = new JournalReader(journal.Segments, logger);
        _database = new SqliteUsageWriter(options.DatabasePath);
        _gather = time.CreateTimer(static queue => ((LedgerQueue)queue!).Wake(), queue, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>True while the database does not take records.</summary>
    public bool IsFailing => _failing;

    /// <summary>Rows that the database refused for what they are.</summary>
    public long Rejected => Interlocked.Read(ref _rejected);

    public long DamagedSegments => _reader.Damaged;

    public void Start() => _loop = Task.Run(() => RunAsync(_abort.Token));

    /// <summary>Applies what is journalled and ends; where the token comes first, the rest stays in the journal.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _stopping = true;
        _queue.Wake();
        await _loop.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _abort.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_queue.IsDrained)
        {
            _journal.Segments.Close();
            _journal.Segments.Release(new JournalPosition(int.MaxValue, 0));
        }

        Dispose();
    }

    public void Dispose()
    {
        _gather.Dispose();
        _database.Dispose();
        _abort.Dispose();
    }

    private async Task RunAsync(CancellationToken abort)
    {
        while (!abort.IsCancellationRequested)
        {
            if (_queue.IsDrained)
            {
                if (_stopping) return;
                var arrived = _queue.WaitAsync(1);
                if (_stopping) _queue.Wake();
                await arrived.ConfigureAwait(false);
                if (!_stopping) await GatherAsync().ConfigureAwait(false);
            }

            var pause = FirstPause;
            while (!TryApply())
            {
                await Task.Delay(pause, _time, abort).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (abort.IsCancellationRequested) return;
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    // One transaction for many rows: a row alone costs ten times as much.
    private async Task GatherAsync()
    {
        _gather.Change(_options.BatchInterval, Timeout.InfiniteTimeSpan);
        await _queue.WaitAsync(_options.BatchRows).ConfigureAwait(false);
        _gather.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private bool TryApply()
    {
        try
        {
            var end = _entries.Count > 0 ? _entries[^1].End : default;
            if (_entries.Count == 0)
            {
                if (_queue.Take(_entries, _options.BatchRows) is { } spilled) end = _reader.Read(spilled.From, spilled.To, _entries, _options.BatchRows);
                else if (_entries.Count == 0) return true;
                else end = _entries[^1].End;
            }

            if (_entries.Count > 0)
            {
                var rejected = _database.Write(_entries, out var reason);
                if (rejected > 0)
                {
                    Interlocked.Add(ref _rejected, rejected);
                    LedgerLog.RowsRejected(_logger, rejected, reason);
                }
            }

            var own = 0;
            foreach (var entry in _entries) own += entry.End.Segment >= _journal.Segments.FirstOwn ? 1 : 0;
            _entries.Clear();
            _queue.Applied(end, own);
            _journal.Segments.Release(end);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            if (!_failing) LedgerLog.DatabaseFailed(_logger, e);
            _failing = true;
            return false;
        }

        if (_failing) LedgerLog.DatabaseRecovered(_logger);
        _failing = false;
        return true;
    }
}
