namespace Parley.Gateway.Ledger;

/// <summary>The sums over all groups.</summary>
internal sealed record UsageTotal(
    long Requests, long Errors, long InputTokens, long CacheReadTokens, long CacheWriteTokens, long OutputTokens, long ReasoningTokens, decimal? Cost)
{
    public static UsageTotal Of(IReadOnlyList<UsageGroup> groups) => new(
        groups.Sum(static g => g.Requests), groups.Sum(static g => g.Errors), groups.Sum(static g => g.InputTokens),
        groups.Sum(static g => g.CacheReadTokens), groups.Sum(static g => g.CacheWriteTokens), groups.Sum(static g => g.OutputTokens),
        groups.Sum(static g => g.ReasoningTokens), null);
}
