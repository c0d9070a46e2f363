using Microsoft.Extensions.Logging;
using Parley.Gateway.Configuration;

namespace Parley.Gateway.Ledger;

/// <summary>
/// The usage records of this process: journalled first, then applied to the database (DESIGN §5).
/// <code>
/// AppendAsync → LedgerJournal (segment files) → LedgerQueue (bounded) → LedgerWriter → SqliteUsageWriter → database
///                        └── read back when the queue overflowed, and at start ──┘
/// </code>
/// A record is safe from <c>kill -9</c> once its append has completed with true: its bytes are the operating system's. A loss of power may
/// take what the system had not yet written to the disk.
/// </summary>
public sealed class UsageLedger : IAsyncDisposable
{
    private readonly LedgerOptions _options;
    private readonly LedgerQueue _queue;
    private readonly LedgerJournal _journal;
    private readonly LedgerWriter _writer;
    private readonly TimeProvider _time;
    private readonly bool _waitsForDatabase;
    private readonly bool _refuses;
    private int _stopped;

    /// <summary>Makes a ledger that does nothing until <see cref="StartAsync"/>.</summary>
    public UsageLedger(LedgerOptions options, TimeProvider time, ILogger<UsageLedger> logger)
    {
        _options = options;
        _time = time;
        _waitsForDatabase = options.Config.Commit == LedgerCommit.Database;
        _refuses = options.Config.OnFailure == LedgerFailure.Refuse;
        _queue = new LedgerQueue(options.QueueRecords);
        _journal = new LedgerJournal(options, _queue, time, logger);
        _writer = new LedgerWriter(options, _journal, _queue, time, logger);
    }

    /// <summary>False while new requests are to be answered 503, because what they use could not be recorded.</summary>
    public bool IsAccepting => !_refuses || (!_journal.IsFailing && !(_waitsForDatabase && _writer.IsFailing));

    /// <summary>Records whose bytes are in the journal, since the start.</summary>
    public long Written => _journal.Written;

    /// <summary>Appends that completed with false: the record is in memory, or lost.</summary>
    public long Failed => _journal.Failed;

    /// <summary>Records that will never be in the database: the memory for unwritten ones was full, or the database refused the row.</summary>
    public long Lost => _journal.Lost + _writer.Rejected;

    /// <summary>Records of this process that are not in the database yet, wherever they wait.</summary>
    public long Pending => _queue.Pending + _journal.Parked;

    /// <summary>Segments of an earlier run that were damaged in the middle; what was behind the damage is kept in a <c>.damaged</c> file.</summary>
    public long DamagedSegments => _writer.DamagedSegments;

    internal LedgerOptions Options => _options;

    /// <summary>Opens the journal and begins to apply what earlier runs left in it. A disk that cannot be written is not an error here,
    /// see <see cref="IsAccepting"/>.</summary>
    /// <exception cref="InvalidOperationException">Another process owns the directory.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _journal.Open();
        _writer.Start();
        return Task.CompletedTask;
    }

    /// <summary>
    /// Records an attempt. True once the record is in the journal (or in the database, where <c>ledger.commit</c> says so); false, at once,
    /// when it could not be written: it is then kept in memory until the disk is back. The token ends the wait, not the record.
    /// </summary>
    public ValueTask<bool> AppendAsync(UsageRecord record, CancellationToken cancellationToken)
    {
        var journalled = _journal.AppendAsync(record, cancellationToken);
        return _waitsForDatabase ? CommitAsync(journalled, cancellationToken) : journalled;
    }

    /// <summary>Records an attempt whose outcome the caller does not wait for (one that was followed by another).</summary>
    public void Append(UsageRecord record) => _journal.Append(record);

    /// <summary>True when everything that was journalled before the call is in the database; false when the limit came first.</summary>
    public Task<bool> CatchUpAsync(TimeSpan limit, CancellationToken cancellationToken) => _queue.WaitAppliedAsync(limit, _time, cancellationToken);

    /// <summary>Writes what is in memory, applies what is journalled, and closes the files. Where the token ends it early, the rest is
    /// applied by the next start.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        // A host stops its services and then disposes them: the second time there is nothing left to do.
        if (Interlocked.Exchange(ref _stopped, 1) != 0) return;
        await _journal.CloseAsync(cancellationToken).ConfigureAwait(false);
        await _writer.StopAsync(cancellationToken).ConfigureAwait(false);
        _journal.Dispose();
    }

    /// <summary>Stops within five seconds.</summary>
    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5), _time);
        await StopAsync(limit.Token).ConfigureAwait(false);
    }

    private async ValueTask<bool> CommitAsync(ValueTask<bool> journalled, CancellationToken cancellationToken) =>
        await journalled.ConfigureAwait(false)
        && await _queue.WaitAppliedAsync(_options.CommitLimit, _time, cancellationToken).ConfigureAwait(false);
}
