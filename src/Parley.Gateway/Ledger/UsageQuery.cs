namespace Parley.Gateway.Ledger;

/// <summary>What <c>/admin/usage</c> is asked: requests that began at or after <paramref name="From"/> and before <paramref name="To"/>.</summary>
internal sealed record UsageQuery(DateTimeOffset From, DateTimeOffset To, UsageGrouping GroupBy);
