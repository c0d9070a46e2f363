namespace Parley.Dialects.Models;

/// <summary>
/// OpenAI's models, by OpenAI, Azure or anyone. What reasoning models refuse:
/// https://learn.microsoft.com/azure/ai-foundry/openai/how-to/reasoning ("not supported") and the "parameter compatibility" of
/// https://platform.openai.com/docs/guides/latest-model (sampling only with effort none, from gpt-5.1 on). The words for the effort:
/// the <c>ReasoningEffort</c> schema of OpenAI's API ("none" from gpt-5.1 on, "minimal" before it, gpt-5-pro takes "high" alone,
/// "xhigh" from gpt-5.1-codex-max on) and the model pages of the chat, codex and pro models.
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

    private static readonly string[] LowToHigh = ["low", "medium", "high"];

    private static readonly string[] LowToXHigh = ["low", "medium", "high", "xhigh"];

    private static readonly ModelTraits EffortNone = Reasoning with { SamplesWithoutEffort = true, EffortWords = ["none", "low", "medium", "high", "xhigh"] };

    private static readonly ModelTraits Chat = Reasoning with { EffortWords = ["medium"] };

    private static readonly ModelTraits Pro = Reasoning with { EffortWords = ["medium", "high", "xhigh"] };

    private static readonly ModelTraits FirstReasoning = Reasoning with { RefusesStop = false, EffortWords = LowToHigh };

    internal static readonly (string Pattern, ModelTraits Traits)[] Rows =
    [
        ("gpt-oss", new ModelTraits { Family = ModelFamily.GptOss, HasVision = false, HasJsonSchema = true, Reasoning = ReasoningStyle.Effort, CanStopReasoning = false, EffortWords = LowToHigh }),
        ("gpt-5-chat", Gpt),
        // The later chat models reason, and refuse what the others do (Azure's page of gpt-5.1-chat); codex and pro models have no effort none.
        ("gpt-5.1-chat", Chat),
        ("gpt-5.1-codex-max", Reasoning with { EffortWords = LowToXHigh }),
        ("gpt-5.1-codex", Reasoning with { EffortWords = LowToHigh }),
        ("gpt-5.1", EffortNone with { EffortWords = ["none", "low", "medium", "high"] }),
        ("gpt-5.2-chat", Chat),
        ("gpt-5.2-codex", Reasoning with { EffortWords = LowToXHigh }),
        ("gpt-5.2-pro", Pro),
        ("gpt-5.2", EffortNone),
        ("gpt-5.3-codex", Reasoning with { EffortWords = LowToXHigh }),
        ("gpt-5.4-pro", Pro),
        ("gpt-5.4", EffortNone),
        ("gpt-5.", Reasoning), // a later one, whose words are not known
        ("gpt-5-pro", Reasoning with { EffortWords = ["high"] }),
        ("gpt-5-codex", Reasoning with { EffortWords = LowToHigh }),
        ("gpt-5", Reasoning with { EffortWords = ["minimal", "low", "medium", "high"] }),
        ("gpt-6", Reasoning),
        ("codex-mini", Reasoning with { EffortWords = LowToHigh }),
        ("o1-mini", FirstReasoning with { RefusesSystemRole = true, WantsDeveloperRole = false, HasVision = false, HasJsonSchema = false, Reasoning = ReasoningStyle.None, EffortWords = [] }),
        ("o1-preview", FirstReasoning with { RefusesSystemRole = true, WantsDeveloperRole = false, HasVision = false, HasJsonSchema = false, Reasoning = ReasoningStyle.None, EffortWords = [] }),
        ("o3-mini", FirstReasoning with { HasVision = false }),
        ("o1", FirstReasoning),
        ("o3", Reasoning with { EffortWords = LowToHigh }),
        ("o4", Reasoning with { EffortWords = LowToHigh }),
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
