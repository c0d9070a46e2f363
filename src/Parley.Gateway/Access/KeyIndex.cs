using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using Parley.Gateway.Configuration;

namespace Parley.Gateway.Access;

/// <summary>
/// All keys in memory, those of the database, of the file and of the environment, as one immutable table that is swapped whole: a
/// request never waits for the database. <see cref="RefreshAsync"/> follows each change of this process at once, <see cref="PollAsync"/>
/// sees those of other processes.
/// </summary>
internal sealed partial class KeyIndex(KeyStore store, KeyHasher hasher, TimeProvider time, ILogger<KeyIndex> logger) : IDisposable
{
    /// <summary>How long the last known keys stay valid while the database cannot be read.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _refreshing = new(1, 1);
    private readonly Lock _publishing = new();
    private IReadOnlyList<KeyRecord> _stored = [];
    private IReadOnlyList<KeyRecord> _fixed = [];
    private KeyTable _table = KeyTable.Empty;
    private long _counter = -1;
    private long? _failingSince;
    private volatile bool _isAvailable;

    /// <summary>False before the first load, and when the database has not been readable for <see cref="Grace"/>: every call is refused then.</summary>
    public bool IsAvailable => _isAvailable;

    /// <summary>The keys of the file and of the environment.</summary>
    public IReadOnlyList<KeyRecord> Fixed => Volatile.Read(ref _fixed);

    /// <summary>Every key: fixed ones first, then those of the database in the order they were made.</summary>
    public IReadOnlyList<KeyRecord> All
    {
        get
        {
            lock (_publishing) return [.. _fixed, .. _stored];
        }
    }

    /// <summary>The keys as they are now; another one after each change.</summary>
    public KeyTable Table => Volatile.Read(ref _table);

    /// <summary>
    /// Takes the keys of the configuration, at the start and after each reload. Returns what is wrong with them, each with its place in
    /// the file; then the former ones stay.
    /// </summary>
    public IReadOnlyList<string> SetFixedKeys(IReadOnlyList<FixedKeyConfig> keys, Secret? environmentAdmin)
    {
        PrepareFixedKeys(keys, environmentAdmin, out var errors)?.Invoke();
        return errors;
    }

    /// <summary>The same in two steps: this one changes nothing, and what it returns cannot fail. Null when something is wrong.</summary>
    public Action? PrepareFixedKeys(IReadOnlyList<FixedKeyConfig> keys, Secret? environmentAdmin, out IReadOnlyList<string> errors)
    {
        var compiled = FixedKeys.Compile(keys, environmentAdmin, hasher, out var wrong);
        errors = wrong;
        return wrong.Count > 0 ? null : Publish;

        void Publish()
        {
            lock (_publishing)
            {
                Volatile.Write(ref _fixed, compiled);
                Publish_NeedsLock();
            }
        }
    }

    /// <summary>Reads all keys again. When it returns, authentication knows them.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await _refreshing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var (counter, keys) = await store.ReadAllAsync(cancellationToken).ConfigureAwait(false);
            lock (_publishing)
            {
                _counter = counter;
                _stored = keys;
                Publish_NeedsLock();
                _failingSince = null;
                _isAvailable = true;
            }

            var lost = keys.Count(key => key.PepperId != hasher.PepperId);
            if (lost > 0) LogLostPepper(lost);
        }
        finally
        {
            _refreshing.Release();
        }
    }

    /// <summary>Asks the database whether a key has changed, and reads them again if so. Never throws for a database that is away.</summary>
    public async Task PollAsync(CancellationToken cancellationToken)
    {
        try
        {
            var counter = await store.ReadChangeCounterAsync(cancellationToken).ConfigureAwait(false);
            if (counter != Volatile.Read(ref _counter) || !_isAvailable) await RefreshAsync(cancellationToken).ConfigureAwait(false);
            lock (_publishing) _failingSince = null;
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            NoteFailure(e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _refreshing.Dispose();

    private void NoteFailure(Exception exception)
    {
        lock (_publishing)
        {
            var first = _failingSince is null;
            _failingSince ??= time.GetTimestamp();
            if (first) LogUnreachable(exception);
            if (!_isAvailable || time.GetElapsedTime(_failingSince.Value) < Grace) return;
            _isAvailable = false;
        }

        LogClosed(exception);
    }

    // Fixed keys come last: where the file and the database hold one value, what the operator wrote in the file counts.
    private void Publish_NeedsLock()
    {
        var entries = new Dictionary<KeyDigest, IndexedKey>(KeyDigestComparer.Instance);
        foreach (var key in _stored)
        {
            if (key.PepperId == hasher.PepperId) entries[key.Digest] = new IndexedKey(key);
        }

        foreach (var key in _fixed) entries[key.Digest] = new IndexedKey(key);
        Volatile.Write(ref _table, new KeyTable(entries.ToFrozenDictionary(KeyDigestComparer.Instance)));
    }

    [LoggerMessage(1, LogLevel.Warning, "{Count} keys were made with another pepper and are invalid: restore the file 'pepper' or make new keys")]
    private partial void LogLostPepper(int count);

    [LoggerMessage(2, LogLevel.Warning, "The key store cannot be read; the keys that are known stay valid for a few seconds")]
    private partial void LogUnreachable(Exception exception);

    [LoggerMessage(3, LogLevel.Error, "The key store cannot be read: every call that needs a key is refused until it can")]
    private partial void LogClosed(Exception exception);
}
