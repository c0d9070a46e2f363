using Microsoft.Extensions.Logging;

namespace Parley.Gateway.Ledger;

/// <summary>The ledger's log messages. Each change of state is one line at error level: whoever bills from the ledger must see both.</summary>
internal static partial class LedgerLog
{
    [LoggerMessage(2700, LogLevel.Error, "The usage journal in {Directory} cannot be written; records are kept in memory, new requests are treated as ledger.onFailure says.")]
    public static partial void JournalFailed(ILogger logger, string directory, Exception exception);

    [LoggerMessage(2701, LogLevel.Error, "The usage journal in {Directory} can be written again; {Lost} records were lost since the start.")]
    public static partial void JournalRecovered(ILogger logger, string directory, long lost);

    [LoggerMessage(2702, LogLevel.Debug, "The usage journal still cannot be written: {Reason}")]
    public static partial void JournalStillFailing(ILogger logger, string reason);

    [LoggerMessage(2703, LogLevel.Error, "{Count} usage records could not be written before the stop and are lost.")]
    public static partial void LostAtStop(ILogger logger, int count);

    [LoggerMessage(2704, LogLevel.Information, "Applying {Count} journal segments that earlier runs left in {Directory}.")]
    public static partial void Replaying(ILogger logger, int count, string directory);

    [LoggerMessage(2705, LogLevel.Warning, "The journal segment {Path} ends in half a record ({Bytes} bytes), as after a crash; the records before it are kept.")]
    public static partial void TornTail(ILogger logger, string path, long bytes);

    [LoggerMessage(2706, LogLevel.Error, "The journal segment {Path} is damaged at byte {Offset}: {Bytes} bytes cannot be read; the file is kept as {Kept}.")]
    public static partial void Damaged(ILogger logger, string path, long offset, long bytes, string kept);

    [LoggerMessage(2707, LogLevel.Error, "Usage records cannot be written to the database; they stay in the journal and are tried again.")]
    public static partial void DatabaseFailed(ILogger logger, Exception exception);

    [LoggerMessage(2708, LogLevel.Error, "Usage records are written to the database again.")]
    public static partial void DatabaseRecovered(ILogger logger);

    [LoggerMessage(2709, LogLevel.Error, "The database refused {Count} usage records: {Reason}")]
    public static partial void RowsRejected(ILogger logger, int count, string reason);

    [LoggerMessage(2710, LogLevel.Warning, "The rest of a failed write could not be cut off {Path}: {Reason}")]
    public static partial void TailNotCut(ILogger logger, string path, string reason);

    [LoggerMessage(2711, LogLevel.Warning, "The journal segment {Path} could not be deleted: {Reason}")]
    public static partial void NotDeleted(ILogger logger, string path, string reason);

    [LoggerMessage(2712, LogLevel.Error, "The journal segment {Path} is gone: records of it may be missing in the database.")]
    public static partial void SegmentGone(ILogger logger, string path);
}
