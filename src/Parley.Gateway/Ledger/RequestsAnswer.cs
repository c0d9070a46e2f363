namespace Parley.Gateway.Ledger;

/// <summary>The answer of <c>/admin/requests</c>, newest first; the cursor asks for the next page and is null on the last.</summary>
internal sealed record RequestsAnswer(IReadOnlyList<RequestItem> Items, string? Cursor);
