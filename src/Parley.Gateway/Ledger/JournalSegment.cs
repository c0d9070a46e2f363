using Microsoft.Win32.SafeHandles;

namespace Parley.Gateway.Ledger;

/// <summary>One file of the journal. Its first eight bytes name the format and its version.</summary>
internal sealed class JournalSegment(int number, string path, bool isReplay)
{
    public const string Pattern = "journal-*.log";

    /// <summary>Where it comes in the order of this process.</summary>
    public int Number => number;

    public string Path => path;

    /// <summary>True when an earlier run wrote it.</summary>
    public bool IsReplay => isReplay;

    /// <summary>Bytes that are whole records; what is behind them is the rest of a failed write.</summary>
    public int Length { get; set; }

    /// <summary>Null once nothing more is written to it.</summary>
    public SafeFileHandle? Handle { get; set; }

    public static ReadOnlySpan<byte> Header => "PRLYJNL\u0001"u8;
}
