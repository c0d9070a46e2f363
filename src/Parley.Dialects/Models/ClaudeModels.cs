namespace Parley.Dialects.Models;

/// <summary>Claude, by any host. Adaptive-only models refuse sampling settings, budgets and a started answer.</summary>
internal static class ClaudeModels
{
    private static readonly ModelTraits Plain = new()
    {
        Family = ModelFamily.Claude,
        HasVision = true,
        TakesPrefill = true,
        TakesCachePoints = true,
        MostOutputTokens = 8192,
    };

    private static readonly ModelTraits Thinking = Plain with { Reasoning = ReasoningStyle.Budget, MostOutputTokens = 64000 };

    private static readonly ModelTraits Four5 = Thinking with { RefusesTemperatureWithTopP = true, HasJsonSchema = true };

    private static readonly ModelTraits Four6 = Four5 with { Reasoning = ReasoningStyle.AdaptiveOrBudget, TakesPrefill = false, MostOutputTokens = 64000 };

    private static readonly ModelTraits AdaptiveOnly = Four6 with
    {
        Reasoning = ReasoningStyle.Adaptive,
        RefusesTemperature = true,
        RefusesTopP = true,
        MostOutputTokens = 128000,
    };

    internal static readonly (string Pattern, ModelTraits Traits)[] Rows =
    [
        ("claude-3-7", Thinking),
        ("claude-3-5", Plain),
        ("claude-3-opus", Plain with { MostOutputTokens = 4096 }),
        ("claude-3-sonnet", Plain with { MostOutputTokens = 4096 }),
        ("claude-3-haiku", Plain with { MostOutputTokens = 4096 }),
        ("claude-2", Plain with { HasVision = false, MostOutputTokens = 4096, TakesCachePoints = false }),
        ("claude-instant", Plain with { HasVision = false, MostOutputTokens = 4096, TakesCachePoints = false }),
        ("claude-opus-4-8", AdaptiveOnly),
        ("claude-opus-4-7", AdaptiveOnly),
        ("claude-opus-4-6", Four6 with { MostOutputTokens = 128000 }),
        ("claude-opus-4-5", Four5 with { Reasoning = ReasoningStyle.EffortAndBudget }),
        ("claude-opus-4-1", Thinking with { RefusesTemperatureWithTopP = true, HasJsonSchema = true, MostOutputTokens = 32000 }),
        ("claude-opus-4", Thinking with { MostOutputTokens = 32000 }),
        ("claude-sonnet-4-6", Four6),
        ("claude-sonnet-4-5", Four5),
        ("claude-sonnet-4", Thinking),
        ("claude-haiku-4-5", Four5),
        ("claude-opus", AdaptiveOnly),
        ("claude-sonnet", AdaptiveOnly),
        ("claude-haiku", AdaptiveOnly),
        ("claude-fable", AdaptiveOnly with { CanStopReasoning = false }),
        ("claude-mythos", AdaptiveOnly with { CanStopReasoning = false }),
        ("claude", Plain),
    ];
}
