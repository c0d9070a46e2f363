namespace Parley.Gateway.Configuration;

/// <summary>The kinds of provider that a configuration may name. A vendor that speaks OpenAI's format is a row of <c>OpenAICompatibleVendors</c>, not a kind.</summary>
public enum ProviderType
{
    /// <summary><c>openai</c>.</summary>
    OpenAI,

    /// <summary><c>openai-compatible</c>, and every vendor row (groq, mistral, ollama, …).</summary>
    OpenAICompatible,

    /// <summary><c>azure-openai</c>.</summary>
    AzureOpenAI,

    /// <summary><c>anthropic</c>.</summary>
    Anthropic,

    /// <summary><c>bedrock</c>.</summary>
    Bedrock,

    /// <summary><c>gemini</c>.</summary>
    Gemini,

    /// <summary><c>simulator</c>.</summary>
    Simulator,
}
