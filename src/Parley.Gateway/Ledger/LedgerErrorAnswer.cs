namespace Parley.Gateway.Ledger;

/// <summary>The body of a refused query.</summary>
internal sealed record LedgerErrorAnswer(LedgerError Error);
