namespace Parley.Gateway.Configuration;

/// <summary>What the last frame of an answer waits for (<c>ledger.commit</c>).</summary>
public enum LedgerCommit
{
    /// <summary><c>journal</c>: the record is in the journal file.</summary>
    Journal,

    /// <summary><c>database</c>: the record is in the database.</summary>
    Database,
}
