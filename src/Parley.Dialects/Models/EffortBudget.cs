using Parley.Dialects.Json;

namespace Parley.Dialects.Models;

/// <summary>Effort words ↔ thinking budgets, by the share of the answer's limit that may be thought.</summary>
public static class EffortBudget
{
    private static readonly (string Word, double Share)[] Shares =
        [("minimal", .025), ("low", .15), ("medium", .425), ("high", .80), ("xhigh", .92), ("max", 1.0)];

    /// <summary>
    /// The budget for an effort word: a share of the limit, at least <paramref name="least"/> and below the limit. Null for
    /// <c>none</c>, for an unknown word, and where the limit leaves no room for the least budget.
    /// </summary>
    public static long? ToBudget(JsonString effort, long maxTokens, int least, int most)
    {
        foreach (var (word, share) in Shares)
        {
            if (effort.ToText() != word) continue;
            return Clamp((long)(share * maxTokens), maxTokens, least, most);
        }

        return null;
    }

    /// <summary>A budget that the vendor takes: within its bounds and below the limit. Null where the limit leaves no room.</summary>
    public static long? Clamp(long budget, long maxTokens, int least, int most)
    {
        if (most > 0) budget = Math.Min(budget, most);
        budget = Math.Min(Math.Max(budget, least), maxTokens - 1);
        return budget < least ? null : budget;
    }

    /// <summary>The effort word nearest to a budget: up to a quarter of the limit low, up to three fifths medium, above it high.</summary>
    public static JsonString ToEffort(long budget, long maxTokens)
    {
        if (budget < 0) return JsonString.Literal("medium"u8);
        if (budget == 0) return JsonString.Literal("none"u8);
        var share = maxTokens <= 0 ? 1 : (double)budget / maxTokens;
        return JsonString.Literal(share <= .25 ? "low"u8 : share <= .60 ? "medium"u8 : "high"u8);
    }
}
