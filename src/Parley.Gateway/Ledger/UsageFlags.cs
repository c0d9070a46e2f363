namespace Parley.Gateway.Ledger;

/// <summary>The yes-or-no facts of a record, as the journal and the database store them: a number is never given a new meaning.</summary>
[Flags]
internal enum UsageFlags
{
    None = 0,
    Final = 1,
    Stream = 2,
    Truncated = 4,
    Aborted = 8,
    Estimated = 16,
    Spilled = 32,
}
