namespace Parley.Dialects.Models;

/// <summary>Gemini and Gemma. Budgets by https://ai.google.dev/gemini-api/docs/thinking.</summary>
internal static class GeminiModels
{
    private static readonly ModelTraits Plain = new()
    {
        Family = ModelFamily.Gemini,
        HasVision = true,
        HasJsonSchema = true,
        HasJsonSchemaWithTools = false,
        MostOutputTokens = 8192,
    };

    private static readonly ModelTraits Thinking = Plain with { Reasoning = ReasoningStyle.Budget, MostOutputTokens = 65536, LeastBudget = 0 };

    private static readonly ModelTraits Three = Plain with
    {
        Reasoning = ReasoningStyle.Level,
        HasJsonSchemaWithTools = true,
        CanStopReasoning = false,
        MostOutputTokens = 65536,
    };

    internal static readonly (string Pattern, ModelTraits Traits)[] Rows =
    [
        ("gemini-3", Three),
        ("gemini-2.5-flash-lite", Thinking with { LeastBudget = 512, MostBudget = 24576 }),
        ("gemini-2.5-flash", Thinking with { MostBudget = 24576 }),
        ("gemini-2.5", Thinking with { LeastBudget = 128, MostBudget = 32768, CanStopReasoning = false }),
        ("gemini-1", Plain),
        ("gemini-2.0", Plain),
        ("gemini", Three),
        ("gemma", Plain with { HasJsonSchema = false }),
    ];
}
