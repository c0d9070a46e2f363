using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Parley.Gateway.Routing.Affinity;

/// <summary>
/// Writes what <see cref="MakerStore"/> has learned to the database, up to a thousand entries in one transaction and at most four a second,
/// and deletes every hour what is older than 30 days. What is waiting is written before the process stops.
/// </summary>
internal sealed partial class MakerWriter(MakerStore store, MakerTable table, TimeProvider time, ILogger<MakerWriter> logger) : IHostedService, IDisposable
{
    private const int MostAtOnce = 1000;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Upkeep = TimeSpan.FromHours(1);
    private static readonly TimeSpan FlushLimit = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stopping = new();
    private Task _writing = Task.CompletedTask;
    private Task _deleting = Task.CompletedTask;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var kind in await table.KindsAsync(cancellationToken)) store.NoteKind(kind);
        _writing = WriteAsync(_stopping.Token);
        _deleting = DeleteAsync(new PeriodicTimer(Upkeep, time), _stopping.Token);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_writing, _deleting);
        using var limit = new CancellationTokenSource(FlushLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        await FlushAsync(either.Token);
    }

    public void Dispose() => _stopping.Dispose();

    /// <summary>Writes what is waiting.</summary>
    internal async Task FlushAsync(CancellationToken cancellation)
    {
        while (store.Waiting.TryPeek(out _) && !cancellation.IsCancellationRequested) await WriteBatchAsync(cancellation);
    }

    private async Task WriteAsync(CancellationToken cancellation)
    {
        try
        {
            while (await store.Waiting.WaitToReadAsync(cancellation))
            {
                await Task.Delay(Pause, time, cancellation);
                // Begun, it is ended: an entry that was taken out must not be lost to a stop.
                await WriteBatchAsync(CancellationToken.None);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The host stops; it flushes the rest.
        }
    }

    private async Task WriteBatchAsync(CancellationToken cancellation)
    {
        var batch = new List<MakerTable.Entry>();
        while (batch.Count < MostAtOnce && store.Waiting.TryRead(out var entry)) batch.Add(entry);
        try
        {
            await table.WriteAsync(batch, cancellation);
        }
        catch (Exception exception)
        {
            LogUnwritten(logger, exception, batch.Count);
        }

        if (store.TakeLeftOut() is var leftOut and > 0) LogLeftOut(logger, leftOut);
    }

    private async Task DeleteAsync(PeriodicTimer timer, CancellationToken cancellation)
    {
        using var owned = timer;
        try
        {
            do
            {
                await DeleteOldAsync(cancellation);
            }
            while (await timer.WaitForNextTickAsync(cancellation));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task DeleteOldAsync(CancellationToken cancellation)
    {
        try
        {
            await table.DeleteOldAsync(cancellation);
        }
        catch (Exception exception) when (!cancellation.IsCancellationRequested)
        {
            LogUndeleted(logger, exception);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} makers of responses could not be written to the database; after a restart, requests that refer to those responses may go to a provider that does not know them")]
    private static partial void LogUnwritten(ILogger logger, Exception exception, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database is too slow to take every maker of a response: {Count} are known only until a restart")]
    private static partial void LogLeftOut(ILogger logger, long count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Makers of responses that are older than 30 days could not be deleted; it is tried again in an hour")]
    private static partial void LogUndeleted(ILogger logger, Exception exception);
}
