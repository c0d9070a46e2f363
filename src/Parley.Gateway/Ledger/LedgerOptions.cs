using Parley.Gateway.Configuration;

namespace Parley.Gateway.Ledger;

/// <summary>Where the ledger keeps its files, and how it is asked to behave.</summary>
public sealed record LedgerOptions
{
    /// <summary>The journal's directory (<c>DATA/ledger</c>); made when it is missing, owned by one process at a time.</summary>
    public required string Directory { get; init; }

    /// <summary>The SQLite file that holds the tables of <see cref="LedgerSchema"/>.</summary>
    public required string DatabasePath { get; init; }

    /// <summary>What an append waits for, and what happens while the journal cannot be written.</summary>
    public LedgerConfig Config { get; init; } = new();

    /// <summary>A segment that would grow beyond this is closed and the next one begun.</summary>
    internal int SegmentBytes { get; init; } = 16 << 20;

    /// <summary>Bytes of all segments together: a database that stays away for days must not fill the disk that others use.</summary>
    internal long JournalBytes { get; init; } = 2L << 30;

    /// <summary>Journalled records kept in memory for the database; what is beyond is read back from the segments.</summary>
    internal int QueueRecords { get; init; } = 8192;

    /// <summary>Records kept in memory while the journal cannot be written.</summary>
    internal int ParkedRecords { get; init; } = 10_000;

    /// <summary>Rows of one transaction.</summary>
    internal int BatchRows { get; init; } = 512;

    /// <summary>How long a record waits for company before it goes to the database.</summary>
    internal TimeSpan BatchInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long <see cref="LedgerCommit.Database"/> waits for the row before an append gives up and says false.</summary>
    internal TimeSpan CommitLimit { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How bytes are given to the operating system: the seam at which tests make a disk fail.</summary>
    internal JournalWrite Write { get; init; } = RandomAccess.Write;
}
