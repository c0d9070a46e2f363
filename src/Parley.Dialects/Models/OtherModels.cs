namespace Parley.Dialects.Models;

/// <summary>The models of Bedrock's and of OpenAI-compatible hosts.</summary>
internal static class OtherModels
{
    private static readonly ModelTraits Llama = new() { Family = ModelFamily.Llama, HasVision = false, TakesForcedTool = false, MostOutputTokens = 2048 };

    private static readonly ModelTraits Nova = new()
    {
        Family = ModelFamily.Nova, HasVision = true, TakesPrefill = true, TakesCachePoints = true, MostOutputTokens = 5000,
    };

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
        ("pixtral", new ModelTraits { Family = ModelFamily.Mistral, HasVision = true }),
        ("magistral", new ModelTraits { Family = ModelFamily.Mistral }),
        ("mistral", new ModelTraits { Family = ModelFamily.Mistral }),
        ("mixtral", new ModelTraits { Family = ModelFamily.Mistral, HasVision = false }),
        ("deepseek", new ModelTraits { Family = ModelFamily.DeepSeek, HasVision = false }),
        ("grok", new ModelTraits { Family = ModelFamily.Grok, Reasoning = ReasoningStyle.Effort, HasJsonSchema = true }),
        ("qwen", new ModelTraits { Family = ModelFamily.Qwen }),
    ];
}
