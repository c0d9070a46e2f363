namespace Parley.Gateway.Ledger;

/// <summary>The answer of <c>/admin/usage</c> (contracts §7).</summary>
internal sealed record UsageAnswer(DateTimeOffset From, DateTimeOffset To, string GroupBy, IReadOnlyList<UsageGroup> Groups, UsageTotal Total);
