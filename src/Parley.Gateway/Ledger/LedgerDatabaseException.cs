namespace Parley.Gateway.Ledger;

/// <summary>The database did not take rows now; it may later.</summary>
internal sealed class LedgerDatabaseException(string message) : Exception(message);
