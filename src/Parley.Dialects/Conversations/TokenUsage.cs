namespace Parley.Dialects.Conversations;

/// <summary>
/// Tokens of one answer in disjoint buckets: no token is counted in two of them, so any price table is a plain sum.
/// Vendors overlap them differently (OpenAI counts cached tokens inside the prompt and reasoning inside the completion,
/// Anthropic counts cached tokens outside); the readers of each dialect take them apart, the writers put them together again.
/// </summary>
/// <param name="Input">Prompt tokens that were neither read from nor written to a prompt cache.</param>
/// <param name="CacheRead">Prompt tokens served from the provider's prompt cache.</param>
/// <param name="CacheWrite">Prompt tokens written to the provider's prompt cache.</param>
/// <param name="Output">Completion tokens without the reasoning ones.</param>
/// <param name="Reasoning">Completion tokens spent on reasoning.</param>
public readonly record struct TokenUsage(long Input, long CacheRead, long CacheWrite, long Output, long Reasoning)
{
    /// <summary>All tokens of the answer.</summary>
    public long Total => Input + CacheRead + CacheWrite + Output + Reasoning;
}
