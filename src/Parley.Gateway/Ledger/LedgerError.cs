namespace Parley.Gateway.Ledger;

/// <summary>Why a query was refused, in the admin API's shape.</summary>
/// <param name="Code">A word for programs.</param>
/// <param name="Message">What is wrong and what is allowed.</param>
/// <param name="Path">The parameter.</param>
internal sealed record LedgerError(string Code, string Message, string? Path);
