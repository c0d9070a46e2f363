using System.Collections.Frozen;

namespace Parley.Gateway.Configuration;

/// <summary>
/// The vendors that need no code of their own. Base URLs are the ones that the vendors document for OpenAI clients:
/// console.groq.com/docs/openai · docs.mistral.ai · api-docs.deepseek.com (<c>/v1</c> is accepted for compatibility) · docs.x.ai ·
/// docs.together.ai · openrouter.ai/docs · docs.fireworks.ai · inference-docs.cerebras.ai · docs.perplexity.ai (no <c>/v1</c>) ·
/// docs.api.nvidia.com · ollama.com/blog/openai-compatibility · docs.vllm.ai (port 8000) · lmstudio.ai/docs (port 1234).
/// </summary>
/// <remarks>
/// Their <see cref="OpenAICompatibleVendor.Features"/> are what those pages (read in November 2026) list below that base, in OpenAI's shape; what a vendor has elsewhere or in
/// another shape is none of them:
/// <code>
/// groq        /docs/openai, /docs/batch: audio, files, batches
/// mistral     /api: audio/transcriptions, moderations, files; batches are at batch/jobs, completions at fim/completions
/// deepseek    /api/create-completion: completions only below another base, /beta
/// xai         /developers/rest-api-reference/inference: images, files, completions (legacy); voice is at tts and stt, batches have another shape
/// together    /docs/inference/openai-compatibility: completions, images, audio, files in part; "not supported": batches, moderations
/// openrouter  /docs/api: completions, audio/speech (transcriptions take JSON); images are at images, without generations
/// fireworks   /api-reference: completions; audio is at hosts of its own
/// cerebras    /api-reference/completions
/// perplexity  none
/// nvidia      /nim/large-language-models: completions
/// ollama      docs.ollama.com/api/openai-compatibility: completions, images/generations (experimental), audio (since 0.40.8)
/// vllm        /serving/online_serving: completions, audio/transcriptions and translations
/// lmstudio    /docs/developer/openai-compat: completions
/// </code>
/// </remarks>
public static class OpenAICompatibleVendors
{
    /// <summary>All rows, in the order of lists.</summary>
    public static IReadOnlyList<OpenAICompatibleVendor> All { get; } =
    [
        new("groq", "Groq", new("https://api.groq.com/openai/v1"), "GROQ_API_KEY", HasResponses: true) { Features = ProviderFeatures.Audio | ProviderFeatures.Files | ProviderFeatures.Batches },
        new("mistral", "Mistral", new("https://api.mistral.ai/v1"), "MISTRAL_API_KEY") { Features = ProviderFeatures.Audio | ProviderFeatures.Files | ProviderFeatures.Moderations },
        new("deepseek", "DeepSeek", new("https://api.deepseek.com/v1"), "DEEPSEEK_API_KEY"),
        new("xai", "xAI", new("https://api.x.ai/v1"), "XAI_API_KEY", HasResponses: true) { Features = ProviderFeatures.TextCompletions | ProviderFeatures.Images | ProviderFeatures.Files },
        new("together", "Together AI", new("https://api.together.xyz/v1"), "TOGETHER_API_KEY") { Features = ProviderFeatures.TextCompletions | ProviderFeatures.Images | ProviderFeatures.Audio | ProviderFeatures.Files },
        new("openrouter", "OpenRouter", new("https://openrouter.ai/api/v1"), "OPENROUTER_API_KEY", HasResponses: true) { Features = ProviderFeatures.TextCompletions | ProviderFeatures.Audio },
        new("fireworks", "Fireworks AI", new("https://api.fireworks.ai/inference/v1"), "FIREWORKS_API_KEY", HasResponses: true) { Features = ProviderFeatures.TextCompletions },
        new("cerebras", "Cerebras", new("https://api.cerebras.ai/v1"), "CEREBRAS_API_KEY") { Features = ProviderFeatures.TextCompletions },
        new("perplexity", "Perplexity", new("https://api.perplexity.ai"), "PERPLEXITY_API_KEY"),
        new("nvidia", "NVIDIA", new("https://integrate.api.nvidia.com/v1"), "NVIDIA_API_KEY") { Features = ProviderFeatures.TextCompletions },
        new("ollama", "Ollama", new("http://localhost:11434/v1"), null, HasResponses: true) { Features = ProviderFeatures.TextCompletions | ProviderFeatures.Images | ProviderFeatures.Audio },
        new("vllm", "vLLM", new("http://localhost:8000/v1"), null, HasResponses: true) { Features = ProviderFeatures.TextCompletions | ProviderFeatures.Audio },
        new("lmstudio", "LM Studio", new("http://localhost:1234/v1"), null, HasResponses: true) { Features = ProviderFeatures.TextCompletions },
    ];

    /// <summary>The rows by <see cref="OpenAICompatibleVendor.TypeName"/>.</summary>
    public static FrozenDictionary<string, OpenAICompatibleVendor> ByTypeName { get; } =
        All.ToFrozenDictionary(static vendor => vendor.TypeName, StringComparer.Ordinal);
}
