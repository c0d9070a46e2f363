namespace Parley.Dialects.Models;

/// <summary>The models of Bedrock's and of OpenAI-compatible hosts.</summary>
internal static class OtherModels
{
    private static readonly ModelTraits Llama = new() { Family = ModelFamily.Llama, HasVision = false, TakesForcedTool = false, MostOutputTokens = 2048 };

    private static readonly ModelTraits Nova = new()
    {
        Family = ModelFamily.Nova,
        HasVision = true,
        TakesPrefill = true,
        TakesCachePoints = true,
        MostOutputTokens = 5000,
    };

    private static readonly ModelTraits Grok = new() { Family = ModelFamily.Grok, Reasoning = ReasoningStyle.Effort, HasJsonSchema = true };

    // Mistral's API answers 422 to names that it does not know, max_completion_tokens among them; DeepSeek's passes over it.
    private static readonly ModelTraits Mistral = new() { Family = ModelFamily.Mistral, WantsMaxTokens = true };

    internal static readonly (string Pattern, ModelTraits Traits)[] Rows =
    [
        ("llama3-2-11b", Llama with { HasVision = true }),
        ("llama3-2-90b", Llama with { HasVision = true }),
        ("llama4", Llama with { HasVision = true, MostOutputTokens = 8192 }),
        ("llama-4", Llama with { HasVision = true, MostOutputTokens = 8192 }),
        ("llama-3.2-11b", Llama with { HasVision = true }),
        ("llama-3.2-90b", Llama with { HasVision = true }),
        ("llama", Llama),
        ("nova-micro", Nova with { HasVision = false }),
        ("nova-2", Nova with { Reasoning = ReasoningStyle.Effort, MostOutputTokens = 64000 }),
        ("nova", Nova),
        ("titan", new ModelTraits { Family = ModelFamily.Titan, HasVision = false, MostOutputTokens = 4096 }),
        ("cohere", new ModelTraits { Family = ModelFamily.Cohere, HasVision = false, MostOutputTokens = 4096 }),
        ("command", new ModelTraits { Family = ModelFamily.Cohere, HasVision = false, MostOutputTokens = 4096 }),
        ("pixtral", Mistral with { HasVision = true }),
        ("magistral", Mistral),
        ("mistral", Mistral),
        ("mixtral", Mistral with { HasVision = false }),
        ("deepseek", new ModelTraits { Family = ModelFamily.DeepSeek, HasVision = false, WantsMaxTokens = true }),
        // https://docs.x.ai/docs/guides/reasoning: penalties and stop are errors on reasoning models.
        ("grok-4", Grok with { RefusesPenalties = true, RefusesStop = true }),
        ("grok-3-mini", Grok with { RefusesPenalties = true, RefusesStop = true }),
        ("grok-code", Grok with { RefusesPenalties = true, RefusesStop = true }),
        ("grok", Grok),
        ("qwen", new ModelTraits { Family = ModelFamily.Qwen }),
    ];
}
