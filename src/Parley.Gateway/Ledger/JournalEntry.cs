namespace Parley.Gateway.Ledger;

/// <summary>A journalled record on its way to the database, and the place in the journal just behind it.</summary>
internal readonly record struct JournalEntry(UsageRecord Record, JournalPosition End);
