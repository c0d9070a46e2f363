namespace Parley.Dialects.Models;

/// <summary>
/// OpenAI's models, by OpenAI, Azure or anyone. What reasoning models refuse:
/// https://learn.microsoft.com/azure/ai-foundry/openai/how-to/reasoning ("not supported") and the "parameter compatibility" of
/// https://platform.openai.com/docs/guides/latest-model (sampling only with effort none, from gpt-5.1 on).
/// </summary>
internal static class OpenAIModels
{
    private static readonly ModelTraits Gpt = new() { Family = ModelFamily.Gpt, HasVision = true, HasJsonSchema = true };

    private static readonly ModelTraits Reasoning = new()
    {
        Family = ModelFamily.GptReasoning,
        RefusesTemperature = true,
        RefusesTopP = true,
        RefusesPenalties = true,
        RefusesStop = true,
        WantsMaxCompletionTokens = true,
        WantsDeveloperRole = true,
        HasVision = true,
        HasJsonSchema = true,
        Reasoning = ReasoningStyle.Effort,
    };

    private static readonly ModelTraits EffortNone = Reasoning with { SamplesWithoutEffort = true };

    private static readonly ModelTraits FirstReasoning = Reasoning with { RefusesStop = false };

    internal static readonly (string Pattern, ModelTraits Traits)[] Rows =
    [
        ("gpt-oss", new ModelTraits { Family = ModelFamily.GptOss, HasVision = false, HasJsonSchema = true, Reasoning = ReasoningStyle.Effort, CanStopReasoning = false }),
        ("gpt-5-chat", Gpt),
        // The later chat models reason, and refuse what the others do (Azure's page of gpt-5.1-chat); codex and pro models have no effort none.
        ("gpt-5.1-chat", Reasoning),
        ("gpt-5.1-codex", Reasoning),
        ("gpt-5.1", EffortNone),
        ("gpt-5.2-chat", Reasoning),
        ("gpt-5.2-codex", Reasoning),
        ("gpt-5.2-pro", Reasoning),
        ("gpt-5.2", EffortNone),
        ("gpt-5.4-pro", Reasoning),
        ("gpt-5.4", EffortNone),
        ("gpt-5", Reasoning),
        ("gpt-6", Reasoning),
        ("codex-mini", Reasoning),
        ("o1-mini", FirstReasoning with { RefusesSystemRole = true, WantsDeveloperRole = false, HasVision = false, HasJsonSchema = false, Reasoning = ReasoningStyle.None }),
        ("o1-preview", FirstReasoning with { RefusesSystemRole = true, WantsDeveloperRole = false, HasVision = false, HasJsonSchema = false, Reasoning = ReasoningStyle.None }),
        ("o3-mini", FirstReasoning with { HasVision = false }),
        ("o1", FirstReasoning),
        ("o3", Reasoning),
        ("o4", Reasoning),
        ("gpt-4o", Gpt),
        ("gpt-4.1", Gpt),
        ("gpt-4.5", Gpt),
        ("gpt-4-turbo", Gpt with { HasJsonSchema = false }),
        ("gpt-4-vision", Gpt with { HasJsonSchema = false }),
        ("gpt-4", Gpt with { HasVision = false, HasJsonSchema = false }),
        ("gpt-3.5", Gpt with { HasVision = false, HasJsonSchema = false }),
        ("gpt-35", Gpt with { HasVision = false, HasJsonSchema = false }),
        ("chatgpt", Gpt),
    ];
}
