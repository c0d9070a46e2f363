using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Parley.Gateway.Routing.Affinity;

/// <summary>
/// Remembers who made what only its maker can answer for: responses, sealed reasoning, files. Learning puts it into memory at once and hands
/// it to <see cref="MakerWriter"/>, off the request's path; what memory has forgotten is read from the database.
/// </summary>
internal sealed partial class MakerStore(MakerTable table, TimeProvider time, ILogger<MakerStore> logger)
{
    private const int MostInMemory = 100_000;
    private const int MostWaiting = 20_000;

    // A slow database must not hold up a request: without the pin it may still be answered.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly RecentlyUsed<UInt128, Maker> _recent = new(MostInMemory);
    private readonly RecentlyUsed<UInt128, bool> _unwritten = new(MostWaiting);
    private readonly Channel<MakerTable.Entry> _waiting = Channel.CreateBounded<MakerTable.Entry>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private volatile int _kinds;
    private long _leftOut;

    /// <summary>What is still to be written to the database.</summary>
    internal ChannelReader<MakerTable.Entry> Waiting => _waiting.Reader;

    /// <summary>How many entries did not get to the database since it was last asked, because that is too slow.</summary>
    internal long TakeLeftOut() => Interlocked.Exchange(ref _leftOut, 0);

    /// <summary>True when nothing of the kind was ever made, so that no request need be searched for it.</summary>
    internal bool IsEmptyOf(MakerKind kind) => (_kinds & (1 << (int)kind)) == 0;

    /// <summary>The database holds makers of this kind.</summary>
    internal void NoteKind(MakerKind kind)
    {
        if (IsEmptyOf(kind)) Interlocked.Or(ref _kinds, 1 << (int)kind);
    }

    /// <summary>This maker made something for this caller.</summary>
    /// <param name="caller">The id of the caller's key.</param>
    /// <param name="kind">What was made.</param>
    /// <param name="id">Its id.</param>
    /// <param name="maker">Who made it.</param>
    internal void Learn(string caller, MakerKind kind, string id, Maker maker) => Learn(MakerKey.OfText(caller, kind, id), kind, maker);

    /// <summary>The same for a key that is known.</summary>
    internal void Learn(UInt128 key, MakerKind kind, Maker maker)
    {
        // A stream says the same twice: in the item's own event, and at the end.
        if (_recent.TryFind(key, out var known) && known == maker) return;
        _recent.Add(key, maker);
        NoteKind(kind);
        if (!_waiting.Writer.TryWrite(new MakerTable.Entry(key, kind, maker, time.GetUtcNow()))) Interlocked.Increment(ref _leftOut);
    }

    /// <summary>A maker that memory knows.</summary>
    internal bool TryFind(UInt128 key, out Maker maker) => _recent.TryFind(key, out maker);

    /// <summary>The maker of the first of these keys that the database knows; null when it knows none, or does not answer in time.</summary>
    internal async Task<Maker?> FindAsync(IReadOnlyList<UInt128> keys, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            if (await table.FindAsync(keys, either.Token).WaitAsync(either.Token) is not { } found) return null;
            _recent.Add(found.Key, found.Maker);
            return found.Maker;
        }
        catch (Exception exception) when (!cancellation.IsCancellationRequested)
        {
            LogUnread(logger, exception);
            return null;
        }
    }

    /// <summary>
    /// Learns at once, for what decides who may see something: completes when the database has it, false when it does not take it in time. It is then
    /// known here, and is handed to the writer as everything else.
    /// </summary>
    internal async ValueTask<bool> WriteAsync(IReadOnlyList<(UInt128 Key, MakerKind Kind, Maker Maker)> entries)
    {
        var unknown = entries.Where(entry => !_recent.TryFind(entry.Key, out var known) || known != entry.Maker || (_unwritten.TryFind(entry.Key, out var isUnwritten) && isUnwritten)).ToList();
        if (unknown.Count == 0) return true;
        try
        {
            // Never cancelled by the caller: what was made is there, whoever is left to hear of it.
            var now = time.GetUtcNow();
            await table.WriteAsync([.. unknown.Select(entry => new MakerTable.Entry(entry.Key, entry.Kind, entry.Maker, now))], CancellationToken.None).WaitAsync(Patience, time);
        }
        catch (Exception exception)
        {
            LogUnowned(logger, exception);
            foreach (var (key, kind, maker) in unknown)
            {
                Learn(key, kind, maker);
                _unwritten.Add(key, true);
            }

            return false;
        }

        foreach (var (key, kind, maker) in unknown)
        {
            _recent.Add(key, maker);
            NoteKind(kind);
            if (_unwritten.TryFind(key, out _)) _unwritten.Add(key, false);
        }

        return true;
    }

    /// <summary>
    /// The maker under one key, from memory or the database; not read when the database does not answer in time. It is asked even where nothing of the
    /// kind is known here: another process may have written it.
    /// </summary>
    internal async ValueTask<(bool IsRead, Maker? Maker)> LookUpAsync(UInt128 key, MakerKind kind, CancellationToken cancellation)
    {
        if (TryFind(key, out var recent)) return (true, recent);
        var found = await ReadAsync(token => table.FindAsync([key], token), cancellation);
        if (found.Value is not { } known) return (found.IsRead, null);
        _recent.Add(key, known.Maker);
        NoteKind(kind);
        return (true, known.Maker);
    }

    /// <summary>Which of these keys have a maker; null when the database does not answer in time.</summary>
    internal async ValueTask<IReadOnlySet<UInt128>?> KnownAsync(IReadOnlyCollection<UInt128> keys, MakerKind kind, CancellationToken cancellation)
    {
        var known = new HashSet<UInt128>();
        var unknown = keys.Where(key => !(TryFind(key, out _) && known.Add(key)) && !known.Contains(key)).ToList();
        if (unknown.Count == 0) return known;
        var found = await ReadAsync(token => table.KnownAsync(unknown, token), cancellation);
        if (!found.IsRead) return null;
        if (found.Value!.Count > 0) NoteKind(kind);
        known.UnionWith(found.Value);
        return known;
    }

    private async Task<(bool IsRead, T? Value)> ReadAsync<T>(Func<CancellationToken, Task<T>> read, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            return (true, await read(either.Token).WaitAsync(either.Token));
        }
        catch (Exception exception) when (!cancellation.IsCancellationRequested)
        {
            LogUnchecked(logger, exception);
            return (false, default);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The database could not take down whose a new file or batch is; the caller got a 503, and the file may be there at the provider")]
    private static partial void LogUnowned(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database could not say whose files or batches those of a request are; the request is refused and may be tried again")]
    private static partial void LogUnchecked(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database could not say which target made an earlier response or thought; the request goes where any other would, and its provider may not know what it refers to")]
    private static partial void LogUnread(ILogger logger, Exception exception);
}
