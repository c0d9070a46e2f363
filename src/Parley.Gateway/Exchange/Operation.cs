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

    /// <summary>The older text <c>completions</c>.</summary>
    TextCompletions,

    /// <summary><c>images/generations</c>, <c>images/edits</c>, <c>images/variations</c>.</summary>
    Images,

    /// <summary><c>audio/speech</c>, <c>audio/transcriptions</c>, <c>audio/translations</c>.</summary>
    Audio,

    /// <summary><c>moderations</c>.</summary>
    Moderations,

    /// <summary><c>files</c> and what is below it: upload, list, retrieve, delete, content.</summary>
    Files,

    /// <summary><c>batches</c> and what is below it.</summary>
    Batches,

    /// <summary>Anything at all of one provider's API, under <c>/raw/{provider}</c>.</summary>
    Raw,

    /// <summary>A run of an agent that a provider hosts.</summary>
    Agent,
}
