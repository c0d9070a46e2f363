namespace Parley.Gateway.Ledger;

/// <summary>Sums of one group. Token buckets are disjoint.</summary>
/// <param name="Key">The model, key identifier or provider.</param>
/// <param name="Name">The key's name, when grouped by key.</param>
/// <param name="Requests">Requests, each counted once however many attempts it took.</param>
/// <param name="Errors">Those that ended in an error or a status from 400 on; a caller who left is not one.</param>
/// <param name="InputTokens">Over all attempts, as every bucket.</param>
/// <param name="CacheReadTokens">Prompt tokens from the provider's cache.</param>
/// <param name="CacheWriteTokens">Prompt tokens into the provider's cache.</param>
/// <param name="OutputTokens">Completion tokens without reasoning.</param>
/// <param name="ReasoningTokens">Reasoning tokens.</param>
/// <param name="Cost">Null where no price is known.</param>
internal sealed record UsageGroup(
    string Key, string? Name, long Requests, long Errors, long InputTokens, long CacheReadTokens, long CacheWriteTokens, long OutputTokens,
    long ReasoningTokens, decimal? Cost);
