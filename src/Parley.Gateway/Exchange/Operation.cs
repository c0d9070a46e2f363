namespace Parley.Gateway.Exchange;

/// <summary>What a call asks of a provider. Decides the path upstream and the dialect.</summary>
public enum Operation
{
    /// <summary><c>chat/completions</c>.</summary>
    ChatCompletions,

    /// <summary><c>responses</c>.</summary>
    Responses,

    /// <summary><c>embeddings</c>.</summary>
    Embeddings,

    /// <summary>Anthropic's <c>messages</c>.</summary>
    Messages,

    /// <summary>Gemini's <c>generateContent</c> and <c>streamGenerateContent</c>.</summary>
    GenerateContent,

    /// <summary>The tokens of a prompt, counted by the provider: Anthropic's <c>count_tokens</c>, Gemini's <c>countTokens</c>.</summary>
    CountTokens,
}
